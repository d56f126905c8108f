import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../plan/workload.ts";
import type { Engine } from "../target/engine/engine.ts";
import { step } from "./step.ts";
import type { GiveVolumesWords } from "./steps/give-volumes.ts";

export interface OwnerArgs {
  client: string;
  /** Who runs in it owns what its volumes hold. */
  agent: Workload;
  /** A trusted image that gives them. */
  image: string;
  engine: Engine;
}

/** Gives what the agent's volumes hold to the workspace's owner: at the first start, and when that one changes or a volume is added. */
export class Owner extends pulumi.ComponentResource {
  constructor(name: string, { client, agent, image, engine }: OwnerArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Owner", name, {}, opts);
    const volumes = agent.mounts.flatMap(({ kind, source, readOnly }) =>
      kind === "volume" && !readOnly ? [source] : [],
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
