import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BuildWords } from "../../../capabilities/image/image.ts";
import { complain } from "../../../host/say.ts";
import { buildFolder } from "../../../plan/names.ts";
import { cataloguesOf, packageOf } from "../../../setup/places.ts";
import { clientEnvironment, type Reach, runClient } from "../client.ts";
import { accept } from "./accept.ts";
import { readBuildSecrets } from "./build-secrets.ts";
import { findBuilder, runBuilder } from "./builder.ts";
import { compile } from "./compile.ts";
import { fromRegistry } from "./from-registry.ts";
import { makeOnce } from "./once.ts";

/** Passed on by their names alone: a proxy's address may hold a password. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

/** What of it repeats the command that failed. */
const REPEATED = /^(executor failed|Dockerfile:\d+|#\d+ (ERROR|sha256|CACHED|DONE|transferring|\[)| > \[|-+$|$)/;

/** How builders say that a command ended badly, which may have said nothing itself: BuildKit in engines before 23 and since, and buildah. */
const ENDS = [
  /^executor failed running \[\/bin\/sh -c (.*)\]: (exit code: \d+)/,
  /process "\/bin\/sh -c (.*)" did not complete successfully: (exit code: \d+)/,
  /building at STEP "RUN (.*)": .*(exit status \d+)/,
];

/** The command that ended a build, as it begins, and its exit code; nothing where it was no command. */
function endOf(log: readonly string[]): string {
  for (const line of log.toReversed())
    for (const form of ENDS) {
      const [, command = "", code = ""] = form.exec(line) ?? [];
      if (code) return `${command.replace(/\s+/g, " ").trim().slice(0, 80)}: ${code}`;
    }
  return "";
}

/** A long line without its middle: buildah repeats the whole command first, and says last what is wrong. */
function bothEnds(line: string): string {
  return line.length <= 300 ? line : `${line.slice(0, 100)} … ${line.slice(-197)}`;
}

/**
 * Builds one image, unless its tag is there.
 * @param words `pull` is where it is taken from instead, where that can be
 * @throws Error when it could not be built, with the builder's last lines as its cause, or is not what a sandbox needs; every tag is as it was then
 */
export async function buildImage(engine: Reach, words: BuildWords & { tag: string; pull?: string }): Promise<void> {
  const { tag, pull, needs } = words;
  await makeOnce(engine, tag, async () => {
    if (pull !== undefined && (await fromRegistry(engine, { tag, pull, ...(needs && { needs }) }))) return;
    const work = mkdtempSync(join(tmpdir(), buildFolder(tag)));
    // It gets its tag when it was looked through.
    const made = needs ? `${tag}-unchecked` : tag;
    try {
      writeFileSync(join(work, "Dockerfile"), words.dockerfile);
      copyContext(words.context, join(work, "context"));
      // What a client's own context has is the client's.
      if (!words.context.sources) await compile(engine, join(work, "context"));
      const { trust, npmrc } = await readBuildSecrets();
      writeFileSync(join(work, "npmrc"), npmrc, { mode: 0o600 });
      writeFileSync(join(work, "ca.pem"), trust, { mode: 0o600 });
      const { command, environment } = await findBuilder(engine);
      complain(`${tag}  is being built (${command.join(" ")})`);
      const started = performance.now();
      const { log, why } = await runBuilder(
        [
          ...[...command, "--file", join(work, "Dockerfile"), "--tag", made],
          ...["--secret", `id=npmrc,src=${join(work, "npmrc")}`],
          ...(trust ? ["--secret", `id=hostca,src=${join(work, "ca.pem")}`] : []),
          ...PROXIES.filter((name) => process.env[name]).flatMap((name) => ["--build-arg", name]),
          ...Object.entries(words.arguments).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
          join(work, "context"),
        ],
        { ...clientEnvironment(engine), ...environment },
      );
      if (why !== undefined) {
        const said = log.filter((line) => !REPEATED.test(line)).slice(-30);
        const reason = why || endOf(log);
        throw new Error(`${tag}  could not be built${reason && ` (${reason})`}; everything is as it was`, {
          cause: said.map(bothEnds),
        });
      }
      if (needs) await accept(engine, made, tag, needs);
      complain(`${tag}  is built, ${Math.round((performance.now() - started) / 1000)} s`);
    } finally {
      if (needs) await runClient(engine, ["rmi", made]);
      rmSync(work, { recursive: true, force: true });
    }
  });
}

/** A copy of the build context: podman --remote puts the secrets beside its files while it builds. The same modes under every umask. */
function copyContext({ folder, sources }: BuildWords["context"], into: string): void {
  if (sources) mkdirSync(into);
  // A project's own agents have their folders beside the package's.
  else for (const place of foldersOf(folder)) cpSync(place, into, { recursive: true, verbatimSymlinks: true });
  for (const source of sources ?? []) {
    mkdirSync(dirname(join(into, source)), { recursive: true });
    cpSync(join(folder, source), join(into, source), { recursive: true, verbatimSymlinks: true });
  }
  openModes(into);
}

/** The folders of an image of ours: all agents' come from the package and the project, which has no say in any other image. */
function foldersOf(folder: string): string[] {
  const root = process.cwd();
  if (folder !== "images/agents") return [join(packageOf(root), folder)];
  return cataloguesOf(root).flatMap((place) => (existsSync(join(place, folder)) ? [join(place, folder)] : []));
}

function openModes(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  chmodSync(path, stat.isDirectory() || stat.mode & 0o111 ? 0o755 : 0o644);
  if (stat.isDirectory()) for (const name of readdirSync(path)) openModes(join(path, name));
}
