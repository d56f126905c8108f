import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { VolumePlan } from "../model/container/volumes.ts";

/** A client's state on the engine. */
export class Volumes extends pulumi.ComponentResource {
  readonly named: Record<string, docker.Volume>;

  constructor(name: string, args: { plan: readonly VolumePlan[] }, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Volumes", name, {}, opts);
    this.named = Object.fromEntries(
      args.plan.map((volume) => [
        volume.name,
        new docker.Volume(
          volume.name,
          { name: volume.name, labels: labelList(volume.labels) },
          // A changed label or driver would replace the volume, and with it all that is in it.
          {
            parent: this,
            dependsOn: opts.dependsOn,
            ignoreChanges: ["labels", "driver", "driverOpts"],
            // An agent that leaves `agents:` and comes back finds its login and history. The last step of a destroy removes the volume.
            retainOnDelete: volume.ofAgent,
          },
        ),
      ]),
    );
    this.registerOutputs({ named: this.named });
  }
}

/** Labels as the provider takes them, sorted. */
export function labelList(labels: Readonly<Record<string, string>>): { label: string; value: string }[] {
  return Object.entries(labels)
    .map(([label, value]) => ({ label, value }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}
