import { say } from "../../host/say.ts";
import type { NetworkSpec } from "../../target/engine/dialect/dialect.ts";
import type { Engine } from "../../target/engine/engine.ts";
import { placeNetwork } from "../../target/engine/network.ts";
import { runStep, type StepWords } from "./words.ts";

export interface PlaceNetworkWords extends StepWords {
  client: string;
  kind: Engine["kind"];
  name: string;
  spec: NetworkSpec;
  labels: Readonly<Record<string, string>>;
  /** Whether a network of this name that somebody else made may be removed. */
  replace: boolean;
}

// Makes a network of a client's. It prints the network's id and the time, and containers are replaced when that text changes. The time is needed on Podman,
// where a network that is made again has the same id (D-31).
await runStep(async ({ engine, kind, client, replace, ...network }: PlaceNetworkWords) => {
  say(`${await placeNetwork({ ...engine, kind }, client, network, replace)} at ${new Date().toISOString()}`);
});
