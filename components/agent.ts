import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type ContainerArgs, placeContainer } from "./container.ts";
import { step } from "./step.ts";
import type { ProbeGpuWords } from "./steps/probe-gpu.ts";

/** The container the agents run in. Its first process idles: nothing of the client's code runs before someone enters. */
export class Agent extends pulumi.ComponentResource {
  readonly container: docker.Container;

  constructor(name: string, args: ContainerArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Agent", name, {}, opts);
    const { workload, engine } = args;
    const dependsOn: pulumi.Input<pulumi.Resource>[] = [opts.dependsOn ?? []].flat() as pulumi.Input<pulumi.Resource>[];
    if (workload.gpu !== false) {
      // Engines may ignore a GPU request without a word, so it is proven in a container that is thrown away.
      dependsOn.push(
        step<ProbeGpuWords>(
          `${name}-gpu`,
          engine,
          { program: "probe-gpu", words: { image: workload.image, gpu: workload.gpu, via: engine.gpu } },
          { parent: this, dependsOn: opts.dependsOn },
        ),
      );
    }
    this.container = placeContainer(args, { parent: this, dependsOn });
    this.registerOutputs({ container: this.container });
  }
}
