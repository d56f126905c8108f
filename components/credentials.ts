import * as pulumi from "@pulumi/pulumi";
import { describeSource, type SecretFile } from "../capabilities/credentials/secrets.ts";
import type { Engine } from "../target/engine/engine.ts";
import { step, unlessPresent } from "./step.ts";

export interface CredentialsArgs {
  client: string;
  files: readonly SecretFile[];
  /** By path: changes when the value does, and says nothing about it. */
  fingerprints: Readonly<Record<string, string>>;
  /** The volume that the agent sees read-only as /run/secrets. */
  volume: string;
  /** Whether the engine has that volume now: one made anew is empty. */
  present: boolean;
  /** `uid:gid` that may read the files. */
  owner: string;
  /** A trusted image that writes them. */
  image: string;
  engine: Engine;
}

/**
 * Delivers secrets as files. Values go from their source on the host through a pipe into the volume: they are no input, so
 * they are in no state; a rotation shows as a changed fingerprint beside the secret's name.
 */
export class Credentials extends pulumi.ComponentResource {
  constructor(name: string, args: CredentialsArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Credentials", name, {}, opts);
    const { after, ignoreChanges } = unlessPresent(args.present);
    step(
      `${name}-deliver`,
      args.engine,
      {
        run: "components/steps/deliver-secrets.sh",
        stdin: args.files.map(({ path, source }) => line(path, args.fingerprints[path], source)).join(""),
        environment: { CLIENT: args.client, VOLUME: args.volume, OWNER: args.owner, IMAGE: args.image },
        after,
      },
      { parent: this, dependsOn: opts.dependsOn, ignoreChanges },
    );
    this.registerOutputs({});
  }
}

/** A text is no secret and has no fingerprint: a preview shows it. */
function line(path: string, fingerprint: string | undefined, source: SecretFile["source"]): string {
  return `${path} ${fingerprint ?? "-"} ${describeSource(source)}\n`;
}
