import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Posture } from "../plan/posture.ts";
import { type Proof, proveStep } from "../plan/proof/proof.ts";
import { oneLine } from "../stack-file/printable.ts";
import { UserError } from "../stack-file/user-error.ts";

/** What the last `up` of a client came to, as its stack keeps it. */
export interface StackOutputs {
  posture: Posture;
  policyHash: string;
  proof: Proof;
}

/** The stack does not say it; the message tells why. */
export class StackError extends UserError {
  constructor(message: string) {
    super(2, message);
  }
}

/** A stack as `pulumi stack export` tells it. */
export interface ExportedStack {
  deployment?: {
    resources?: {
      urn: string;
      type?: string;
      id?: string;
      delete?: boolean;
      inputs?: Record<string, unknown>;
      outputs?: Record<string, unknown>;
    }[];
  };
}

/** @throws StackError when there is no such stack, or it has not been brought up */
export async function readOutputs(root: string, client: string): Promise<StackOutputs> {
  const exported = await exportStack(root, client).catch((error: Error) => {
    throw new StackError(`what ${client} should be is not known: ${error.message}`);
  });
  const outputs = outputsOf(exported, client);
  if (outputs) return outputs;
  throw new StackError(`the stack ${client} has no outputs of this version; run \`pulumi up --stack ${client}\``);
}

/**
 * What an exported stack says of itself. What is proven is no output, for Pulumi prints 60 lines of it: it is what the last step that proved it was told
 * (components/canary.ts), which the state keeps as well.
 */
export function outputsOf({ deployment }: ExportedStack, client: string): StackOutputs | undefined {
  const resources = deployment?.resources ?? [];
  const { posture, policyHash } = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  // One that is to be deleted was replaced.
  const step = resources.find((one) => one.urn.endsWith(`::${proveStep(client)}`) && !one.delete);
  const told = step?.inputs?.stdin;
  const { proof } = typeof told === "string" ? (JSON.parse(told) as { proof?: Proof }) : {};
  if (!posture || typeof policyHash !== "string" || !proof?.datagrams) return undefined;
  return { posture: posture as Posture, policyHash, proof };
}

/** Ids that a client's state knows, of whatever kind; none when there is no such stack or it cannot be read. */
export async function readStateIds(root: string, client: string): Promise<Set<string>> {
  const { deployment } = await exportStack(root, client).catch((): ExportedStack => ({}));
  return new Set((deployment?.resources ?? []).flatMap(({ id }) => id ?? []));
}

/** @throws Error with what pulumi said, or that it said something else than a stack */
function exportStack(root: string, client: string): Promise<ExportedStack> {
  const args = ["stack", "export", "--stack", client, "--non-interactive"];
  return new Promise<string>((resolve, reject) =>
    execFile(join(root, "bin/pulumi"), args, { cwd: root, maxBuffer: 2 ** 28 }, (error, stdout, stderr) =>
      error ? reject(new Error(oneLine(stderr || error.message))) : resolve(stdout),
    ),
  ).then(parseStack);
}

/** Reads what `pulumi stack export` says: a line before the stack, a warning say, is no part of it. @throws Error with what it is instead */
export function parseStack(text: string): ExportedStack {
  try {
    return JSON.parse(text.slice(Math.max(0, text.search(/^\{/m)))) as ExportedStack;
  } catch {
    throw new Error(`pulumi stack export says no stack, but ${JSON.stringify(oneLine(text).slice(0, 60))}`);
  }
}
