import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type ContainerArgs, placeContainer } from "./container.ts";

/** The agent network's only neighbour. It comes up shut. */
export class Gateway extends pulumi.ComponentResource {
  readonly container: docker.Container;

  constructor(name: string, args: ContainerArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Gateway", name, {}, opts);
    this.container = placeContainer(args, { parent: this, dependsOn: opts.dependsOn });
    // Its id, for a plan (`pulumi up --plan`) does not take a reference to what is not there yet for what it becomes (3.259).
    this.registerOutputs({ container: this.container.id });
  }
}
