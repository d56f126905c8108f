import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { SPEC_LABEL } from "../plan/names.ts";
import type { Workload } from "../plan/workload.ts";
import { bringBack, setAside } from "../target/engine/aside.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Standing } from "../target/engine/standing.ts";
import { step, unlessPresent } from "./step.ts";
import { labelList } from "./volumes.ts";

export interface ContainerArgs {
  workload: Workload;
  engine: Engine;
  /** The client's networks by name. The container is bound to their ids: one made anew takes its containers with it. */
  networks: Readonly<Record<string, docker.Network>>;
  /** How the container of before stands: whatever differs from the plan is replaced. */
  standing: Standing;
}

/**
 * Places a workload as a container of the engine. The provider ignores edits of some inputs, and engines read others back in another form
 * (docs/decisions.md, D-2): so the label of its spec decides about replacement. The provider never deletes one: the container of before
 * is set aside until the walls of the new one are proven, and the last steps of a destroy remove all by the client's label.
 */
export function placeContainer(
  { workload, engine, networks, standing }: ContainerArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const dialect = dialects[engine.kind];
  const spec = dialect.container(workload, engine);
  const networksAdvanced = spec.networksAdvanced.map((network) => ({ ...network, name: networks[network.name]!.id }));
  const labels = labelList({ ...workload.labels, ...standing.labels, [SPEC_LABEL]: standing.spec });
  const makeRoom = new pulumi.ResourceHook(`${workload.name}-set-aside`, () =>
    setAside(engine, workload.name, workload, !standing.mayReturn),
  );
  const comeBack = new pulumi.ErrorHook(`${workload.name}-come-back`, async ({ failedOperation }) => {
    const said = failedOperation === "create" ? await bringBack(engine, workload.name) : undefined;
    if (said) pulumi.log.warn(said);
    return false;
  });
  return new docker.Container(
    workload.name,
    { ...spec, labels, networksAdvanced },
    {
      ...opts,
      ignoreChanges: [...dialect.drifting],
      // One without networks goes with them all the same: before a network is made anew, all containers are removed (sweep).
      replacementTrigger: workload.hostNetwork
        ? pulumi.all([standing.spec, ...Object.values(networks).map(({ id }) => id)])
        : standing.spec,
      // The name, the address and the ports are fixed: the old one has to go first.
      deleteBeforeReplace: true,
      retainOnDelete: true,
      hooks: { beforeCreate: [makeRoom], onError: [comeBack] },
    },
  );
}

/**
 * Sets the limits of a container that runs: of processes, for which the provider has no input, and those that somebody changed by hand. The engine
 * keeps them with the container, over restarts.
 */
export function setLimits(
  container: docker.Container,
  { workload, engine, standing }: Pick<ContainerArgs, "workload" | "engine" | "standing">,
  opts: pulumi.CustomResourceOptions,
): void {
  if (!dialects[engine.kind].limitsProcesses) return;
  const { pids, memory, cpus } = workload.limits;
  const words = [
    `--pids-limit ${pids}`,
    `--memory ${memory} --memory-swap ${memory}`,
    `--restart ${workload.restart}`,
    ...(cpus ? [`--cpus ${cpus}`] : []),
  ];
  const { after, ignoreChanges } = unlessPresent(standing.limits.length === 0);
  step(
    `${workload.name}-limits`,
    engine,
    {
      client: `update ${words.join(" ")} ${workload.name}`,
      // A new container has none of them.
      of: { CONTAINER: container.id },
      after,
    },
    { ...opts, ignoreChanges },
  );
}
