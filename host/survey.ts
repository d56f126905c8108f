import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir, hostname, networkInterfaces } from "node:os";
import { renderSeccomp } from "../model/container/seccomp.ts";
import { warnOfFullDisks } from "../model/disk.ts";
import type { Facts } from "../model/facts.ts";
import type { ImageSources } from "../model/image/image.ts";
import { aside, names } from "../model/names.ts";
import { describeStrays, judgeOwnership, writtenByOthers } from "../model/ownership.ts";
import type { Problem } from "../model/problem.ts";
import type { Spec } from "../model/spec/spec.ts";
import type { Inspected } from "../model/verify.ts";
import { surveyDisks } from "./disks.ts";
import { dotfileProblems } from "./dotfiles.ts";
import { EngineError, surveyEngine } from "./engine.ts";
import { readExtension } from "./extension.ts";
import { readKnownIds, readMaker } from "./maker.ts";
import { surveyMasks } from "./masks.ts";
import { hostPath } from "./path.ts";
import { shelveSeccomp } from "./seccomp-file.ts";
import { readNeighbours, stackFiles } from "./stack.ts";
import { surveyDirectories } from "./workspace.ts";
import type { Writable } from "./writable.ts";

/** What of the client is on the engine now, which no plan is made of: only what is to be made anew. */
export interface There {
  /** The client's containers by name; undefined where there is none. */
  containers: Readonly<Record<string, Inspected | undefined>>;
  /** The spec's label of each network and volume that is there, by name. */
  specs: Readonly<Record<string, string>>;
  /** Containers on the agent's network besides the client's own. */
  strangers: readonly string[];
}

/** Reads all that planning needs of this host and its engine. `facts` is there when nothing was wrong; `warnings` stop nothing. */
export async function survey(
  client: string,
  spec: Spec,
  root: string,
  images: ImageSources,
  writable: readonly Writable[],
): Promise<{
  facts?: Facts;
  present: string[];
  there: There;
  /** What a person should know of clients on the engine, and that stops nothing. */
  warnings: string[];
  problems: Problem[];
}> {
  const { workspace, mounts, problems } = surveyDirectories(spec, root, writable);
  const extension = readExtension(spec.image, root, writable, problems);
  problems.push(...dotfileProblems(spec, root));
  const masked = workspace && surveyMasks(spec, workspace.path);
  problems.push(...(masked?.problems ?? []));
  const { agent, gateway, lock, inner } = names(client);
  const engine = await surveyEngine({ containers: [agent, gateway, lock], network: inner }).catch((error: unknown) => {
    if (!(error instanceof EngineError)) throw error;
    problems.push({ path: "", message: error.message });
  });
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
  const facts: Facts = {
    engine:
      here && engine.engine.kind === "podman"
        ? { ...engine.engine, seccompFile: shelveSeccomp(renderSeccomp(engine.engine.platform)) }
        : engine.engine,
    workspace,
    mounts: mounts.map((mount) => mount!),
    masks: masked!.masks,
    networks: {
      own: engine.networks.filter((network) => network.client === client).flatMap(({ subnets }) => subnets),
      taken: [
        ...engine.networks.filter((network) => network.client !== client).flatMap(({ subnets }) => subnets),
        ...hostSubnets(),
      ].filter(
        // The bridges of this client's own networks are interfaces of the host, too.
        (subnet) =>
          !engine.networks.some(
            (network) => network.client === client && network.subnets.some((own) => sameNetwork(own, subnet)),
          ),
      ),
    },
    images,
    // An engine in a virtual machine or elsewhere has addresses that nobody here knows.
    host: here ? hostAddresses() : { addresses: [], steady: [] },
    ...(extension && { extension }),
    neighbours: [
      ...written,
      // What the engine has counts as well, whoever made it and whether a file declares it or not.
      ...writtenByOthers(client, engine.belongings).filter(
        (theirs) => !written.some((said) => said.client === theirs.client && said.path === theirs.path),
      ),
    ],
    ...(maker && { maker }),
    home: homedir(),
    project: realpathSync(root),
  };
  // A folder that was named on another machine is not gone because it is not here.
  const gone = (path: string) => here && !existsSync(path);
  const files = stackFiles(root).map((stack) => stack.client);
  const full = warnOfFullDisks(surveyDisks(workspace.path, here ? engine.root : undefined));
  const warnings = [
    ...owned.warnings,
    ...describeStrays(maker, files, engine.belongings, gone),
    ...full.map(({ path, message }) => `${path}: ${message}`),
  ];
  const ours = [agent, gateway].flatMap((name) => [name, aside(name)]);
  const there: There = {
    containers: engine.containers,
    specs: engine.specs,
    strangers: engine.onNetwork.filter((name) => !ours.includes(name)),
  };
  return { facts, present: engine.present, there, warnings, problems };
}

const NOTHING_THERE: There = { containers: {}, specs: {}, strangers: [] };

/** Networks this host has an address on: a network of ours there would take their traffic. */
function hostSubnets(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ family, cidr, internal }) => (family === "IPv4" && cidr && !internal ? [cidr] : [])),
  );
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

/** An interface says its own address with the length of its network, a network the first address of it. */
function sameNetwork(network: string, address: string): boolean {
  return network.replace(/\.\d+\/24$/, "") === address.replace(/\.\d+\/24$/, "");
}

function resolved(directory: string, root: string): string {
  const path = hostPath(directory, root);
  return existsSync(path) ? realpathSync(path) : path;
}
