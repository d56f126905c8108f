import { isGone, type Reach, runClient } from "./client.ts";
import { inspectByClient } from "./inspect.ts";
import { runTrusted } from "./run-trusted.ts";

/** Volumes of a client's, and who is to own what they hold. */
export interface Gift {
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

/**
 * Gives a client's volumes to the owner of its workspace: what is in them belongs to the one of before, when that changed.
 * @throws Error when an agent of another owner may be at work, or something could not be given
 */
export async function giveVolumes(engine: Reach, { client, agent, owner, image, volumes }: Gift): Promise<void> {
  // An agent that still runs as the owner of before would go on making files of that one's. It can write the workspace no more, and is about to be replaced.
  const look = await inspectByClient(engine, agent);
  if ("unseen" in look) throw new Error(`as whom ${agent} runs could not be seen: ${look.unseen}`);
  const user = look.seen?.Config.User;
  if (user !== undefined && user !== owner) {
    const stopped = await runClient(engine, ["stop", "--time", "5", agent]);
    if (!stopped.ok && !isGone(stopped))
      throw new Error(`${agent} runs as ${user} and could not be stopped: ${stopped.why}`);
  }

  const given = await runTrusted(engine, {
    ...{ name: `${client}-give`, client, image, user: "0:0", owner, seconds: 600 },
    capabilities: ["CHOWN", "DAC_READ_SEARCH"],
    // nocopy: what the agent's image has for an empty volume is put there when the agent's container is made.
    volumes: volumes.map((volume) => `${volume}:/volumes/${volume}:nocopy`),
    environment: { OWNER: owner },
    program: ["/bin/bash", "-euo", "pipefail", "-c", GIVE],
  });
  if (!given.ok) throw new Error(given.why);
}
