import * as pulumi from "@pulumi/pulumi";
import { type LastUp, readDeployed } from "../plan/deployed.ts";

/**
 * Asks the backend, whichever it is, and once: what is called is the question. A StackReference would be one more line of each preview. The question has Pulumi note that
 * there is a stack, so whatever refuses a client's first `up` has to be told before it: nothing of that stack stays.
 */
export function lastUp(client: string): () => Promise<LastUp> {
  let asked: Promise<LastUp> | undefined;
  return () => {
    asked ??= ask(client);
    return asked;
  };
}

async function ask(client: string): Promise<LastUp> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), client].join("/");
  try {
    const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
    return readDeployed(outputs ?? {});
  } catch (error) {
    return { unread: (error as Error).message };
  }
}
