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

// -h and no link followed: a link's own owner is changed. Whatever one leads to, nothing but these volumes can be written in there.
const GIVE = `
find /volumes/* -xdev -ignore_readdir_race ! \\( -uid "\${OWNER%:*}" -gid "\${OWNER#*:}" \\) -exec chown -h -- "$OWNER" {} + 2>&1 |
  grep -v "No such file or directory" >&2 || true
left=$(find /volumes/* -xdev -ignore_readdir_race ! \\( -uid "\${OWNER%:*}" -gid "\${OWNER#*:}" \\) -print -quit)
[ -z "$left" ] || { echo "$(printf %q "$left") cannot be given to $OWNER" >&2; exit 1; }`;

// Gives a client's volumes to the owner of its workspace: what is in them belongs to the one of before, when that changed.
await runStep(async ({ engine, client, agent, owner, image, volumes }: GiveVolumesWords) => {
  // An agent that still runs as the owner of before would go on making files of that one's. It can write the workspace no more, and is about to be replaced.
  const runsAs = await runClient(engine, ["inspect", "--type", "container", "--format", "{{.Config.User}}", agent]);
  if (!runsAs.ok && !isGone(runsAs)) throw new Error(`as whom ${agent} runs could not be seen: ${runsAs.why}`);
  if (runsAs.ok && runsAs.stdout.trim() !== owner) {
    const stopped = await runClient(engine, ["stop", "--time", "5", agent]);
    if (!stopped.ok && !isGone(stopped))
      throw new Error(`${agent} runs as ${runsAs.stdout.trim()} and could not be stopped: ${stopped.why}`);
  }

  // nocopy: what the agent's image has for an empty volume is put there when the agent's container is made.
  const mounts = volumes.flatMap((volume) => ["--volume", `${volume}:/volumes/${volume}:nocopy`]);
  const given = await runClient(
    engine,
    [
      // With the client's label, as it holds the volumes: should this be killed, a destroy finds it.
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
