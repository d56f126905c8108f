import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir, hostname, networkInterfaces } from "node:os";
import { overlaps } from "../model/addresses.ts";
import { describeGuest, judgeOthers, type Others } from "../model/container/others.ts";
import { renderSeccomp } from "../model/container/seccomp.ts";
import { warnOfFullDisks } from "../model/disk.ts";
import type { Facts } from "../model/facts.ts";
import { describeForeign } from "../model/guardrails.ts";
import type { ImageSources } from "../model/image/image.ts";
import { names } from "../model/names.ts";
import { describeStrays, judgeOwnership, writtenByOthers } from "../model/ownership.ts";
import type { Problem } from "../model/problem.ts";
import { refuseRoot } from "../model/root-owner.ts";
import type { Spec } from "../model/spec/spec.ts";
import type { Inspected } from "../model/verify.ts";
import { surveyDisks } from "./disks.ts";
import { dotfileProblems } from "./dotfiles.ts";
import { EngineError, type EngineSurvey, surveyEngine } from "./engine.ts";
import { readExtension } from "./extension.ts";
import { keptPlaces } from "./kept.ts";
import { surveyMachine } from "./machine.ts";
import { readKnownIds, readMaker } from "./maker.ts";
import { type MaskSurvey, surveyMasks } from "./masks.ts";
import { emptyFile } from "./nothing.ts";
import { hostPath } from "./path.ts";
import { type Route, readRoutes } from "./routes.ts";
import { shelveSeccomp } from "./seccomp-file.ts";
import { readNeighbours, stackFiles } from "./stack.ts";
import { surveyDirectories } from "./workspace.ts";
import type { Writable } from "./writable.ts";

/** What of the client is on the engine now, which no plan is made of: only what is to be made anew. */
export interface There extends Omit<Others, "guests"> {
  /** The client's containers by name; undefined where there is none. */
  containers: Readonly<Record<string, Inspected | undefined>>;
  /** The spec's label of each network and volume that is there, by name. */
  specs: Readonly<Record<string, string>>;
  /** Networks and volumes that carry the client's label; what has one of its names without it, somebody else made. */
  labelled: readonly string[];
  /** Whether anything of the client is on the engine. */
  lives: boolean;
}

/** What a client's survey waits for: the engine's answers, or why it has none, and the routes of this host. */
export interface Asked {
  engine: Promise<EngineSurvey | EngineError>;
  routes: Promise<Route[]>;
}

/** Asks the engine and the kernel, without waiting: the answers come while the stack file is read and judged (40 ms of an `up`). */
export function ask(client: string): Asked {
  const { agent, gateway, lock, inner, outer } = names(client);
  const engine = surveyEngine({ containers: [agent, gateway, lock], networks: [inner, outer], processes: agent });
  return {
    engine: engine.catch((error: unknown) => {
      if (error instanceof EngineError) return error;
      throw error;
    }),
    routes: readRoutes(),
  };
}

/** Reads all that planning needs of this host and its engine. `facts` is there when nothing was wrong; `warnings` stop nothing. */
export async function survey(
  asked: Asked,
  client: string,
  spec: Spec,
  root: string,
  images: ImageSources,
  writable: readonly Writable[],
): Promise<{
  facts?: Facts;
  present: string[];
  there: There;
  warnings: Problem[];
  problems: Problem[];
}> {
  const { workspace, mounts, problems } = surveyDirectories(spec, root, writable);
  const extension = readExtension(spec.image, root, writable, problems);
  problems.push(...dotfileProblems(spec, root));
  // Before the long look, which lets no answer in: an engine would seem to give none in time, and a long list of routes be cut off at its time-out.
  const [answer, routes] = await Promise.all([asked.engine, asked.routes]);
  // One that the plan refuses by its place is not looked through: a home directory takes half a minute.
  const masked =
    workspace && !describeForeign(workspace.path, homedir()) ? surveyMasks(spec, workspace.path) : NO_MASKS;
  problems.push(...masked.problems);
  const nothing = masked.needsNothing ? emptyFile(writable) : undefined;
  if (typeof nothing === "string") problems.push({ path: "masks", message: nothing });
  if (answer instanceof EngineError) problems.push({ path: "", message: answer.message });
  const engine = answer instanceof EngineError ? undefined : answer;
  const maker = readMaker();
  const owned = judgeOwnership(client, maker, engine?.belongings ?? [], readKnownIds());
  problems.push(...owned.problems);
  if (!workspace || !engine || mounts.includes(undefined))
    return { present: [], there: NOTHING_THERE, warnings: [], problems };
  const written = readNeighbours(root, client).map((neighbour) => ({
    ...neighbour,
    path: resolved(neighbour.path, root),
  }));
  const here = engine.machine === hostname();
  const belongs = engine.belongings.filter(({ client: of }) => of === client);
  const ofOwnName = ({ name }: { name: string }) => [names(client).inner, names(client).outer].includes(name);
  // One of the client's name that somebody else made goes, where the client lives: its addresses are the client's.
  const isOwn = (network: EngineSurvey["networks"][number]) =>
    network.client === client || (belongs.length > 0 && ofOwnName(network));
  const own = engine.networks.filter(isOwn).flatMap(({ subnets }) => subnets);
  const others = engine.networks.filter((network) => !isOwn(network));
  const bridges = bridgesOf(own, routes);
  const facts: Facts = {
    engine:
      here && engine.engine.kind === "podman"
        ? { ...engine.engine, seccompFile: shelveSeccomp(renderSeccomp(engine.engine.platform)) }
        : engine.engine,
    workspace,
    mounts: mounts.map((mount) => mount!),
    masks: masked.masks,
    above: masked.above,
    opened: masked.opened,
    ...(typeof nothing === "object" && { nothing }),
    warnings: masked.warnings,
    networks: {
      own,
      taken: [
        ...others.flatMap(({ subnets }) => subnets),
        ...hostSubnets(bridges),
        ...routes.filter((route) => here && !bridges.includes(route.interface)).map(({ network }) => network),
      ],
      clients: others.filter((network) => network.client).flatMap(({ subnets }) => subnets),
    },
    images,
    // An engine in a virtual machine or elsewhere has addresses that nobody here knows.
    machine: await surveyMachine(client, engine, spec.ports),
    host: here ? hostAddresses() : { addresses: [], steady: [] },
    ...(extension && { extension }),
    neighbours: [
      ...written,
      // What the engine has counts as well, whoever made it and whether a file declares it or not.
      ...writtenByOthers(client, engine.belongings).filter(
        (theirs) => !written.some((said) => said.client === theirs.client && said.path === theirs.path),
      ),
    ],
    kept: keptPlaces(
      root,
      images.agents.flatMap(({ name, login }) =>
        login && spec.credentials[name] && "login" in spec.credentials[name] ? [login.host] : [],
      ),
      here ? engine.root : undefined,
    ),
    ...(maker && { maker }),
    home: homedir(),
    project: realpathSync(root),
  };
  if (workspace.uid === 0) problems.push(...refuseRoot(workspace.path, { ...facts, ...spec }));
  // A folder that was named on another machine is not gone because it is not here.
  const gone = (path: string) => here && !existsSync(path);
  const files = stackFiles(root).map((stack) => stack.client);
  const ofClients = [...owned.warnings, ...describeStrays(maker, files, engine.belongings, gone)];
  const warnings = [
    ...ofClients.map((message) => ({ path: "", message })),
    ...warnOfFullDisks(surveyDisks(workspace.path, here ? engine.root : undefined)),
  ];
  const { guests, strangers, doubles } = judgeOthers(client, {
    workspace: workspace.path,
    volumes: belongs.flatMap(({ kind, name }) => (kind === "volume" ? [name] : [])),
    ...(engine.root && { root: engine.root }),
    listed: engine.listed,
    members: engine.members,
  });
  warnings.push(...guests.map((guest) => ({ path: "", message: describeGuest(client, guest, engine.engine.cli) })));
  const there: There = {
    containers: engine.containers,
    specs: engine.specs,
    strangers,
    labelled: belongs.map(({ name }) => name),
    lives: belongs.length > 0,
    doubles,
  };
  return { facts, present: engine.present, there, warnings, problems };
}

const NO_MASKS: MaskSurvey = { masks: [], above: [], opened: [], needsNothing: false, warnings: [], problems: [] };
const NOTHING_THERE: There = { containers: {}, specs: {}, strangers: [], labelled: [], lives: false, doubles: [] };

/** Networks this host has an address on, but for those of these interfaces: a network of ours there would take their traffic. */
function hostSubnets(but: readonly string[]): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap(({ family, cidr, internal }) =>
      family === "IPv4" && cidr && !internal && !but.includes(name) ? [cidr] : [],
    ),
  );
}

/**
 * The interfaces of this host that these networks of the engine are: a bridge with a route to one. A tunnel with one is a VPN, which came when the
 * network was there already. Routes tell more than addresses: Node passes over interfaces without a carrier, as a bridge without a container is.
 */
function bridgesOf(subnets: readonly string[], routes: readonly Route[]): string[] {
  const places = [
    ...routes,
    ...Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      (addresses ?? []).flatMap(({ family, cidr }) =>
        family === "IPv4" && cidr ? [{ network: cidr, interface: name }] : [],
      ),
    ),
  ].filter(({ network }) => Number(network.split("/")[1]) >= 24 && subnets.some((subnet) => overlaps(subnet, network)));
  const isBridge = (name: string) => existsSync(`/sys/class/net/${name}/bridge`) || !existsSync("/sys/class/net");
  return [...new Set(places.map((place) => place.interface))].filter(isBridge);
}

function hostAddresses(): Facts["host"] {
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap(({ family, address, internal }) =>
      family === "IPv4" && !internal ? [{ name, address }] : [],
    ),
  );
  const addresses = (of: typeof all) => [...new Set(of.map(({ address }) => address))].sort();
  return { addresses: addresses(all), steady: addresses(all.filter(({ name }) => isSteady(name))) };
}

/** True for hardware, and for bridges, bonds and VLANs, as Linux tells them: not for tunnels and the ends of containers' links. */
function isSteady(link: string): boolean {
  const about = `/sys/class/net/${link}`;
  if (existsSync(`${about}/device`)) return true;
  return existsSync(`${about}/uevent`) && /^DEVTYPE=(bridge|bond|vlan)$/m.test(readFileSync(`${about}/uevent`, "utf8"));
}

function resolved(directory: string, root: string): string {
  const path = hostPath(directory, root);
  return existsSync(path) ? realpathSync(path) : path;
}
