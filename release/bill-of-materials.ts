import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Lock, PLATFORMS, type Platform } from "../capabilities/image/lock.ts";
import { dataNames, readImageSources } from "../capabilities/image/look/sources.ts";

/** A bill of materials of CycloneDX 1.6. It has neither a time nor a serial number, so two of the same are equal. */
export interface Bill {
  bomFormat: "CycloneDX";
  specVersion: "1.6";
  version: 1;
  metadata: { component: { type: "application"; name: string; version: string; purl: string } };
  components: Component[];
  /** Which image has which of them. */
  dependencies?: { ref: string; dependsOn: string[] }[];
}

export interface Component {
  "bom-ref": string;
  type: "library" | "container";
  name: string;
  version: string;
  purl?: string;
  hashes?: { alg: "SHA-512"; content: string }[];
}

/**
 * What the package is made of: npm's packages that it depends on, and all that images fetch by a lock: tarballs, and what npm installs for an agent. The distribution's packages in an image are
 * known where it is built (`billOfImages`).
 */
export function billOfMaterials(root: string): Bill {
  const { lock, agents } = readImageSources(root, { agents: dataNames(root, "agents"), tools: [] });
  const tarballs = Object.keys(lock.packages).flatMap((name) => PLATFORMS.flatMap((of) => ofLock(lock, name, of)));
  const installed = agents.flatMap(({ npm }) =>
    npm ? PLATFORMS.flatMap((platform) => ofNpmLock(join(root, "images/agents", npm.folder), platform)) : [],
  );
  return bill(root, [...ofNpmLock(root), ...tarballs, ...installed]);
}

/** @param components more than once, where two have the same */
export function bill(root: string, components: readonly Component[], dependencies?: Bill["dependencies"]): Bill {
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const known = new Map(components.map((component) => [component["bom-ref"], component]));
  return {
    ...{ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 },
    metadata: { component: { type: "application", name, version, purl: `pkg:npm/${name}@${version}` } },
    components: [...known.values()].sort((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1)),
    ...(dependencies && { dependencies }),
  };
}

/** What `npm install` brings there, by the lock: no tool of development. @param platform without it whatever any machine gets; with it nothing that npm leaves out there */
export function ofNpmLock(folder: string, platform?: Platform): Component[] {
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(packages).flatMap(([path, locked]) => {
    const { version, integrity, dev, devOptional } = locked;
    if (path === "" || dev || devOptional || (platform && !isFor(locked, platform))) return [];
    return [ofNpm(path.replace(/^.*node_modules\//, ""), version, integrity)];
  });
}

/** One package of npm's lock, as far as it is read. */
interface Locked {
  version: string;
  integrity?: string;
  dev?: boolean;
  devOptional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

/** Whether npm installs it in an image of this platform. */
function isFor({ os, cpu, libc }: Locked, platform: Platform): boolean {
  const [system = "", processor = ""] = platform.split("-");
  return has(os, system) && has(cpu, processor) && has(libc, "glibc");
}

/** npm's own words: names of those that it is for, or with `!` of those that it is not for. */
function has(words: readonly string[] = [], one: string): boolean {
  const named = words.filter((word) => !word.startsWith("!"));
  return !words.includes(`!${one}`) && (named.length === 0 || named.includes(one) || named.includes("any"));
}

/** A tarball of the lock of images, for one platform. */
export function ofLock(lock: Lock, name: string, platform: Platform): Component[] {
  const tarball = lock.packages[name]?.[platform] ?? lock.packages[name]?.any;
  return tarball ? [ofNpm(tarball.package, tarball.version, tarball.integrity)] : [];
}

function ofNpm(name: string, version: string, integrity?: string): Component {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const hash = integrity?.startsWith("sha512-")
    ? Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex")
    : undefined;
  return {
    "bom-ref": purl,
    type: "library",
    name,
    version,
    purl,
    ...(hash && { hashes: [{ alg: "SHA-512", content: hash }] }),
  };
}
