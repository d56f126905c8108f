import { existsSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../../host/program.ts";
import { complain } from "../../../host/say.ts";
import { lastLine } from "../../../stack-file/printable.ts";
import { type Reach, runClient } from "../client.ts";

/** The program of the gateway's image that is compiled, and what its folder has to say how. */
const PROGRAM = "gatewayd";

/**
 * Compiles what is compiled of a build context, where it has something, and where this host has a Go that can: the file is put beside its source then. Else the image's own
 * stage does it, which fetches the distribution's Go. The binary is the same from any place, and the source, which is the image's tag, says what it does.
 * @param context a copy of the folder, which may be written to
 */
export async function compile(engine: Reach, context: string): Promise<void> {
  const folder = join(context, PROGRAM);
  if (!existsSync(join(folder, "go.mod"))) return;
  const go = await runProgram("setup/go.sh", ["--only-look"], { seconds: 60 });
  const platform = await runClient(engine, ["version", "--format", "{{.Server.Arch}}"]);
  const architecture = platform.stdout.trim();
  // Podman's own server says nothing there; it is this host then.
  const wanted = ["amd64", "arm64"].includes(architecture)
    ? architecture
    : { x64: "amd64", arm64: "arm64" }[process.arch as string];
  if (go.code !== 0 || wanted === undefined)
    return complain(`  ${PROGRAM} is compiled in the image: no Go here that can`);
  const made = await runProgram(join(folder, "build"), [go.stdout.trim(), wanted, join(folder, PROGRAM)], {
    seconds: 600,
  });
  if (made.code !== 0) complain(`  ${PROGRAM} is compiled in the image: here it ${made.why ?? lastLine(made.stderr)}`);
}
