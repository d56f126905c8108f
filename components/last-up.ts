import * as pulumi from "@pulumi/pulumi";
import { type LastUp, NO_STACK, readDeployed } from "../plan/deployed.ts";

/**
 * What the last `up` left, by the backend, whichever it is: a StackReference would be one more line of each preview. The question has Pulumi note that there is a stack,
 * also where the program then refuses it; bin/pulumi takes away one that has nothing else.
 * @param of where the client's are among the stack's outputs
 * @returns `kept` is the key of the client's fingerprints
 */
export async function lastUp(
  client: string,
  of = (outputs: Record<string, unknown>): Record<string, unknown> => outputs,
  stack = client,
): Promise<{ last: LastUp; kept?: unknown }> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), stack].join("/");
  try {
    const said = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
    const outputs = of(said?.outputs ?? {});
    return { last: readDeployed(outputs), kept: outputs.fingerprintKey };
  } catch (error) {
    const { message } = error as Error;
    // Of any other words nobody knows what they mean, and what nobody knows is no client that was never there (3.259).
    return { last: { unread: /unknown stack/.test(message) ? NO_STACK : message } };
  }
}
