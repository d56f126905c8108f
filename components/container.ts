import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../model/container/workload.ts";
import type { ContainerSpec } from "../model/dialect/dialect.ts";
import { dialects } from "../model/dialect/dialects.ts";
import type { Engine } from "../model/engine.ts";
import { specHash } from "../model/hash.ts";
import { step } from "./step.ts";

export interface ContainerArgs {
  workload: Workload;
  engine: Engine;
  /** The client's networks by name. The container is bound to their ids: one made anew takes its containers with it. */
  networks: Readonly<Record<string, docker.Network>>;
}

/**
 * Places a workload as a container of the engine. The provider ignores edits of some inputs, and engines read others back
 * in another form (docs/decisions.md, "spec hash"): so the hash of all that is not live decides about replacement.
 */
export function placeContainer(
  { workload, engine, networks }: ContainerArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const dialect = dialects[engine.kind];
  const spec = dialect.container(workload, engine);
  const fixed = Object.fromEntries(
    Object.entries(spec).filter(([key]) => !dialect.live.includes(key as keyof ContainerSpec)),
  );
  const networksAdvanced = spec.networksAdvanced.map((network) => ({ ...network, name: networks[network.name]!.id }));
  return new docker.Container(
    workload.name,
    { ...spec, networksAdvanced },
    {
      ...opts,
      ignoreChanges: [...dialect.drifting],
      replacementTrigger: specHash(fixed),
      // The name, the address and the ports are fixed: the old one has to go first.
      deleteBeforeReplace: true,
    },
  );
}

/** Sets the limit of processes, for which the provider has no input. The engine keeps it with the container, over restarts. */
export function limitProcesses(
  container: docker.Container,
  { workload, engine }: Pick<ContainerArgs, "workload" | "engine">,
  opts: pulumi.CustomResourceOptions,
): void {
  if (!dialects[engine.kind].limitsProcesses) return;
  const run = `$ENGINE update --pids-limit ${workload.limits.pids} ${workload.name}`;
  step(`${workload.name}-limits`, engine, { run, after: [container.id] }, opts);
}
