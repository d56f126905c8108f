import * as pulumi from "@pulumi/pulumi";
import { LABELS } from "../gateway/contract.ts";
import { labels, type Maker, type Stranger } from "../plan/names.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { PlacedNetwork } from "../target/engine/network.ts";
import { moment } from "./moment.ts";
import { step, unlessPresent } from "./step.ts";
import type { PlaceNetworkWords } from "./steps/place-network.ts";
import type { RemoveOthersWords } from "./steps/remove-others.ts";

export interface NetworkArgs {
  client: string;
  engine: Engine;
  maker?: Maker;
  networks: Readonly<Record<"inner" | "outer", PlacedNetwork>>;
  /** Containers on the client's networks that are not the client's. */
  strangers: readonly Stranger[];
  /** Networks that have the client's names, and that somebody else made. */
  namesakes: readonly string[];
  /** Containers that were made as the client's and are not any more. */
  doubles: readonly string[];
}

/** A client's two networks. The last step of a destroy removes them. */
export class Network extends pulumi.ComponentResource {
  /** What the step of each network printed when it made it, by name. A network that is made again prints another text. */
  readonly made: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: NetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Network", name, {}, opts);
    const { client, engine, maker, networks, strangers, namesakes, doubles } = args;
    const place = (role: "inner" | "outer") => {
      const { name, spec, hash, stands } = networks[role];
      const { of, ignoreChanges } = unlessPresent(stands);
      const placed = step<PlaceNetworkWords>(
        name,
        engine,
        {
          program: "place-network",
          words: {
            ...{ client, kind: engine.kind, name, spec },
            labels: { ...labels(client, role, maker), [LABELS.spec]: hash },
            replace: namesakes.includes(name),
          },
          of,
        },
        // A network that stands keeps its old words and environment, so a changed label alone never runs the step.
        {
          parent: this,
          dependsOn: opts.dependsOn,
          ignoreChanges: stands ? ["environment", "stdin"] : ignoreChanges,
        },
      );
      return [name, placed.stdout] as const;
    };
    this.made = Object.fromEntries([place("inner"), place("outer")]);
    if (strangers.length + doubles.length > 0)
      step<RemoveOthersWords>(
        `${client}-strangers`,
        engine,
        { program: "remove-others", words: { doubles, strangers }, of: { SEEN: moment } },
        { parent: this },
      );
    this.registerOutputs({ made: this.made });
  }
}
