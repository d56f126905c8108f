import { say } from "../../host/say.ts";
import type { NetworkSpec } from "../../target/engine/dialect/dialect.ts";
import { placeNetwork } from "../../target/engine/network.ts";
import { runStep, type StepWords } from "./words.ts";

export interface PlaceNetworkWords extends StepWords {
  client: string;
  name: string;
  spec: NetworkSpec;
  labels: Readonly<Record<string, string>>;
  /** Whether one of this name that somebody else made may go. */
  replace: boolean;
}

// Makes a network of a client's. On stdout its id and when, which containers are made anew by: on Podman a network that is made anew has the same id (D-31).
await runStep(async ({ engine, client, replace, ...network }: PlaceNetworkWords) => {
  say(`${await placeNetwork(engine, client, network, replace)} at ${new Date().toISOString()}`);
});
