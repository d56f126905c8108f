import { join } from "node:path";
import { z } from "zod";
import { runProgram } from "../host/program.ts";
import { type Deployed, readDeployed } from "../plan/deployed.ts";
import { oneLine } from "../stack-file/printable.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Look } from "../target/look.ts";

/** Thrown when the stack does not say what was asked; the message says why. */
export class StackError extends UserError {
  constructor(message: string) {
    super(2, message);
  }
}

/** A stack as `pulumi stack export` tells it, as far as it is read. One that was never brought up has no resources. */
const ExportedStack = z.object({
  deployment: z
    .object({ resources: z.array(z.object({ id: z.string().optional(), protect: z.boolean().optional() })).nullish() })
    .nullish(),
});
type ExportedStack = z.output<typeof ExportedStack>;

/** What the last `up` of a client left. @throws StackError when there is no such stack, it cannot be read, or it has not been brought up */
export async function readOutputs(root: string, client: string): Promise<Deployed> {
  const args = ["stack", "output", "--stack", client, "--json", "--show-secrets", "--non-interactive"];
  const said = await askPulumi(root, args);
  if ("unseen" in said) throw new StackError(`what ${client} should be could not be seen: ${said.unseen}`);
  const make = `\`pulumi up --stack ${client}\``;
  if (said.seen === undefined)
    throw new StackError(`what ${client} should be is not known: there is no stack ${client} here; make it: ${make}`);
  const outputs = parseOutputs(said.seen);
  if ("unseen" in outputs) throw new StackError(`what ${client} should be could not be seen: ${outputs.unseen}`);
  const deployed = readDeployed(outputs.seen);
  if (deployed && !("unread" in deployed)) return deployed;
  throw new StackError(
    `what ${client} should be is not known: ${deployed?.unread ?? "it has not been brought up"}; run ${make}`,
  );
}

/** Reads what `pulumi stack output --json` prints. Lines before the JSON, like a warning, are skipped. */
export function parseOutputs(text: string): Look<Record<string, unknown>> {
  try {
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(fromBrace(text)));
    if (parsed.success) return { seen: parsed.data };
  } catch {}
  return { unseen: `pulumi stack output says no outputs, but ${JSON.stringify(oneLine(text).slice(0, 60))}` };
}

/** All ids in a client's state; none when there is no such stack. @throws StackError when the state could not be read */
export async function readStateIds(root: string, client: string): Promise<Set<string>> {
  const exported = await exportStack(root, client);
  if ("unseen" in exported)
    throw new StackError(
      `what this checkout's state knows of ${client} could not be seen: ${exported.unseen}. Nothing was changed`,
    );
  return new Set((exported.seen?.deployment?.resources ?? []).flatMap(({ id }) => id ?? []));
}

/** Nothing where there is no such stack. @param seconds it may take; a state at a service of somebody's is fetched first */
export async function exportStack(
  root: string,
  client: string,
  seconds = 120,
): Promise<Look<ExportedStack | undefined>> {
  const args = ["stack", "export", "--stack", client, "--non-interactive"];
  const said = await askPulumi(root, args, seconds);
  return "unseen" in said || said.seen === undefined ? (said as Look<undefined>) : parseStack(said.seen);
}

/** What pulumi prints about a stack; nothing where there is no such stack. No secret is in it, unless the arguments ask for them. */
export async function askPulumi(root: string, args: string[], seconds = 120): Promise<Look<string | undefined>> {
  const end = await runProgram(join(root, "bin/pulumi"), args, { cwd: root, seconds });
  const asked = `pulumi ${args[0]} ${args[1]}`;
  if (end.code === 0) return { seen: end.stdout };
  if (end.lost === "late") return { unseen: `${asked} ${end.why}. See whether \`bin/pulumi stack ls\` answers` };
  if (/no stack named/i.test(end.stderr)) return { seen: undefined };
  return { unseen: `${asked}: ${oneLine(end.stderr) || end.why || `it ended with status ${end.code}`}` };
}

/** From the first line that begins JSON. */
function fromBrace(text: string): string {
  return text.slice(Math.max(0, text.search(/^\{/m)));
}

/** Reads what `pulumi stack export` prints. Lines before the JSON, like a warning, are skipped. */
export function parseStack(text: string): Look<ExportedStack> {
  const no = (what: string) => ({ unseen: `pulumi stack export says no stack, but ${what}` });
  try {
    const parsed = ExportedStack.safeParse(JSON.parse(fromBrace(text)));
    if (parsed.success) return { seen: parsed.data };
    const [issue] = parsed.error.issues;
    return no(`one that this version does not know (${issue?.path.join(".")}: ${issue?.message})`);
  } catch {
    return no(JSON.stringify(oneLine(text).slice(0, 60)));
  }
}
