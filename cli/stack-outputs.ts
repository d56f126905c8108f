import { join } from "node:path";
import { z } from "zod";
import { runProgram } from "../host/program.ts";
import { type Deployed, readDeployed } from "../plan/deployed.ts";
import { packageOf } from "../setup/places.ts";
import { oneLine } from "../stack-file/printable.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Look } from "../target/look.ts";

/** Thrown when the stack does not say what was asked; the message says why. */
export class StackError extends UserError {
  constructor(message: string) {
    super(2, message);
  }
}

/** Resources of a state, as far as they are read: of a provider where it places. */
export const StateResources = z.array(
  z.object({
    ...{ id: z.string().optional(), type: z.string().optional(), protect: z.boolean().optional() },
    inputs: z
      .object({ host: z.string().optional().catch(undefined), certPath: z.string().optional().catch(undefined) })
      .optional(),
  }),
);
export type StateResources = z.output<typeof StateResources>;

/** A stack as `pulumi stack export` tells it, as far as it is read. One that was never brought up has no resources. */
const ExportedStack = z.object({ deployment: z.object({ resources: StateResources.nullish() }).nullish() });
type ExportedStack = z.output<typeof ExportedStack>;

/** What the last `up` of a client left. @throws StackError when there is no such stack, it cannot be read, or it has not been brought up */
export async function readOutputs(root: string, client: string): Promise<Deployed> {
  const look = await lookAtOutputs(root, client);
  if ("unseen" in look) throw new StackError(`what ${client} should be could not be seen: ${look.unseen}`);
  const make = `\`pulumi up --stack ${client}\``;
  const { seen } = look;
  if (seen === undefined)
    throw new StackError(`what ${client} should be is not known: there is no stack ${client} here; make it: ${make}`);
  if ("facts" in seen) return seen;
  throw new StackError(`what ${client} should be is not known: ${seen.unread}; run ${make}`);
}

/** The same for who can go on without: nothing where there is no such stack, or why what it left cannot be read. */
export async function lookAtOutputs(
  root: string,
  client: string,
): Promise<Look<Deployed | { unread: string } | undefined>> {
  const args = ["stack", "output", "--stack", client, "--json", "--show-secrets", "--non-interactive"];
  const said = await askPulumi(root, args);
  if ("unseen" in said) return said;
  if (said.seen === undefined) return { seen: undefined };
  const outputs = parseOutputs(said.seen);
  if ("unseen" in outputs) return outputs;
  return { seen: readDeployed(outputs.seen) ?? { unread: NEVER_UP } };
}

/** What is said of a stack that has no outputs. */
export const NEVER_UP = "it has not been brought up";

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

/** Clients that a stack is known of, with or without a stack file; those of which no `up` has left anything are left out. Sorted. */
export async function stacksThere(root: string): Promise<Look<string[]>> {
  const said = await askPulumi(root, ["stack", "ls", "--json", "--non-interactive"]);
  if ("unseen" in said) return said;
  try {
    const parsed = Stacks.safeParse(JSON.parse((said.seen ?? "").replace(/^[^[]*/, "")));
    // A service says whose it is before the name.
    if (parsed.success)
      return {
        seen: parsed.data
          .filter(({ resourceCount }) => resourceCount !== 0)
          .map(({ name }) => name.slice(name.lastIndexOf("/") + 1))
          .sort(),
      };
  } catch {}
  return { unseen: `pulumi stack ls says no stacks, but ${JSON.stringify(oneLine(said.seen ?? "").slice(0, 60))}` };
}

const Stacks = z.array(z.object({ name: z.string(), resourceCount: z.number().optional() }));

/** Pulumi's own status where it finds no stack of that name. */
export const NO_SUCH_STACK = 6;

/** What pulumi prints about a stack; nothing where there is no such stack. No secret is in it, unless the arguments ask for them. */
export async function askPulumi(root: string, args: string[], seconds = 120): Promise<Look<string | undefined>> {
  const end = await runProgram(join(packageOf(root), "bin/pulumi"), args, { cwd: root, seconds });
  const asked = `pulumi ${args[0]} ${args[1]}`;
  if (end.code === 0) return { seen: end.stdout };
  if (end.lost === "late") return { unseen: `${asked} ${end.why}. See whether \`bin/pulumi stack ls\` answers` };
  if (end.code === NO_SUCH_STACK) return { seen: undefined };
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
