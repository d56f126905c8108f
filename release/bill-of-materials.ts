import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readLock } from "../capabilities/image/look/lock.ts";

/**
 * What a release is made of, as CycloneDX 1.6: npm's packages that it depends on, the tarballs that images are made of, and, of images of this version that the engine here has, the
 * packages of the distribution. It has neither a time nor a serial number: two of one commit and one set of images are equal.
 */
export async function billOfMaterials(root: string): Promise<Record<string, unknown>> {
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", name, version, purl: `pkg:npm/${name}@${version}` } },
    components: byReference([...npmPackages(root), ...tarballs(root)]),
  };
}

interface Component {
  "bom-ref": string;
  type: "library";
  name: string;
  version: string;
  purl: string;
  hashes?: { alg: "SHA-512"; content: string }[];
}

/** What `npm install` of the package brings, by the lock: no tool of development. */
function npmPackages(root: string): Component[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version: string; integrity?: string; dev?: boolean; devOptional?: boolean }>;
  };
  return Object.entries(packages).flatMap(([path, { version, integrity, dev, devOptional }]) =>
    path === "" || dev || devOptional ? [] : [ofNpm(path.replace(/^.*node_modules\//, ""), version, integrity)],
  );
}

function tarballs(root: string): Component[] {
  return Object.values(readLock(root).packages).flatMap((entry) =>
    [entry["linux-x64"], entry["linux-arm64"], entry.any].flatMap((tarball) =>
      tarball ? [ofNpm(tarball.package, tarball.version, tarball.integrity)] : [],
    ),
  );
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

function byReference(components: readonly Component[]): Component[] {
  const known = new Map(components.map((component) => [component.purl, component]));
  return [...known.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}
