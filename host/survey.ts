import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { copiedLogins } from "../capabilities/credentials/secrets.ts";
import { dotfileProblems } from "../capabilities/dotfiles/look.ts";
import { surveyAsking } from "../capabilities/environment/look.ts";
import { tellFilters, tellSigners } from "../capabilities/git/look.ts";
import type { ImageSources } from "../capabilities/image/image.ts";
import { readExtension, readHelperExtensions } from "../capabilities/image/look/extension.ts";
import { tellHostHooks } from "../capabilities/masks/look/host-hooks.ts";
import { type MaskSurvey, surveyMasks } from "../capabilities/masks/look/masks.ts";
import { emptyFile } from "../capabilities/masks/look/nothing.ts";
import { surveyRepository } from "../capabilities/repository/look.ts";
import { OF_A_VOLUME, surveyDirectories } from "../capabilities/workspace/look.ts";
import type { Facts } from "../plan/facts.ts";
import { describeForeign } from "../plan/guardrails.ts";
import { hostPorts } from "../plan/host-ports.ts";
import { names } from "../plan/names.ts";
import { refuseRoot } from "../plan/root-owner.ts";
import { readNeighbours } from "../stack-file/look/neighbours.ts";
import { stackFiles } from "../stack-file/look/stack-files.ts";
import { isFar } from "../stack-file/named-engine.ts";
import type { Problem } from "../stack-file/problem.ts";
import type { Spec } from "../stack-file/spec.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Address } from "../target/engine/address.ts";
import type { There } from "../target/engine/reconcile.ts";
import type { EngineSurvey } from "../target/engine/survey.ts";
import type { FoundFile, LookKey } from "../target/engine/tell-files.ts";
import { foreignTo } from "../target/foreign.ts";
import { isHere } from "../target/here.ts";
import type { Look } from "../target/look.ts";
import { describeGuest, judgeOthers } from "../target/others.ts";
import { describeStrays, judgeOwnership, writtenByOthers } from "../target/ownership.ts";
import { target } from "../target/target.ts";
import { warnOfFullDisks } from "./disk.ts";
import { surveyDisks } from "./disks.ts";
import { keptPlaces } from "./kept.ts";
import { readListeners } from "./listeners.ts";
import { readMaker } from "./maker.ts";
import { hostAddresses, waysBeside } from "./networks.ts";
import { hostPath } from "./path.ts";
import { asFarAsItLeads } from "./real-path.ts";
import { type Routes, readRoutes } from "./routes.ts";
import { readUplinks } from "./uplinks.ts";
import type { Writable } from "./writable.ts";

/** Of the ports that the client reaches. Where the engine has a network namespace of its own, what listens here is not what its gateway finds. */
function listenersOf({ egress }: Spec, engine: Facts["engine"]): Pick<Facts["host"], "listeners"> {
  const found = engine.rootless || egress.host.length === 0 ? undefined : readListeners();
  return found ? { listeners: found.filter(({ port }) => egress.host.includes(port)) } : {};
}

/** What a client's survey waits for: the engine's answers, or why there are none, and the routes of this host. */
export interface Asked {
  /** The engine as the stack file names it. */
  named: string | undefined;
  /** Whether the engine is on another machine: nothing of this one is looked at for it. */
  far: boolean;
  engine: Promise<EngineSurvey | UserError>;
  routes: Promise<Routes>;
  /** What lies in its volume of delivered files. Nothing where nobody looked, there is no such volume, or nothing yet to look at it with. */
  files: Promise<Look<FoundFile[] | undefined>>;
}

/**
 * Asks the engine and the kernel, without waiting: the answers come while the stack file is read and judged (40 ms of an `up`).
 * @param named the engine as the stack file names it, which is judged by itself here: the rest of the file is not yet
 * @param key what delivered files are looked at with; nothing where they are not
 */
export function ask(client: string, named: string | undefined, key: Promise<LookKey> | undefined): Asked {
  const { agent, gateway, lock, inner, outer } = names(client);
  const look = { containers: [agent, gateway, lock], networks: [inner, outer], processes: agent, beside: client };
  const address = found(named);
  const engine = address instanceof UserError ? Promise.reject(address) : target.survey(address, look);
  const answer = engine.catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  const files = answer
    .then((survey) => (key ? lookAtFiles(client, survey, key) : { seen: undefined }))
    // Whoever waits for the engine's answer is told what became of that.
    .catch((error: unknown) => ({ unseen: (error as Error).message }));
  return {
    named,
    far: !(address instanceof UserError) && isFar(address.host),
    ...{ engine: answer, routes: readRoutes(), files },
  };
}

function found(named: string | undefined): Address | UserError {
  try {
    return target.find(named);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** From a container of the gateway's own image, while the program reads and plans. */
async function lookAtFiles(
  client: string,
  survey: EngineSurvey | UserError,
  key: Promise<LookKey>,
): Promise<Look<FoundFile[] | undefined>> {
  if (survey instanceof UserError) return { seen: undefined };
  const volume = names(client).volume("secrets");
  const image = survey.containers[names(client).gateway]?.Image;
  if (!image || !survey.present.includes(volume)) return { seen: undefined };
  const owner = survey.containers[names(client).agent]?.Config.User;
  return target.files(survey.engine, { client, volume, image, ...(owner && { owner }) }, await key);
}

/** Reads all that planning needs of this host and its engine. `facts` is missing when there are problems; `warnings` stop nothing. */
export async function survey(
  asked: Asked,
  client: string,
  spec: Spec,
  root: string,
  images: ImageSources,
  writable: readonly Writable[],
  fingerprints: Facts["fingerprints"],
): Promise<{
  facts?: Omit<Facts, "deployed">;
  there: There;
  warnings: Problem[];
  /** Sentences about clients that nobody declares any more. */
  strays: string[];
  problems: Problem[];
}> {
  const { workspace, mounts, problems } = asked.far ? nothingOfHere(spec) : surveyDirectories(spec, root, writable);
  const extension = readExtension(spec.image, root, writable, problems);
  const helperExtensions = readHelperExtensions(spec, root, writable, problems);
  problems.push(...dotfileProblems(spec, root));
  // Waits for all answers before the long search of the workspace, which lets no answer in: otherwise the time-outs of the engine and of `ip` would run out
  // meanwhile.
  const [answer, routes] = await Promise.all([asked.engine, asked.routes]);
  // A workspace that the plan refuses by its place is not searched: a home directory takes half a minute.
  const directory = workspace?.path;
  const masked =
    directory !== undefined && !describeForeign(directory, homedir()) ? surveyMasks(spec, directory) : NO_MASKS;
  problems.push(...masked.problems);
  const pointer = masked.masks.find(({ path }) => path === ".git");
  const found =
    workspace && directory !== undefined && pointer
      ? surveyRepository({ path: directory, uid: workspace.uid }, writable)
      : {};
  const git = found.repository?.views[0]?.source ?? (directory && join(directory, ".git"));
  const runs =
    directory && git
      ? [...tellHostHooks(directory, git, masked.masks), ...tellFilters(directory, git), ...tellSigners(git)]
      : [];
  const ruledOut = found.repository && repositoryRuledOut(spec);
  const repository = ruledOut ? undefined : found.repository;
  const nothing = masked.needsNothing ? emptyFile(writable) : undefined;
  if (typeof nothing === "string") problems.push({ path: "masks", message: nothing });
  // Of a key that names no engine its own message is told already.
  if (answer instanceof UserError && (asked.named === undefined || spec.engine !== undefined))
    problems.push({ path: asked.named === undefined ? "" : "engine", message: answer.message });
  const engine = answer instanceof UserError ? undefined : answer;
  const maker = readMaker();
  const owned = judgeOwnership(client, maker, engine?.belongings ?? []);
  problems.push(...owned.problems);
  if (!workspace || !engine || !mounts.every((mount) => mount !== undefined))
    return { there: NOTHING_THERE, warnings: [], strays: [], problems };
  const written = readNeighbours(root, client).map((neighbour) => ({
    ...neighbour,
    path: asFarAsItLeads(hostPath(neighbour.path, root)),
  }));
  const here = isHere(engine);
  const belongs = engine.belongings.filter(({ client: of }) => of === client);
  const ofOwnName = ({ name }: { name: string }) => [names(client).inner, names(client).outer].includes(name);
  // A network of the client's name that somebody else made is removed where the client lives, so its addresses count as the client's.
  const isOwn = (network: EngineSurvey["networks"][number]) =>
    network.client === client || (belongs.length > 0 && ofOwnName(network));
  const own = engine.networks.filter(isOwn).flatMap(({ subnets }) => subnets);
  const others = engine.networks.filter((network) => !isOwn(network));
  const machine = await target.machine(client, engine, hostPorts(spec));
  const facts: Omit<Facts, "deployed"> = {
    now: Date.now(),
    engine: machine.engine,
    workspace,
    mounts,
    masks: masked.masks.map((mask) => (mask === pointer && repository ? { ...mask, shows: repository.pointer } : mask)),
    ...(repository && { repository }),
    above: masked.above,
    opened: masked.opened,
    ...(directory !== undefined && { asking: surveyAsking(directory) }),
    ...(typeof nothing === "object" && { nothing }),
    warnings: [...masked.warnings, ...runs],
    networks: {
      own,
      taken: others.flatMap(({ subnets }) => subnets),
      // Where this machine reaches others says nothing of one that is far.
      ways: asked.far ? [] : waysBeside(own, routes.seen, here),
      clients: others.filter((network) => network.client).flatMap(({ subnets }) => subnets),
      // A network of another driver (macvlan) has addresses of the LAN's.
      bridges: others
        .filter(({ client, found }) => !client && found.Driver === "bridge")
        .flatMap(({ name, subnets }) => subnets.map((subnet) => ({ name, subnet }))),
    },
    images,
    fingerprints,
    // The addresses of an engine in a virtual machine, or on another machine, are unknown here.
    machine: machine.machine,
    host: here
      ? { ...hostAddresses(), uplinks: readUplinks(), ...listenersOf(spec, machine.engine) }
      : { addresses: [], steady: [], uplinks: [], elsewhere: engine.machine },
    ...(extension && { extension }),
    ...(Object.keys(helperExtensions).length > 0 && { helperExtensions }),
    neighbours: [
      ...written,
      // Clients on the engine count as well, whoever made them, and with or without a stack file.
      ...writtenByOthers(client, engine.belongings).filter(
        (theirs) => !written.some((said) => said.client === theirs.client && said.path === theirs.path),
      ),
    ],
    kept: keptPlaces(root, copiedLogins(spec, images.agents), here ? engine.root : undefined),
    ...(maker && { maker }),
    home: homedir(),
    project: realpathSync(root),
  };
  if (directory !== undefined && workspace.uid === 0)
    problems.push(...refuseRoot(directory, { ...facts, egress: spec.egress }));
  // A folder that was named on another machine is not gone because it is not here.
  const gone = (path: string) => here && !existsSync(path);
  const files = stackFiles(root).map((stack) => stack.client);
  const strays = describeStrays(maker, files, engine.belongings, gone);
  const warnings = [
    ...[found.warning, ruledOut].flatMap((message) => (message ? [{ path: "workspace", message }] : [])),
    ...owned.warnings.map((message) => ({ path: "", message })),
    ...(here && routes.unseen
      ? [
          {
            path: "",
            message: `not all routes of this host could be seen, so a network of ${client} may be taken from a VPN that has its own (${routes.unseen})`,
          },
        ]
      : []),
    ...warnOfFullDisks(surveyDisks(directory, here ? engine.root : undefined)),
  ];
  const { guests, strangers, doubles } = judgeOthers(client, {
    ...(directory !== undefined && { workspace: directory }),
    volumes: belongs.flatMap(({ kind, name }) => (kind === "volume" ? [name] : [])),
    ...(engine.root && { root: engine.root }),
    helpers: Object.keys(spec.helpers).map((name) => names(client).helper(name)),
    listed: engine.listed,
    members: engine.members,
  });
  warnings.push(...guests.map((guest) => ({ path: "", message: describeGuest(client, guest, engine.engine.cli) })));
  const there: There = {
    present: engine.present,
    containers: engine.containers,
    networks: engine.networks.filter(ofOwnName).map(({ found }) => found),
    strangers,
    foreign: foreignTo(client, engine),
    lives: belongs.length > 0,
    doubles,
  };
  return { facts, there, warnings, strays, problems };
}

/** Of an engine on another machine: what is declared of this one the plan refuses (capabilities/engine), and none of it is looked at. */
function nothingOfHere({ mounts }: Pick<Spec, "mounts">): ReturnType<typeof surveyDirectories> {
  const absent = mounts.map(({ host }) => ({ path: host, id: "", is: "absent" as const }));
  return { workspace: OF_A_VOLUME, mounts: absent, problems: [] };
}

const NO_MASKS: MaskSurvey = { masks: [], above: [], opened: [], needsNothing: false, warnings: [], problems: [] };
const NOTHING_THERE: There = {
  ...{ present: [], containers: {}, networks: [], strangers: [], foreign: [], lives: false, doubles: [] },
};

/** Why a repository outside of the workspace is not mounted, whatever it is. */
function repositoryRuledOut({ image, profile }: Pick<Spec, "image" | "profile">): string | undefined {
  const why =
    profile === "lockdown"
      ? "profile lockdown mounts nothing but the workspace"
      : image.ref !== undefined
        ? "an image of your own has no place for it (/git)"
        : undefined;
  return (
    why &&
    `.git leads to a repository outside of the workspace, and ${why}: git works on the host and not in the sandbox`
  );
}
