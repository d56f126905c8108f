import * as pulumi from "@pulumi/pulumi";
import type { VolumePlan } from "../plan/volumes.ts";
import type { Engine } from "../target/engine/engine.ts";
import { step, unlessPresent } from "./step.ts";
import type { PlaceVolumesWords } from "./steps/place-volumes.ts";

export interface VolumesArgs {
  plan: readonly VolumePlan[];
  engine: Engine;
  /** Names of things on the engine, among them the volumes that are there. */
  present: readonly string[];
}

/**
 * A client's state on the engine. The last step of a destroy removes it, and nothing else does: an agent that leaves `agents:` and comes back finds its
 * login and history.
 */
export class Volumes extends pulumi.ComponentResource {
  constructor(name: string, { plan, engine, present }: VolumesArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Volumes", name, {}, opts);
    const { of, ignoreChanges } = unlessPresent(plan.every((volume) => present.includes(volume.name)));
    step<PlaceVolumesWords>(
      `${name}-place`,
      engine,
      {
        program: "place-volumes",
        words: { volumes: Object.fromEntries(plan.map((volume) => [volume.name, volume.labels])) },
        of,
      },
      { parent: this, dependsOn: opts.dependsOn, ignoreChanges },
    );
    this.registerOutputs({});
  }
}
