import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { LABELS } from "../gateway/contract.ts";
import type { Workload } from "../plan/workload.ts";
import { bringBack, setAside } from "../target/engine/aside.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Standing } from "../target/engine/standing.ts";
import { tellAtTheEnd } from "./steps/at-the-end.ts";

export interface ContainerArgs {
  workload: Workload;
  engine: Engine;
  /** What the step of each network printed when it made it, by name. When a network is made again, the containers on it are replaced. */
  networks: Readonly<Record<string, pulumi.Output<string>>>;
  /** How the container that is there differs from the plan. One that differs is replaced. */
  standing: Standing;
}

/**
 * Places a workload as a container of the engine. The provider ignores edits of some inputs, and engines read others back in another form
 * (docs/decisions.md, D-2): so the label of its spec decides about replacement. The provider never deletes a container: the old one
 * is set aside until the walls of the new one are proven, and the last step of a destroy removes all containers by the client's label.
 */
export function placeContainer(
  { workload, engine, networks, standing }: ContainerArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const dialect = dialects[engine.kind];
  const spec = dialect.container(workload, engine);
  const labels = labelList({ ...workload.labels, ...standing.labels, [LABELS.spec]: standing.spec });
  // Hashes, and six lines for each port: the label of what is published has them in one.
  const hidden = [
    "ports",
    ...labels.flatMap(({ label }, index) => (HASHES.includes(label) ? [`labels[${index}]`] : [])),
  ];
  const bound = workload.hostNetwork
    ? Object.values(networks)
    : workload.networks.map(({ name }) => {
        const said = networks[name];
        if (!said) throw new Error(`${workload.name} is planned on ${name}, which is no network of its client's`);
        return said;
      });
  const makeRoom = new pulumi.ResourceHook(`${workload.name}-set-aside`, () =>
    setAside(engine, workload.name, workload, !standing.mayReturn),
  );
  const comeBack = new pulumi.ErrorHook(`${workload.name}-come-back`, async ({ failedOperation, errors }) => {
    const said = failedOperation === "create" ? await bringBack(engine, workload.name) : undefined;
    if (said) pulumi.log.warn(said);
    // What Pulumi shows are the provider's words, and the engine's and its runtime's in them.
    tellAtTheEnd([
      `${workload.name}: the ${failedOperation} of this container failed. ${errors[0] ?? "Nobody said why"}`,
      ...(said ? [said] : []),
    ]);
    return false;
  });
  return new docker.Container(
    workload.name,
    { ...spec, labels },
    {
      ...opts,
      ignoreChanges: [...dialect.drifting],
      // The label of the spec. As a trigger, Pulumi would not ask the provider what differs, and print all inputs (125 lines for one mount more).
      ...(dialect.drifting.includes("labels") ? {} : { replaceOnChanges: ["labels"] }),
      // A container without networks (the lock) is replaced with them all the same: its rules name the inner network's bridge.
      replacementTrigger: pulumi.all(dialect.drifting.includes("labels") ? [standing.spec, ...bound] : bound),
      hideDiffs: hidden,
      // The name, the address and the ports are fixed: the old one has to go first.
      deleteBeforeReplace: true,
      retainOnDelete: true,
      hooks: { beforeCreate: [makeRoom], onError: [comeBack] },
    },
  );
}

/** Labels that tell a person nothing. */
const HASHES: readonly string[] = [LABELS.spec, LABELS.sources];

/** Labels as the provider takes them, sorted. */
function labelList(labels: Readonly<Record<string, string>>): { label: string; value: string }[] {
  return Object.entries(labels)
    .map(([label, value]) => ({ label, value }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}
