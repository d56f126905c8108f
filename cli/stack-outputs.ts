import { join } from "node:path";
import { z } from "zod";
import { runProgram } from "../host/program.ts";
import type { Posture } from "../plan/posture.ts";
import { type Proof, proveStep } from "../plan/proof/proof.ts";
import { oneLine } from "../stack-file/printable.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Look } from "../target/look.ts";

/** What the last `up` of a client came to, as its stack keeps it. */
export interface StackOutputs {
  posture: Pick<Posture, "profile" | "containers" | "egress" | "endpoints">;
  policyHash: string;
  proof: Proof;
}

/** Thrown when the stack does not say what was asked; the message says why. */
export class StackError extends UserError {
  constructor(message: string) {
    super(2, message);
  }
}

const Resource = z.object({
  urn: z.string(),
  type: z.string().optional(),
  id: z.string().optional(),
  delete: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).nullish(),
  outputs: z.record(z.string(), z.unknown()).nullish(),
});
/** A stack as `pulumi stack export` tells it, as far as it is read. One that was never brought up has no resources. */
const ExportedStack = z.object({
  deployment: z.object({ resources: z.array(Resource).nullish() }).nullish(),
});
export type ExportedStack = z.output<typeof ExportedStack>;

const strings = z.record(z.string(), z.string());
const ContainerPosture = z.looseObject({
  image: z.string(),
  user: z.string(),
  capabilities: z.array(z.string()),
  mounts: strings,
  networks: z.array(z.string()),
  published: z.array(z.string()),
  gpu: z.string(),
  seccomp: z.string(),
  limits: strings,
});
/** The outputs that are read here, each with all its keys: a stack that another version placed may lack some. */
const Outputs = z.object({
  posture: z.looseObject({
    profile: z.string(),
    containers: z.object({
      agent: ContainerPosture,
      gateway: ContainerPosture,
      lock: ContainerPosture.optional(),
    }),
    egress: strings,
    endpoints: strings,
  }),
  policyHash: z.string(),
});
/** What the step that proves was told: JSON as text. */
const Told = z
  .string()
  .transform(asJson)
  .pipe(
    z.object({
      proof: z.object({
        probes: z.array(z.string()),
        datagrams: z.array(z.string()),
        mounts: z.array(
          z.object({
            at: z.string(),
            readOnly: z.boolean(),
            shows: z
              .object({
                reference: z.object({ kind: z.enum(["bind", "volume"]), source: z.string() }),
                path: z.string(),
              })
              .optional(),
          }),
        ),
        scratch: z.array(z.string()),
        user: z.string(),
        networks: z.number(),
        gpu: z.boolean(),
      }),
    }),
  );

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws StackError when there is no such stack, it cannot be read, or it has not been brought up */
export async function readOutputs(root: string, client: string): Promise<StackOutputs> {
  const exported = await exportStack(root, client);
  if ("unseen" in exported) throw new StackError(`what ${client} should be could not be seen: ${exported.unseen}`);
  if (!exported.seen)
    throw new StackError(
      `what ${client} should be is not known: there is no stack ${client} here; make it: pulumi up --stack ${client}`,
    );
  const outputs = outputsOf(exported.seen, client);
  if (outputs) return outputs;
  throw new StackError(`the stack ${client} has no outputs of this version; run \`pulumi up --stack ${client}\``);
}

/**
 * What an exported stack says of itself. What is to be proven is no output, for Pulumi would print 60 lines of it. It is read from the words of the step that
 * proved the walls last (components/canary.ts), which are in the state.
 */
export function outputsOf({ deployment }: ExportedStack, client: string): StackOutputs | undefined {
  const resources = deployment?.resources ?? [];
  const outputs = Outputs.safeParse(resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs);
  // A resource that is still to be deleted was replaced by another.
  const step = resources.find((one) => one.urn.endsWith(`::${proveStep(client)}`) && !one.delete);
  const told = Told.safeParse(step?.inputs?.stdin);
  return outputs.success && told.success ? { ...outputs.data, proof: told.data.proof } : undefined;
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
  const end = await runProgram(join(root, "bin/pulumi"), args, { cwd: root, seconds });
  const asked = "pulumi stack export";
  if (end.code === 0) return parseStack(end.stdout);
  if (end.lost === "late") return { unseen: `${asked} ${end.why}. See whether \`bin/pulumi stack ls\` answers` };
  if (/no stack named/i.test(end.stderr)) return { seen: undefined };
  return { unseen: `${asked}: ${oneLine(end.stderr) || end.why || `it ended with status ${end.code}`}` };
}

/** Reads what `pulumi stack export` prints. Lines before the JSON, like a warning, are skipped. */
export function parseStack(text: string): Look<ExportedStack> {
  const no = (what: string) => ({ unseen: `pulumi stack export says no stack, but ${what}` });
  try {
    const parsed = ExportedStack.safeParse(JSON.parse(text.slice(Math.max(0, text.search(/^\{/m)))));
    if (parsed.success) return { seen: parsed.data };
    const [issue] = parsed.error.issues;
    return no(`one that this version does not know (${issue?.path.join(".")}: ${issue?.message})`);
  } catch {
    return no(JSON.stringify(oneLine(text).slice(0, 60)));
  }
}
