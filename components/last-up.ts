import * as pulumi from "@pulumi/pulumi";
import { type LastUp, readDeployed } from "../plan/deployed.ts";

/**
 * What the last `up` left, by the backend, whichever it is: a StackReference would be one more line of each preview. The question has Pulumi note that there is a stack,
 * also where the program then refuses it; bin/pulumi takes away one that has nothing else.
 * @returns `kept` is the key of the client's fingerprints
 */
export async function lastUp(client: string): Promise<{ last: LastUp; kept?: unknown }> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), client].join("/");
  try {
    const { outputs = {} } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
    return { last: readDeployed(outputs), kept: outputs.fingerprintKey };
  } catch (error) {
    return { last: { unread: (error as Error).message } };
  }
}
