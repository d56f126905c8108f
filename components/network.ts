import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { AddressPlan } from "../model/addresses.ts";
import { dialects } from "../model/dialect/dialects.ts";
import type { Engine } from "../model/engine.ts";
import { specHash } from "../model/hash.ts";
import { labels, names } from "../model/names.ts";
import { labelList } from "./volumes.ts";

/** A client's two networks: the inner one, without a way out or an address of the host, and the gateway's own way out. */
export class Network extends pulumi.ComponentResource {
  readonly inner: docker.Network;
  readonly outer: docker.Network;

  constructor(
    name: string,
    args: { client: string; addresses: AddressPlan; engine: Engine },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("agent-sandbox:index:Network", name, {}, opts);
    const dialect = dialects[args.engine.kind];
    const place = (role: "inner" | "outer", spec: ReturnType<typeof dialect.innerNetwork>) =>
      new docker.Network(
        names(args.client)[role],
        { name: names(args.client)[role], driver: "bridge", labels: labelList(labels(args.client, role)), ...spec },
        {
          parent: this,
          dependsOn: opts.dependsOn,
          deleteBeforeReplace: true,
          ...(dialect.driftingNetwork.length > 0 && {
            ignoreChanges: [...dialect.driftingNetwork],
            replacementTrigger: specHash(spec),
          }),
        },
      );
    this.inner = place("inner", dialect.innerNetwork(args.addresses, names(args.client).bridge));
    this.outer = place("outer", dialect.outerNetwork(args.addresses));
    this.registerOutputs({ inner: this.inner, outer: this.outer });
  }
}
