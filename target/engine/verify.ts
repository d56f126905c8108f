import { GATEWAY, liveIn, SAYS } from "../../gateway/contract.ts";
import type { DeliveredFiles } from "../../plan/deployed.ts";
import type { ExpectedContainers, ExpectedNetworks } from "../../plan/expected.ts";
import { type GitKeys, keyDifferences } from "../../plan/git-keys.ts";
import { names } from "../../plan/names.ts";
import type { Proof } from "../../plan/proof/proof.ts";
import type { Look } from "../look.ts";
import type { Inspected } from "./answers.ts";
import { readAudit } from "./audit-volume.ts";
import {
  type Check,
  checkContainer,
  checkDrift,
  checkNeighbours,
  checkWalls,
  DRIFT,
  withoutIt,
} from "./check-container.ts";
import { checkFiles } from "./check-files.ts";
import { checkDoubles, checkNetworks, checkVolumes } from "./check-things.ts";
import { isGone, isStopped, runClient } from "./client.ts";
import { narrows, unordered, widens } from "./difference.ts";
import type { Engine } from "./engine.ts";
import { tellGitKeys } from "./git-keys.ts";
import { inspectByClient } from "./inspect.ts";
import { livePolicy } from "./live-policy.ts";
import { usersOf } from "./processes.ts";
import { tryWalls } from "./walls.ts";

/** What the last `up` said that there is. */
export interface Expected {
  containers: ExpectedContainers;
  policyHash: string;
  proof: Proof;
  helperProofs?: Readonly<Record<string, Proof>>;
  networks?: ExpectedNetworks;
  files?: DeliveredFiles;
  gitKeys?: GitKeys;
}

/** How far back drift counts. */
const HOUR = 3_600_000;

/**
 * Looks at what runs, and compares it with what the last `up` said. Nothing is changed: the one thing that acts is the gateway's
 * own watchdog, which repairs as it does every few seconds.
 */
export async function verify(
  engine: Engine,
  client: string,
  { containers: planned, policyHash, proof, helperProofs = {}, networks, files, gitKeys }: Expected,
): Promise<Check[]> {
  const { agent, gateway, lock, inner, outer } = names(client);
  const hasOuter = planned.gateway.networks.includes(outer);
  const helpers = Object.entries(planned.helpers ?? {}).map(([name, to]) => ({
    role: `helper ${name}`,
    name: names(client).helper(name),
    to,
  }));
  const states = new Map<string, string>();
  const containers = await Promise.all(
    [
      { role: "gateway", name: gateway, to: planned.gateway },
      { role: "agent", name: agent, to: planned.agent },
      ...(planned.lock ? [{ role: "lock", name: lock, to: planned.lock }] : []),
      ...helpers,
    ].map(async ({ role, name, to }) => {
      const look = await inspectByClient(engine, name);
      if ("unseen" in look) return [unseen(`${role}: is as planned`, look.unseen)];
      if (look.seen?.State.Status !== undefined) states.set(role, look.seen.State.Status);
      if (!look.seen) return [{ what: `${role}: is there`, wrong: [withoutIt(role)(`there is no ${name}`)] }];
      return [
        ...checkContainer(role, to, {
          ...look.seen,
          ...(role === "agent" && { Users: await processesOf(engine, name) }),
        }),
        await sameImage(engine, role, look.seen),
      ];
    }),
  );
  /** A container that does not run cannot be asked: that is said once, and not what each way to ask it came to. */
  const whereItRuns = async (role: string, container: string, what: string, look: () => Promise<Check>) =>
    ["exited", "created", "dead"].includes(states.get(role) ?? "") ? unseen(what, `${container} does not run`) : look();
  const image = planned.gateway.image;
  const volume = names(client).volume("secrets");
  const [policy, watchdog, ...things] = await Promise.all([
    samePolicy(engine, client, policyHash),
    whereItRuns("gateway", gateway, ROUND, () => watchdogRound(engine, gateway)),
    checkDoubles(
      engine,
      client,
      helpers.map(({ name }) => name),
    ),
    checkNetworks(engine, client, networks),
    neighbours(engine, inner, [agent, gateway, ...helpers.map(({ name }) => name)]),
    neighbours(engine, outer, hasOuter ? [gateway] : []),
    checkVolumes(engine, client, planned),
    checkFiles(engine, { client, volume, image }, files),
  ]);
  if (gitKeys) things.push([await sameKeys(engine, client, image, gitKeys)]);
  const rules = planned.lock ? [await lockHolds(engine, lock)] : [];
  const walls = await whereItRuns("agent", agent, WALLS, async () =>
    checkWalls(await tryWalls(engine, { client, agent, image, proof })),
  );
  const besides: Check[] = [];
  for (const [name, of] of Object.entries(helperProofs)) {
    const helper = names(client).helper(name);
    const { what, ...found } = await whereItRuns(`helper ${name}`, helper, WALLS, async () =>
      checkWalls(await tryWalls(engine, { client, agent: helper, image, proof: of })),
    );
    besides.push({ what: `helper ${name}: ${what}`, ...found });
  }
  return [
    ...containers.flat(),
    ...things.flat(),
    policy,
    watchdog,
    ...rules,
    walls,
    ...besides,
    await recentDrift(engine, client),
  ];
}

const WALLS = "walls: tried from its network";
const ROUND = "gateway: its rules, files and daemons are the policy's";

/** What could not be looked at, and why. */
function unseen(what: string, why: string): Check {
  return { what, wrong: [], unseen: why };
}

async function processesOf(engine: Engine, container: string): Promise<Look<string[]>> {
  try {
    return await usersOf(engine, container);
  } catch (error) {
    return { unseen: (error as Error).message };
  }
}

/** A tag can be moved: the container has to be of what the tag means. */
async function sameImage(engine: Engine, role: string, { Image, Config }: Inspected): Promise<Check> {
  const what = `${role}: its image is the one that has the tag`;
  const said = await runClient(engine, ["image", "inspect", "--format", "{{.Id}}", Config.Image]);
  if (!said.ok && !isGone(said)) return unseen(what, said.why);
  const id = (text: string) => text.trim().replace(/^sha256:/, "");
  const wrong =
    id(said.stdout) === id(Image)
      ? []
      : [unordered(`${Config.Image} is ${said.stdout.trim() || "gone"}, and it was made of ${Image}`)];
  return { what, wrong };
}

async function neighbours(engine: Engine, network: string, planned: readonly string[]): Promise<Check> {
  const filter = ["--filter", `network=${network}`, "--format", "{{.Names}}"];
  const said = await runClient(engine, ["ps", "--all", ...filter]);
  const check = checkNeighbours(network, planned, said.stdout.split("\n").filter(Boolean));
  return said.ok ? check : unseen(check.what, said.why);
}

async function samePolicy(engine: Engine, client: string, policyHash: string): Promise<Check> {
  const what = "policy: the one of the last up is in force";
  const live = await livePolicy(engine, client);
  if ("unseen" in live) return unseen(what, live.unseen);
  if (live.seen === policyHash) return { what, wrong: [] };
  return {
    what,
    // Without one the gateway is shut.
    wrong: [live.seen ? unordered(`${live.seen} is in force, not ${policyHash}`) : narrows("no policy is in force")],
  };
}

/** Asks the lock whether its rules are as it loaded them: it puts them back at once, so that they are not is worth a look. */
async function lockHolds(engine: Engine, lock: string): Promise<Check> {
  const what = "lock: the host takes nothing from the agent's network";
  const said = await runClient(engine, ["exec", lock, "lock", "check"]);
  if (said.ok && said.stdout.startsWith(SAYS.shut)) return { what, wrong: [] };
  // Either the lock does not run, or it says itself that its rules are not in force. With any other sentence it could not be asked.
  if (isStopped(said) || /^the rules that shut .* are not in force$/m.test(said.stderr))
    return { what, wrong: [widens(said.stderr.trim())] };
  return unseen(what, said.ok ? `the lock says ${JSON.stringify(said.stdout.slice(0, 60))}` : said.why);
}

/** Seconds that an apply may keep the watchdog from its round: one that puts the saved policy in force, on a machine that has much else to do. */
const APPLIES = 30;

/** Has the gateway's watchdog make a round. When it mended something it makes another: what it finds three times in a row does not hold. */
async function watchdogRound(engine: Engine, gateway: string): Promise<Check> {
  const what = ROUND;
  const mended: string[] = [];
  const end = Date.now() + APPLIES * 1000;
  const makeRound = () => runClient(engine, ["exec", gateway, `${GATEWAY.programs}/watchdog`]);
  for (let round = 0; round < 3; round++) {
    let said = await makeRound();
    // It has waited 3 s itself.
    while (said.stdout.trim() === SAYS.busy && Date.now() < end) said = await makeRound();
    const text = (said.stdout + said.stderr).trim().split("\n");
    // The watchdog says on stderr what it repaired in this round.
    const repaired = text.filter((line) => line.startsWith(SAYS.drift));
    if (repaired.length === 0) {
      if (liveIn(said.stdout) !== undefined) return { what, wrong: [], mended };
      // Any other sentence means that it made no round: the gateway is starting, or an apply does not end.
      const why =
        said.code === undefined ? said.why : text.at(-1) || (said.ok ? "the watchdog says nothing" : said.why);
      return { what, wrong: [], unseen: why, mended };
    }
    mended.push(...repaired);
  }
  return { what, wrong: mended.map(unordered) };
}

/** Whoever has the engine's host can put other keys there, and no container's document says so. */
async function sameKeys(engine: Engine, client: string, image: string, made: GitKeys): Promise<Check> {
  const what = "git: its public keys are those that were made";
  const there = await tellGitKeys(engine, { client, volume: names(client).volume("git-keys"), image });
  return "unseen" in there
    ? unseen(what, there.unseen)
    : { what, wrong: keyDifferences(made, there.seen).map(unordered) };
}

async function recentDrift(engine: Engine, client: string): Promise<Check> {
  try {
    const { lines } = await readAudit(engine, client);
    const recent = lines.filter(({ time }) => Date.parse(time) >= Date.now() - HOUR);
    return checkDrift(recent);
  } catch (error) {
    return { what: DRIFT, wrong: [], unseen: (error as Error).message };
  }
}
