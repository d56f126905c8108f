import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { hashFiles } from "../../../host/hash-files.ts";
import { hostPath } from "../../../host/path.ts";
import { agentCanChange, type Writable } from "../../../host/writable.ts";
import { within } from "../../../plan/path.ts";
import type { Problem } from "../../../stack-file/problem.ts";
import type { Spec } from "../../../stack-file/spec.ts";
import type { Extension } from "../extension.ts";
import { type FragmentOf, parseFragment } from "../fragment.ts";

/**
 * Reads what a client adds to its image: of the fragment's folder only what its COPY instructions name. What an agent could change
 * of it is refused: the host's builder runs it as root, with a network that no policy holds.
 */
export function readExtension(
  { extend, packages }: Pick<Spec["image"], "extend" | "packages">,
  root: string,
  writable: readonly Writable[],
  problems: Problem[],
  key = "image.extend",
  of: FragmentOf = "agent",
): Extension | undefined {
  if (extend === undefined) return packages.length > 0 ? { packages } : undefined;
  const file = hostPath(extend, root);
  const report = (message: string) => problems.push({ path: key, message });
  if (!existsSync(file) || !statSync(file).isFile()) {
    report(`${extend} is not a file; write a Dockerfile fragment there, or name another one`);
    return undefined;
  }
  const untrusted = agentCanChange(file, writable);
  if (untrusted) {
    report(`${extend} ${untrusted}`);
    return undefined;
  }
  const folder = dirname(file);
  const { fragment, problems: own } = parseFragment(readFileSync(file, "utf8"), of);
  for (const { line, message } of own) report(`${basename(file)}:${line}: ${message}`);
  if (own.length > 0) return undefined;
  const missing = fragment.sources.filter((source) => !existsSync(join(folder, source)));
  for (const source of missing) report(`${basename(file)}: COPY takes ${source}, which is not in ${dirname(extend)}`);
  if (missing.length > 0) return undefined;
  const open = fragment.sources.flatMap((source) => {
    const message = agentCanChangeIn(join(folder, source), writable);
    return message ? [`${basename(file)}: COPY takes ${source}, which ${message}`] : [];
  });
  for (const message of open) report(message);
  if (open.length > 0) return undefined;
  const hash = createHash("sha256");
  for (const source of fragment.sources) hashFiles(hash, folder, source);
  return { packages, fragment: { ...fragment, folder, hash: hash.digest("hex") } };
}

/** What the images of helpers are built of, by helper, of those that are built here. */
export function readHelperExtensions(
  { helpers }: Pick<Spec, "helpers">,
  root: string,
  writable: readonly Writable[],
  problems: Problem[],
): Record<string, Extension> {
  return Object.fromEntries(
    Object.entries(helpers).flatMap(([name, { image }]) => {
      if (typeof image === "string") return [];
      const extension = readExtension(image, root, writable, problems, `helpers.${name}.image.extend`, "helper");
      return extension ? [[name, extension]] : [];
    }),
  );
}

/** Why a file, or a folder with all in it, is not trusted. */
function agentCanChangeIn(path: string, writable: readonly Writable[]): string | undefined {
  const real = realpathSync(path);
  const held = writable.find((directory) => within(directory.path, real));
  if (held) return `is or holds ${held.what}, where an agent can change it; name files outside`;
  return agentCanChange(path, writable);
}
