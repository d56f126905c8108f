import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { checkLock } from "../target/engine/calls.ts";
import { type ContainerArgs, placeContainer } from "./container.ts";
import { step } from "./step.ts";

/** The lock: a container that has the host's kernel drop all that comes from the inner bridge. Its step ends when the rules are in force. */
export class Lock extends pulumi.ComponentResource {
  readonly container: docker.Container;

  constructor(name: string, args: ContainerArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Lock", name, {}, opts);
    const { workload, engine } = args;
    this.container = placeContainer(args, { parent: this, dependsOn: opts.dependsOn });
    step(
      `${name}-check`,
      engine,
      { call: checkLock(engine, workload.name), of: { LOCK: this.container.id } },
      { parent: this },
    );
    // Its id, for a plan (`pulumi up --plan`) does not take a reference to what is not there yet for what it becomes (3.259).
    this.registerOutputs({ container: this.container.id });
  }
}
