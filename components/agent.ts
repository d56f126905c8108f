import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type ContainerArgs, placeContainer } from "./container.ts";
import { step } from "./step.ts";
import type { ProbeGpuWords } from "./steps/probe-gpu.ts";
import type { ProbeRuntimeWords } from "./steps/probe-runtime.ts";

/** The container that agents run in. Its first process idles: no code of the client's runs before a person calls `enter`. */
export class Agent extends pulumi.ComponentResource {
  readonly container: docker.Container;

  constructor(
    name: string,
    args: ContainerArgs & {
      /** A trusted image that is there. */
      trusted: string;
    },
    opts: pulumi.ComponentResourceOptions & { dependsOn: readonly pulumi.Resource[] },
  ) {
    super("agent-sandbox:index:Agent", name, {}, opts);
    const { workload, engine } = args;
    const dependsOn: pulumi.Resource[] = [...opts.dependsOn];
    if (workload.gpu !== false) {
      // An engine may ignore a GPU request and say nothing, so a container that is thrown away proves first that the GPU is there.
      dependsOn.push(
        step<ProbeGpuWords>(
          `${name}-gpu`,
          engine,
          {
            program: "probe-gpu",
            words: {
              ...{ image: workload.image, user: workload.user, gpu: workload.gpu, via: engine.gpu },
              ...(workload.runtime !== undefined && { runtime: workload.runtime }),
            },
          },
          { parent: this, dependsOn: [...opts.dependsOn] },
        ),
      );
    }
    if (workload.runtime !== undefined)
      dependsOn.push(
        step<ProbeRuntimeWords>(
          `${name}-runtime`,
          engine,
          { program: "probe-runtime", words: { image: args.trusted, runtime: workload.runtime } },
          { parent: this, dependsOn: [...opts.dependsOn] },
        ),
      );
    this.container = placeContainer(args, { parent: this, dependsOn });
    // Its id, for a plan (`pulumi up --plan`) does not take a reference to what is not there yet for what it becomes (3.259).
    this.registerOutputs({ container: this.container.id });
  }
}
