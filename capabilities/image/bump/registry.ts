import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { oneLine } from "../../../stack-file/printable.ts";
import { UserError } from "../../../stack-file/user-error.ts";
import type { Listing } from "./choose.ts";

/** The package registry does not answer, or not what it should; the message says what was asked. */
export class RegistryError extends UserError {
  constructor(message: string) {
    super(3, message);
  }
}

// A registry that is away shall be told in half a minute, not after npm's own three.
const PATIENCE = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000"];

/**
 * All versions of a package, as the registry that npm is configured with lists them.
 * @throws RegistryError
 */
export async function listPackage(name: string): Promise<Listing> {
  const found = await view(name, "name", "dist-tags", "versions", "time");
  const times = (found.time ?? {}) as Record<string, string>;
  const released = ([found.versions ?? []].flat() as string[]).flatMap((version) =>
    times[version] ? [[version, times[version]] as const] : [],
  );
  const latest = (found["dist-tags"] as Record<string, string> | undefined)?.latest;
  return { ...(latest && { latest }), released: Object.fromEntries(released) };
}

/**
 * The digest of one version, and why its publisher says not to use it, when they do.
 * @throws RegistryError
 */
export async function releaseOf(name: string, version: string): Promise<{ integrity: string; deprecated?: string }> {
  const found = await view(`${name}@${version}`, "name", "version", "dist.integrity", "deprecated");
  const integrity = found["dist.integrity"];
  if (typeof integrity !== "string" || !integrity.startsWith("sha512-"))
    throw new RegistryError(`the registry gives no sha512 integrity for ${name}@${version}`);
  return { integrity, ...(typeof found.deprecated === "string" && { deprecated: found.deprecated }) };
}

/**
 * What package.json and package-lock.json of a folder become when its one dependency is `version`, with nothing in it younger
 * than `cutoff`. No script runs, and the folder is left as it is.
 * @throws RegistryError with npm's own words, when the registry has not all of it
 */
export async function resolveFolder(
  folder: string,
  name: string,
  version: string,
  cutoff: string,
): Promise<Record<string, string>> {
  const work = mkdtempSync(join(tmpdir(), "agent-sandbox-bump-"));
  try {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    manifest.dependencies = { [name]: version };
    writeFileSync(join(work, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    // What is there is kept where it still fits.
    copyFileSync(join(folder, "package-lock.json"), join(work, "package-lock.json"));
    const options = [
      "--package-lock-only",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--omit-lockfile-registry-resolved",
    ];
    await npm(["install", ...options, `--before=${cutoff}`, "--json"], work);
    const files = ["package.json", "package-lock.json"];
    return Object.fromEntries(files.map((file) => [file, readFileSync(join(work, file), "utf8")]));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function view(spec: string, ...fields: string[]): Promise<Record<string, unknown>> {
  const answer = await npm(["view", spec, ...fields, "--json"]);
  const found: unknown = JSON.parse(answer || "null");
  if (found && typeof found === "object" && !Array.isArray(found)) return found as Record<string, unknown>;
  throw new RegistryError(`the registry has no ${spec}`);
}

function npm(args: string[], cwd?: string): Promise<string> {
  return new Promise((resolve, reject) =>
    execFile("npm", [...args, ...PATIENCE], { cwd, env: process.env, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (error.code === "ENOENT") return reject(new RegistryError("npm is not on PATH; it comes with Node"));
      reject(new RegistryError(`npm ${args[0]} ${args[1]}: ${saidBy(stdout) ?? oneLine(stderr || error.message)}`));
    }),
  );
}

/** With --json npm tells its errors in stdout. */
function saidBy(stdout: string): string | undefined {
  try {
    const { summary, detail, code } = JSON.parse(stdout.slice(stdout.indexOf("{"))).error;
    return [summary ?? code, detail]
      .filter(Boolean)
      .join(" ")
      .split(/\n|\. /)[0];
  } catch {
    return undefined;
  }
}
