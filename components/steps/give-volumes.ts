import { LABELS } from "../../gateway/contract.ts";
import { isGone, runClient } from "../../target/engine/client.ts";
import { runStep, type StepWords } from "./words.ts";

export interface GiveVolumesWords extends StepWords {
  client: string;
  /** The agent's container. */
  agent: string;
  /** `uid:gid` of the workspace's owner. */
  owner: string;
  /** A trusted image. */
  image: string;
  /** Names of the volumes that the agent writes. */
  volumes: readonly string[];
}

// `-h` changes the owner of a link itself and follows none. Where a link leads does not matter: nothing but these volumes can be written in there.
const GIVE = `
find /volumes/* -xdev -ignore_readdir_race ! \\( -uid "\${OWNER%:*}" -gid "\${OWNER#*:}" \\) -exec chown -h -- "$OWNER" {} + 2>&1 |
  grep -v "No such file or directory" >&2 || true
left=$(find /volumes/* -xdev -ignore_readdir_race ! \\( -uid "\${OWNER%:*}" -gid "\${OWNER#*:}" \\) -print -quit)
[ -z "$left" ] || { echo "$(printf %q "$left") cannot be given to $OWNER" >&2; exit 1; }`;

// Gives the files in a client's volumes to the owner of its workspace. When the owner changed, they belong to the previous one.
await runStep(async ({ engine, client, agent, owner, image, volumes }: GiveVolumesWords) => {
  // Stops an agent that still runs as the previous owner, or it would go on making files of that owner's. It cannot write the workspace any more, and is about to be
  // replaced.
  const runsAs = await runClient(engine, ["inspect", "--type", "container", "--format", "{{.Config.User}}", agent]);
  if (!runsAs.ok && !isGone(runsAs)) throw new Error(`as whom ${agent} runs could not be seen: ${runsAs.why}`);
  if (runsAs.ok && runsAs.stdout.trim() !== owner) {
    const stopped = await runClient(engine, ["stop", "--time", "5", agent]);
    if (!stopped.ok && !isGone(stopped))
      throw new Error(`${agent} runs as ${runsAs.stdout.trim()} and could not be stopped: ${stopped.why}`);
  }

  // `nocopy` leaves an empty volume empty: the engine fills it from the agent's image when the agent's container is made.
  const mounts = volumes.flatMap((volume) => ["--volume", `${volume}:/volumes/${volume}:nocopy`]);
  const given = await runClient(
    engine,
    [
      // The label is the client's, so that a destroy finds this container when the step is killed: it holds the volumes.
      ...[
        "run",
        "--rm",
        "--label",
        `${LABELS.client}=${client}`,
        "--network",
        "none",
        "--read-only",
        "--cap-drop",
        "ALL",
      ],
      ...["--cap-add", "CHOWN", "--cap-add", "DAC_READ_SEARCH", "--security-opt", "no-new-privileges", ...mounts],
      ...[
        "--entrypoint",
        "/bin/bash",
        "--user",
        "0:0",
        "--env",
        `OWNER=${owner}`,
        image,
        "-euo",
        "pipefail",
        "-c",
        GIVE,
      ],
    ],
    { seconds: 600 },
  );
  if (!given.ok) throw new Error(given.why);
});
