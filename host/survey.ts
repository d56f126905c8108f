import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir, hostname, networkInterfaces } from "node:os";
import { overlaps } from "../model/addresses.ts";
import type { Facts } from "../model/facts.ts";
import type { ImageSources } from "../model/image/image.ts";
import type { Problem } from "../model/problem.ts";
import { refuseRoot } from "../model/root-owner.ts";
import type { Spec } from "../model/spec/spec.ts";
import { dotfileProblems } from "./dotfiles.ts";
import { EngineError, surveyEngine } from "./engine.ts";
import { readExtension } from "./extension.ts";
import { keptPlaces } from "./kept.ts";
import { surveyMachine } from "./machine.ts";
import { surveyMasks } from "./masks.ts";
import { hostPath } from "./path.ts";
import { type Route, readRoutes } from "./routes.ts";
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
): Promise<{ facts?: Facts; present: string[]; problems: Problem[] }> {
  const { workspace, mounts, problems } = surveyDirectories(spec, root, writable);
  const extension = readExtension(spec.image, root, writable, problems);
  problems.push(...dotfileProblems(spec, root));
  const masked = workspace && surveyMasks(spec, workspace.path);
  problems.push(...(masked?.problems ?? []));
  const reading = readRoutes();
  const engine = await surveyEngine().catch((error: unknown) => {
    if (!(error instanceof EngineError)) throw error;
    problems.push({ path: "", message: error.message });
  });
  if (!workspace || !engine || mounts.includes(undefined)) return { present: [], problems };
  const here = engine.machine === hostname();
  const routes = await reading;
  const own = engine.networks.filter((network) => network.client === client).flatMap(({ subnets }) => subnets);
  const others = engine.networks.filter((network) => network.client !== client);
  const bridges = bridgesOf(own, routes);
  const facts: Facts = {
    engine: engine.engine,
    workspace,
    mounts: mounts.map((mount) => mount!),
    masks: masked!.masks,
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
    neighbours: readNeighbours(root, client).map((neighbour) => ({
      ...neighbour,
      path: resolved(neighbour.path, root),
    })),
    kept: keptPlaces(
      root,
      images.agents.flatMap(({ name, login }) =>
        login && spec.credentials[name] && "login" in spec.credentials[name] ? [login.host] : [],
      ),
      here ? engine.root : undefined,
    ),
    home: homedir(),
    project: realpathSync(root),
  };
  if (workspace.uid === 0) problems.push(...refuseRoot(workspace.path, { ...facts, ...spec }));
  return { facts, present: engine.present, problems };
}

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
