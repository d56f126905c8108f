import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { SPEC_LABEL } from "../plan/names.ts";
import type { VolumePlan } from "../plan/volumes.ts";

export interface VolumesArgs {
  plan: readonly VolumePlan[];
  /** The spec's label of a volume: its own, or a new one where there is none of that name. */
  specOf: (name: string) => string;
}

/** A client's state on the engine. */
export class Volumes extends pulumi.ComponentResource {
  readonly named: Record<string, docker.Volume>;

  constructor(name: string, args: VolumesArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Volumes", name, {}, opts);
    this.named = Object.fromEntries(
      args.plan.map((volume) => {
        const made = args.specOf(volume.name);
        const labels = labelList({ ...volume.labels, ...(made && { [SPEC_LABEL]: made }) });
        const placed = new docker.Volume(
          volume.name,
          { name: volume.name, labels },
          {
            parent: this,
            dependsOn: opts.dependsOn,
            // A changed label or driver would replace the volume.
            ignoreChanges: ["labels", "driver", "driverOpts"],
            // Made anew only where there is none; without it, the engine itself would make one that no label tells from others.
            ...(made && { replacementTrigger: made }),
            // The last step of a destroy removes them all, and nothing else does: an agent that leaves `agents:` and comes back finds its login and history.
            retainOnDelete: true,
          },
        );
        return [volume.name, placed];
      }),
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
