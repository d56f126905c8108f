import type { StackOutputs } from "../../cli/stack-outputs.ts";
import { GATEWAY, liveIn, SAYS } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import { present } from "../../stack-file/present.ts";
import { readAudit } from "./audit-volume.ts";
import {
  type Check,
  checkContainer,
  checkDrift,
  checkNeighbours,
  checkWalls,
  type Inspected,
} from "./check-container.ts";
import { runClient, type Said } from "./client.ts";
import type { Engine } from "./engine.ts";
import { livePolicy } from "./live-policy.ts";
import { tryWalls } from "./walls.ts";

/** How far back drift counts. */
const HOUR = 3_600_000;

/**
 * Looks at what runs, and compares it with what the last `up` said. Nothing is changed: the one thing that acts is the gateway's
 * own guard, which repairs as it does every few seconds.
 */
export async function verify(
  engine: Engine,
  client: string,
  { posture, policyHash, proof }: StackOutputs,
): Promise<Check[]> {
  const { agent, gateway, lock, inner, outer } = names(client);
  const hasOuter = posture.containers.gateway.networks.includes(outer);
  const containers = await Promise.all(
    (
      [["gateway", gateway], ["agent", agent], ...(posture.containers.lock ? [["lock", lock] as const] : [])] as const
    ).map(async ([role, name]) => {
      const said = await runClient(engine, ["inspect", "--type", "container", name]);
      // Docker writes "No such container", Podman "no such container".
      if (/no such/i.test(said.stderr)) return [{ what: `${role}: is there`, wrong: [`there is no ${name}`] }];
      if (said.code !== 0) return [unseen(`${role}: is as planned`, said)];
      const found = JSON.parse(said.stdout)[0] as Inspected;
      return [
        ...checkContainer(role, present(posture.containers[role], `the posture of ${role}`), found),
        await sameImage(engine, role, found),
      ];
    }),
  );
  const [policy, guard, alone] = await Promise.all([
    samePolicy(engine, client, policyHash),
    guardLooks(engine, gateway),
    Promise.all([neighbours(engine, inner, [agent, gateway]), neighbours(engine, outer, hasOuter ? [gateway] : [])]),
  ]);
  const rules = posture.containers.lock ? [await lockHolds(engine, lock)] : [];
  const image = posture.containers.gateway.image;
  const walls = checkWalls(await tryWalls(engine, { client, agent, image, proof }));
  return [...containers.flat(), ...alone, policy, guard, ...rules, walls, await recentDrift(engine, client)];
}

/** What could not be looked at, and why: the client's last line, or that it said nothing. */
function unseen(what: string, { code, stderr }: Said): Check {
  return {
    what,
    wrong: [],
    unseen: stderr.trim().split("\n").at(-1) || `the engine's client ended with status ${code}`,
  };
}

/** A tag can be moved: the container has to be of what the tag means. */
async function sameImage(engine: Engine, role: string, { Image, Config }: Inspected): Promise<Check> {
  const what = `${role}: its image is the one that has the tag`;
  const said = await runClient(engine, ["image", "inspect", "--format", "{{.Id}}", Config.Image]);
  if (said.code !== 0 && !/no such image/i.test(said.stderr)) return unseen(what, said);
  const id = (text: string) => text.trim().replace(/^sha256:/, "");
  const wrong =
    id(said.stdout) === id(Image)
      ? []
      : [`${Config.Image} is ${said.stdout.trim() || "gone"}, and it was made of ${Image}`];
  return { what, wrong };
}

async function neighbours(engine: Engine, network: string, planned: readonly string[]): Promise<Check> {
  const filter = ["--filter", `network=${network}`, "--format", "{{.Names}}"];
  const said = await runClient(engine, ["ps", "--all", ...filter]);
  const check = checkNeighbours(network, planned, said.stdout.split("\n").filter(Boolean));
  return said.code === 0 ? check : unseen(check.what, said);
}

async function samePolicy(engine: Engine, client: string, policyHash: string): Promise<Check> {
  const live = await livePolicy(engine, client);
  const wrong = !live
    ? ["no policy is in force"]
    : live !== policyHash
      ? [`${live} is in force, not ${policyHash}`]
      : [];
  return { what: "policy: the one of the last up is in force", wrong };
}

/** Asks the lock whether its rules are as it loaded them: it puts them back at once, so that they are not is worth a look. */
async function lockHolds(engine: Engine, lock: string): Promise<Check> {
  const said = await runClient(engine, ["exec", lock, "lock", "check"]);
  return {
    what: "lock: the host takes nothing from the agent's network",
    wrong: said.code === 0 && said.stdout.startsWith(SAYS.shut) ? [] : [said.stderr.trim() || `status ${said.code}`],
  };
}

/** Has the gateway's guard look once. What it mends is told, and it looks again: what it then finds does not hold. */
async function guardLooks(engine: Engine, gateway: string): Promise<Check> {
  const what = "gateway: its rules, files and daemons are the policy's";
  const mended: string[] = [];
  for (let look = 0; look < 3; look++) {
    const said = await runClient(engine, ["exec", gateway, `${GATEWAY.programs}/guard`]);
    const text = (said.stdout + said.stderr).trim().split("\n");
    // What it repairs just now it says on stderr.
    const repaired = text.filter((line) => line.startsWith(SAYS.drift));
    if (repaired.length === 0) {
      if (liveIn(said.stdout) !== undefined) return { what, wrong: [], mended };
      // Any other sentence is of one that did not look: it is starting, or an apply is at work.
      return { what, wrong: [], unseen: text.at(-1) || `status ${said.code}`, mended };
    }
    mended.push(...repaired);
  }
  return { what, wrong: mended };
}

async function recentDrift(engine: Engine, client: string): Promise<Check> {
  try {
    const { lines } = await readAudit(engine, client);
    const recent = lines.filter(({ time }) => Date.parse(time) >= Date.now() - HOUR);
    return checkDrift(recent, "an hour ago");
  } catch (error) {
    return { what: "drift since an hour ago", wrong: [], unseen: (error as Error).message };
  }
}
