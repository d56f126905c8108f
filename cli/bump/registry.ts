import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { readJson, readWhole } from "../../host/catalogue-file.ts";
import { runProgram } from "../../host/program.ts";
import { mapping } from "../../stack-file/combinators.ts";
import { oneLine } from "../../stack-file/printable.ts";
import { UserError } from "../../stack-file/user-error.ts";
import type { Listing } from "./choose.ts";

/** The package registry does not answer, or not what it should; the message says what was asked. */
export class RegistryError extends UserError {
  constructor(message: string) {
    super(3, message);
  }
}

// A registry that is away shall be told in half a minute, not after npm's own three.
const PATIENCE = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000"];

/** Seconds that npm may take for a question, all its retries and slow registries included; after them it is ended. */
const SECONDS = 300;

const Listed = z.object({
  "dist-tags": z.object({ latest: z.string().optional() }).optional(),
  // npm writes one version alone as a word.
  versions: z.union([z.string(), z.array(z.string())]).optional(),
  time: z.record(z.string(), z.string()).optional(),
});
const Release = z.object({ "dist.integrity": z.string().optional(), deprecated: z.string().optional() });
const Manifest = mapping(z.string(), z.unknown(), "npm's keys to what they say", '{"private": true}');
const Failure = z.object({
  error: z.object({ code: z.string().nullish(), summary: z.string().nullish(), detail: z.string().nullish() }),
});

/**
 * All versions of a package, as the registry that npm is configured with lists them.
 * @throws RegistryError
 */
export async function listPackage(name: string, seconds = SECONDS): Promise<Listing> {
  const found = await view(Listed, seconds, name, "name", "dist-tags", "versions", "time");
  const released = [found.versions ?? []].flat().flatMap((version) => {
    const time = found.time?.[version];
    return time ? [[version, time] as const] : [];
  });
  const latest = found["dist-tags"]?.latest;
  return { ...(latest && { latest }), released: Object.fromEntries(released) };
}

/**
 * The digest of one version, and why its publisher says not to use it, when they do.
 * @throws RegistryError
 */
export async function releaseOf(name: string, version: string): Promise<{ integrity: string; deprecated?: string }> {
  const found = await view(Release, SECONDS, `${name}@${version}`, "name", "version", "dist.integrity", "deprecated");
  const integrity = found["dist.integrity"];
  if (!integrity?.startsWith("sha512-"))
    throw new RegistryError(`the registry gives no sha512 integrity for ${name}@${version}`);
  return { integrity, ...(found.deprecated && { deprecated: found.deprecated }) };
}

/**
 * What package.json and package-lock.json of a folder become when its one dependency is `version`, with nothing in it younger
 * than `cutoff`. No script runs, and the folder is left as it is.
 * @param folder below `root`
 * @throws RegistryError with npm's own words, when the registry has not all of it
 */
export async function resolveFolder(
  root: string,
  folder: string,
  name: string,
  version: string,
  cutoff: string,
): Promise<Record<string, string>> {
  const before = readWhole((problems) => readJson(root, `${folder}/package.json`, Manifest, problems));
  const work = mkdtempSync(join(tmpdir(), "agent-sandbox-bump-"));
  try {
    const manifest = { ...before, dependencies: { [name]: version } };
    writeFileSync(join(work, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    // What is there is kept where it still fits.
    copyFileSync(join(root, folder, "package-lock.json"), join(work, "package-lock.json"));
    const options = [
      "--package-lock-only",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--omit-lockfile-registry-resolved",
    ];
    await npm(["install", ...options, `--before=${cutoff}`, "--json"], SECONDS, work);
    const files = ["package.json", "package-lock.json"];
    return Object.fromEntries(files.map((file) => [file, readFileSync(join(work, file), "utf8")]));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What the registry says of a package, of fields that are named. */
async function view<Schema extends z.ZodType>(
  schema: Schema,
  seconds: number,
  spec: string,
  ...fields: string[]
): Promise<z.output<Schema>> {
  const answer = await npm(["view", spec, ...fields, "--json"], seconds);
  if (!answer.trim()) throw new RegistryError(`the registry has no ${spec}`);
  const parsed = schema.safeParse(jsonIn(answer));
  if (parsed.success) return parsed.data;
  throw new RegistryError(
    `npm view ${spec} says ${JSON.stringify(oneLine(answer).slice(0, 60))}, which is no answer of a package registry. See which one npm is configured with (npm config get registry), and whether it answers here`,
  );
}

/** JSON, with whatever npm says on lines before it; nothing where there is none. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.slice(Math.max(0, text.search(/^[{[]/m))));
  } catch {
    return undefined;
  }
}

async function npm(args: string[], seconds = SECONDS, cwd?: string): Promise<string> {
  const { code, lost, why, stdout, stderr } = await runProgram("npm", [...args, ...PATIENCE], { seconds, cwd });
  if (code === 0) return stdout;
  if (lost === "missing") throw new RegistryError("npm is not on PATH; it comes with Node");
  const told =
    lost === "late"
      ? `no answer in ${seconds} s. See whether the registry answers here (npm ping)`
      : (why ?? saidBy(stdout) ?? oneLine(stderr || `it ended with status ${code}`));
  throw new RegistryError(`npm ${args[0]} ${args[1]}: ${told}`);
}

/** With --json npm tells its errors in stdout. */
function saidBy(stdout: string): string | undefined {
  const parsed = Failure.safeParse(jsonIn(stdout));
  if (!parsed.success) return undefined;
  const { summary, detail, code } = parsed.data.error;
  return (
    [summary || code, detail]
      .filter(Boolean)
      .join(" ")
      .split(/\n|\. /)[0] || undefined
  );
}
