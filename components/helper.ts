import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Ready } from "../plan/helpers.ts";
import { type ContainerArgs, placeContainer } from "./container.ts";
import { step } from "./step.ts";
import type { AwaitHelperWords } from "./steps/await-helper.ts";

/** A container beside the agent. Its step ends when it is ready; nothing waits for that but the end of the `up`. */
export class Helper extends pulumi.ComponentResource {
  readonly container: docker.Container;

  constructor(
    name: string,
    /** A trusted image, from which is seen whether it accepts. */
    args: ContainerArgs & { client: string; ready: Ready; image: string },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("agent-sandbox:index:Helper", name, {}, opts);
    const { client, workload, engine, ready, image } = args;
    this.container = placeContainer(args, { parent: this, dependsOn: opts.dependsOn });
    step<AwaitHelperWords>(
      `${name}-ready`,
      engine,
      {
        program: "await-helper",
        words: { client, helper: workload.name, ready, image },
        of: { HELPER: this.container.id },
      },
      { parent: this },
    );
    // Its id, for a plan (`pulumi up --plan`) does not take a reference to what is not there yet for what it becomes (3.259).
    this.registerOutputs({ container: this.container.id });
  }
}
