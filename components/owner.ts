import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../plan/workload.ts";
import type { Engine } from "../target/engine/engine.ts";
import { step } from "./step.ts";
import type { GiveVolumesWords } from "./steps/give-volumes.ts";

export interface OwnerArgs {
  client: string;
  /** The agent's container. Its user has to own the files in its volumes. */
  agent: Workload;
  /** A trusted image, from which the container runs that changes the owner. */
  image: string;
  engine: Engine;
}

/** Gives the files in the agent's volumes to the workspace's owner: at the first start, and when the owner changes or a volume is added. */
export class Owner extends pulumi.ComponentResource {
  constructor(name: string, { client, agent, image, engine }: OwnerArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Owner", name, {}, opts);
    const volumes = agent.mounts.flatMap((mount) =>
      mount.kind === "volume" && !mount.readOnly && !mount.ofImage ? [mount.source] : [],
    );
    if (volumes.length > 0)
      step<GiveVolumesWords>(
        `${name}-give`,
        engine,
        { program: "give-volumes", words: { client, agent: agent.name, owner: agent.user, image, volumes } },
        { parent: this, dependsOn: opts.dependsOn },
      );
    this.registerOutputs({});
  }
}
