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

// Makes a network of a client's. On stdout its id, which containers are bound to.
await runStep(async ({ engine, client, replace, ...network }: PlaceNetworkWords) => {
  say(await placeNetwork(engine, client, network, replace));
});
