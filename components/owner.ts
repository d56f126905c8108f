import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../plan/workload.ts";
import type { Engine } from "../target/engine/engine.ts";
import { step, unlessPresent } from "./step.ts";
import type { GiveVolumesWords } from "./steps/give-volumes.ts";

export interface OwnerArgs {
  client: string;
  /** The agent's container. Its user has to own the files in its volumes. */
  agent: Workload;
  /** A trusted image, from which the container runs that changes the owner. */
  image: string;
  engine: Engine;
  /** Names of things on the engine, among them the volumes that are there. */
  present: readonly string[];
}

/** Gives the files in the agent's volumes to the workspace's owner: at the first start, and when the owner changes or a volume is added or was removed by somebody. */
export class Owner extends pulumi.ComponentResource {
  constructor(
    name: string,
    { client, agent, image, engine, present }: OwnerArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("agent-sandbox:index:Owner", name, {}, opts);
    const volumes = agent.mounts.flatMap((mount) =>
      mount.kind === "volume" && !mount.readOnly && !mount.ofImage ? [mount.source] : [],
    );
    const { of, ignoreChanges } = unlessPresent(volumes.every((volume) => present.includes(volume)));
    if (volumes.length > 0)
      step<GiveVolumesWords>(
        `${name}-give`,
        engine,
        { program: "give-volumes", words: { client, agent: agent.name, owner: agent.user, image, volumes }, of },
        { parent: this, dependsOn: opts.dependsOn, ignoreChanges },
      );
    this.registerOutputs({});
  }
}
