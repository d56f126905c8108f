import { join } from "node:path";
import { runProgram } from "../../host/program.ts";
import { packageOf } from "../../setup/places.ts";
import { oneLine } from "../../stack-file/printable.ts";
import { UserError } from "../../stack-file/user-error.ts";
import type { Look } from "../../target/look.ts";
import { ROOT } from "../command.ts";
import { runShown, type Shown } from "../shown.ts";

/** What pulumi prints about a stack; nothing where there is no such stack. No secret is in it, unless the arguments ask for them. */
export async function askPulumi(root: string, args: string[], seconds = 120): Promise<Look<string | undefined>> {
  const end = await runProgram(programOf(root), [...args, "--non-interactive"], { cwd: root, seconds });
  const asked = `pulumi ${args[0]} ${args[1]}`;
  if (end.code === 0) return { seen: end.stdout };
  if (end.lost === "late") return { unseen: `${asked} ${end.why}. See whether \`bin/pulumi stack ls\` answers` };
  if (end.code === NO_SUCH_STACK) return { seen: undefined };
  return { unseen: `${asked}: ${oneLine(end.stderr) || end.why || `it ended with status ${end.code}`}` };
}

/** Has pulumi do what takes minutes, without asking anybody. @returns its status, and all it said; never throws */
export function runPulumi(args: readonly string[], shown?: Shown): ReturnType<typeof runShown> {
  return runShown(programOf(ROOT), [...args, "--non-interactive"], ROOT, shown);
}

/** Thrown when the stack does not say what was asked; the message says why. */
export class StackError extends UserError {
  constructor(message: string) {
    super(2, message);
  }
}

/** The JSON in what pulumi prints, from the first line that begins it: a warning may come before. */
export function jsonIn(text: string, begin: "[" | "{"): string {
  return text.slice(Math.max(0, text.search(begin === "[" ? /^\[/m : /^\{/m)));
}

/** Pulumi's own status where it finds no stack of that name. */
const NO_SUCH_STACK = 6;

/** Pulumi, with what this product adds. */
function programOf(root: string): string {
  return join(packageOf(root), "bin/pulumi");
}
