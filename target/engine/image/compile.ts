import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../../host/program.ts";
import { complain } from "../../../host/say.ts";
import { INSTALLED, PACKAGE, packageOf } from "../../../setup/places.ts";
import { lastLine } from "../../../stack-file/printable.ts";
import { type Reach, runClient } from "../client.ts";

/** The program of the gateway's image that is compiled: its folder in the context, and its file there. */
const PROGRAM = "gatewayd";

/** Architectures that it is compiled for, by Node's names for them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/**
 * Compiles what is compiled of a build context, where it has something, and no released package brings it, and where this host has a Go that can: the file is put beside its source. Else the image's own stage
 * does it with the distribution's Go, which it has to fetch first; so nothing here fails a build, and what was done is said.
 * @param context a copy of the folder, which may be written to
 */
export async function compile(engine: Reach, context: string): Promise<void> {
  const folder = join(context, PROGRAM);
  if (!existsSync(join(folder, "go.mod"))) return;
  // One that somebody compiled by hand beside the source is nobody's word of what is in it.
  const file = join(folder, PROGRAM);
  rmSync(file, { force: true });
  const architecture = await architectureOf(engine);
  const made = join(PACKAGE, `prebuilt/${PROGRAM}-${architecture}`);
  // A package that was released brings it, compiled from these sources.
  if (INSTALLED && existsSync(made)) return copyFileSync(made, file);
  const go = await runProgram(join(packageOf(process.cwd()), "setup/go.sh"), ["--only-look"], { seconds: 60 });
  const there = go.stdout.trim();
  if (go.code !== 0 || !there) return complain(`  ${PROGRAM} is compiled in the image: no Go here that can`);
  if (!architecture) return complain(`  ${PROGRAM} is compiled in the image: the engine's architecture is not known`);
  const end = await runProgram(join(folder, "build"), [there, architecture, file], { seconds: 600 });
  if (end.code === 0) return;
  rmSync(file, { force: true });
  complain(`  ${PROGRAM} is compiled in the image: here ${there} says ${end.why ?? lastLine(end.stderr)}`);
}

/** Podman has no server that says it; its machine is this one then. */
async function architectureOf(engine: Reach): Promise<string | undefined> {
  const said = await runClient(engine, ["version", "--format", "{{.Server.Arch}}"]);
  const name = said.stdout.trim();
  return Object.values(ARCHITECTURES).includes(name) ? name : ARCHITECTURES[process.arch];
}
