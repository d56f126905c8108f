import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { engineOf } from "../host/engine-of.ts";
import type { Address } from "../target/engine/address.ts";
import type { Look } from "../target/look.ts";
import { exportStack, StateResources } from "./stack-outputs.ts";

/** The resources of a client's state, as far as they are read; none where it has no state. */
export async function stateResources(root: string, client: string): Promise<Look<StateResources>> {
  const { AGENT_SANDBOX_FILES: files } = process.env;
  const read = files && readCheckpoint(files, client);
  if (read) return { seen: read };
  const stack = await exportStack(root, client);
  return "unseen" in stack ? stack : { seen: stack.seen?.deployment?.resources ?? [] };
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

const Checkpoint = z.object({
  checkpoint: z.object({ latest: z.object({ resources: StateResources.nullish() }).nullish() }),
});

/** Where a state of files has the stacks of this project. */
const STACKS = ".pulumi/stacks/agent-sandbox";

/** Clients that have a stack in a state of files, sorted. */
export function stacksIn(files: string): string[] {
  const folder = join(files, STACKS);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return [...new Set(names.flatMap((name) => /^([a-z][a-z0-9-]*)\.json(?:\.gz|\.zst)?$/.exec(name)?.[1] ?? []))].sort();
}

/** Of a state of files, without pulumi's 0.4 s; nothing where there is no such stack, or it is not read so. */
export function readCheckpoint(files: string, client: string): StateResources | undefined {
  const path = join(files, STACKS, `${client}.json`);
  if (!existsSync(path)) return undefined;
  try {
    return Checkpoint.parse(JSON.parse(readFileSync(path, "utf8"))).checkpoint.latest?.resources ?? [];
  } catch {
    return undefined;
  }
}
