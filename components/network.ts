import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { AddressPlan } from "../capabilities/network/addresses.ts";
import { specHash } from "../plan/hash.ts";
import { labels, type Maker, names, SPEC_LABEL, type Stranger } from "../plan/names.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import type { Engine } from "../target/engine/engine.ts";
import { removeNamesake } from "../target/engine/namesake.ts";
import { step } from "./step.ts";
import type { RemoveOthersWords } from "./steps/remove-others.ts";
import { labelList } from "./volumes.ts";

export interface NetworkArgs {
  client: string;
  addresses: AddressPlan;
  engine: Engine;
  maker?: Maker;
  /** The spec's label of a network: its own, or a new one where there is none of that name. */
  specOf: (name: string) => string;
  /** Containers on the client's networks that are not the client's. */
  strangers: readonly Stranger[];
  /** Networks of the client's names that somebody else made. */
  namesakes: readonly string[];
  /** Containers that were made as the client's and are not any more. */
  doubles: readonly string[];
}

/** A client's two networks: the inner one, without a way out or an address of the host, and the gateway's own way out. */
export class Network extends pulumi.ComponentResource {
  readonly inner: docker.Network;
  readonly outer: docker.Network;

  constructor(name: string, args: NetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Network", name, {}, opts);
    const dialect = dialects[args.engine.kind];
    const place = (role: "inner" | "outer", spec: ReturnType<typeof dialect.innerNetwork>) => {
      const name = names(args.client)[role];
      const made = args.specOf(name);
      // What an engine reads back in another form is judged by its hash alone.
      const trigger = dialect.driftingNetwork.length > 0 ? `${specHash(spec)} ${made}`.trim() : made;
      return new docker.Network(
        name,
        {
          name,
          driver: "bridge",
          labels: labelList({ ...labels(args.client, role, args.maker), ...(made && { [SPEC_LABEL]: made }) }),
          ...spec,
        },
        {
          parent: this,
          dependsOn: opts.dependsOn,
          deleteBeforeReplace: true,
          ignoreChanges: [...dialect.driftingNetwork],
          ...(trigger && { replacementTrigger: trigger }),
          ...(args.namesakes.includes(name) && {
            hooks: {
              beforeCreate: [new pulumi.ResourceHook(`${name}-namesake`, () => removeNamesake(args.engine, name))],
            },
          }),
        },
      );
    };
    this.inner = place("inner", dialect.innerNetwork(args.addresses, names(args.client).bridge));
    this.outer = place("outer", dialect.outerNetwork(args.addresses));
    const { client, engine, strangers, doubles } = args;
    if (strangers.length + doubles.length > 0)
      step<RemoveOthersWords>(
        `${client}-strangers`,
        engine,
        { program: "remove-others", words: { doubles, strangers }, after: [new Date().toISOString()] },
        { parent: this },
      );
    this.registerOutputs({ inner: this.inner, outer: this.outer });
  }
}
