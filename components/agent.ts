import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type ContainerArgs, placeContainer } from "./container.ts";
import { step } from "./step.ts";

/** The container the agents run in. Its first process idles: nothing of the client's code runs before someone enters. */
export class Agent extends pulumi.ComponentResource {
  readonly container: docker.Container;
  /** Settles when the container is there with all its limits. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: ContainerArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Agent", name, {}, opts);
    const { workload, engine } = args;
    const dependsOn: pulumi.Input<pulumi.Resource>[] = [opts.dependsOn ?? []].flat() as pulumi.Input<pulumi.Resource>[];
    if (workload.gpu !== false) {
      // Engines may ignore a GPU request without a word, so it is proven in a container that is thrown away.
      dependsOn.push(
        step(
          `${name}-gpu`,
          engine,
          {
            run: "components/steps/probe-gpu.sh",
            environment: { IMAGE: workload.image, GPU: gpuWord(workload.gpu), VIA: engine.gpu },
          },
          { parent: this, dependsOn: opts.dependsOn },
        ),
      );
    }
    this.container = placeContainer(args, { parent: this, dependsOn });
    const limits = step(
      `${name}-limits`,
      engine,
      // The provider has no input for it. The engine keeps it with the container, over restarts.
      { run: `$ENGINE update --pids-limit ${workload.limits.pids} ${workload.name}`, after: [this.container.id] },
      { parent: this },
    );
    this.ready = limits.id;
    this.registerOutputs({ container: this.container, ready: this.ready });
  }
}

function gpuWord(gpu: Exclude<ContainerArgs["workload"]["gpu"], false>): string {
  if (gpu === "all") return "all";
  return "devices" in gpu ? gpu.devices.join(",") : Array.from({ length: gpu.count }, (_, i) => i).join(",");
}
