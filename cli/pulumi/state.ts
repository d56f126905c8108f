import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { engineOf } from "../../host/engine-of.ts";
import { oneLine } from "../../stack-file/printable.ts";
import type { Address } from "../../target/engine/address.ts";
import type { Look } from "../../target/look.ts";
import { stackIn, stateFiles } from "./files.ts";
import { askPulumi, jsonIn, StackError } from "./run.ts";

/** Resources of a state, as far as they are read: of a provider where it places. */
const StateResources = z.array(
  z.object({
    ...{ id: z.string().optional(), type: z.string().optional(), protect: z.boolean().optional() },
    inputs: z
      .object({ host: z.string().optional().catch(undefined), certPath: z.string().optional().catch(undefined) })
      .optional(),
  }),
);
export type StateResources = z.output<typeof StateResources>;

/** The resources of a client's state, as far as they are read; none where it has no state. */
export async function stateResources(root: string, client: string): Promise<Look<StateResources>> {
  const files = stateFiles();
  const read = files && readCheckpoint(files, client);
  if (read) return { seen: read };
  const stack = await exportStack(root, client);
  return "unseen" in stack ? stack : { seen: stack.seen?.deployment?.resources ?? [] };
}

/** Whether a client has a stack, also one that has nothing; one that cannot be seen may be there. */
export async function mayHaveStack(root: string, client: string): Promise<boolean> {
  const files = stateFiles();
  if (files && existsSync(stackIn(files, client))) return true;
  const stack = await exportStack(root, client);
  return "unseen" in stack || stack.seen !== undefined;
}

/**
 * Where a client has what its last `up` placed: the engine of its state, whatever its stack file and the environment name by now. Without a state it is the one that these name.
 * @throws UserError where that cannot be said
 */
export function engineLivedOn(root: string, client: string, resources: Look<StateResources>): Address {
  const provider =
    "seen" in resources ? resources.seen.find(({ type, inputs }) => type === PROVIDER && inputs?.host) : undefined;
  const { host, certPath } = provider?.inputs ?? {};
  if (host === undefined) return engineOf(root, client);
  return { host, ...(certPath !== undefined && { certificates: certPath }) };
}

const PROVIDER = "pulumi:providers:docker";

/** All ids in a client's state; none when there is no such stack. @throws StackError when the state could not be read */
export async function readStateIds(root: string, client: string): Promise<Set<string>> {
  const exported = await exportStack(root, client);
  if ("unseen" in exported)
    throw new StackError(
      `what this checkout's state knows of ${client} could not be seen: ${exported.unseen}. Nothing was changed`,
    );
  return new Set((exported.seen?.deployment?.resources ?? []).flatMap(({ id }) => id ?? []));
}

/** Of a state of files, without pulumi's 0.4 s; nothing where there is no such stack, or it is not read so. */
export function readCheckpoint(files: string, client: string): StateResources | undefined {
  const path = stackIn(files, client);
  if (!existsSync(path)) return undefined;
  try {
    return Checkpoint.parse(JSON.parse(readFileSync(path, "utf8"))).checkpoint.latest?.resources ?? [];
  } catch {
    return undefined;
  }
}

const Checkpoint = z.object({
  checkpoint: z.object({ latest: z.object({ resources: StateResources.nullish() }).nullish() }),
});

/** Nothing where there is no such stack. @param seconds it may take; a state at a service of somebody's is fetched first */
export async function exportStack(
  root: string,
  client: string,
  seconds?: number,
): Promise<Look<ExportedStack | undefined>> {
  const said = await askPulumi(root, ["stack", "export", "--stack", client], seconds);
  return "unseen" in said || said.seen === undefined ? (said as Look<undefined>) : parseStack(said.seen);
}

/** Reads what `pulumi stack export` prints. */
export function parseStack(text: string): Look<ExportedStack> {
  const no = (what: string) => ({ unseen: `pulumi stack export says no stack, but ${what}` });
  try {
    const parsed = ExportedStack.safeParse(JSON.parse(jsonIn(text, "{")));
    if (parsed.success) return { seen: parsed.data };
    const [issue] = parsed.error.issues;
    return no(`one that this version does not know (${issue?.path.join(".")}: ${issue?.message})`);
  } catch {
    return no(JSON.stringify(oneLine(text).slice(0, 60)));
  }
}

/** A stack as `pulumi stack export` tells it, as far as it is read. One that was never brought up has no resources. */
const ExportedStack = z.object({ deployment: z.object({ resources: StateResources.nullish() }).nullish() });
type ExportedStack = z.output<typeof ExportedStack>;
