import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir, hostname, networkInterfaces } from "node:os";
import type { Facts } from "../model/facts.ts";
import type { ImageSources } from "../model/image/image.ts";
import { names } from "../model/names.ts";
import type { Problem } from "../model/problem.ts";
import type { Spec } from "../model/spec/spec.ts";
import type { Inspected } from "../model/verify.ts";
import { dotfileProblems } from "./dotfiles.ts";
import { EngineError, surveyEngine } from "./engine.ts";
import { readExtension } from "./extension.ts";
import { surveyMasks } from "./masks.ts";
import { emptyFile } from "./nothing.ts";
import { hostPath } from "./path.ts";
import { readNeighbours } from "./stack.ts";
import { surveyDirectories } from "./workspace.ts";
import type { Writable } from "./writable.ts";

/** Reads all that planning needs of this host and its engine. `facts` is there when nothing was wrong. */
export async function survey(
  client: string,
  spec: Spec,
  root: string,
  images: ImageSources,
  writable: readonly Writable[],
): Promise<{
  facts?: Facts;
  present: string[];
  /** The client's containers that are there, by name. */
  containers: Readonly<Record<string, Inspected | undefined>>;
  problems: Problem[];
}> {
  const { workspace, mounts, problems } = surveyDirectories(spec, root, writable);
  const extension = readExtension(spec.image, root, writable, problems);
  problems.push(...dotfileProblems(spec, root));
  const masked = workspace && surveyMasks(spec, workspace.path);
  problems.push(...(masked?.problems ?? []));
  const nothing = masked?.needsNothing ? emptyFile(writable) : undefined;
  if (typeof nothing === "string") problems.push({ path: "masks", message: nothing });
  const { agent, gateway } = names(client);
  const engine = await surveyEngine([agent, gateway]).catch((error: unknown) => {
    if (!(error instanceof EngineError)) throw error;
    problems.push({ path: "", message: error.message });
  });
  if (!workspace || !engine || mounts.includes(undefined)) return { present: [], containers: {}, problems };
  const facts: Facts = {
    engine: engine.engine,
    workspace,
    mounts: mounts.map((mount) => mount!),
    masks: masked!.masks,
    above: masked!.above,
    opened: masked!.opened,
    ...(typeof nothing === "object" && { nothing }),
    warnings: masked!.warnings,
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
    host: engine.machine === hostname() ? hostAddresses() : { addresses: [], steady: [] },
    ...(extension && { extension }),
    neighbours: readNeighbours(root, client).map((neighbour) => ({
      ...neighbour,
      path: resolved(neighbour.path, root),
    })),
    home: homedir(),
    project: realpathSync(root),
  };
  return { facts, present: engine.present, containers: engine.containers, problems };
}

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
