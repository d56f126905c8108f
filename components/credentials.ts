import * as pulumi from "@pulumi/pulumi";
import { asJudged } from "../capabilities/credentials/sources/file.ts";
import type { PlacedFile } from "../capabilities/delivered.ts";
import type { Engine } from "../target/engine/engine.ts";
import { step, unlessPresent } from "./step.ts";
import type { Delivered, DeliverSecretsWords } from "./steps/deliver-secrets.ts";

export interface CredentialsArgs {
  client: string;
  files: readonly PlacedFile[];
  /** Fingerprints by path. One changes when its secret's value changes, and gives nothing of the value away. */
  fingerprints: Readonly<Record<string, string>>;
  /** The volume that the agent sees read-only as /run/secrets. */
  volume: string;
  /** Whether the engine has that volume now, with what was delivered in it. Otherwise the files are delivered again. */
  present: boolean;
  /** `uid:gid` that may read the files. */
  owner: string;
  /** A trusted image, from which the container runs that writes the files. */
  image: string;
  engine: Engine;
}

/**
 * Delivers secrets as files. Values go from the program that has read them through a socket and a pipe into the volume. They are never
 * inputs of a resource, so they never reach Pulumi's state; a rotation shows as a changed fingerprint beside the secret's name.
 */
export class Credentials extends pulumi.ComponentResource {
  constructor(name: string, args: CredentialsArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Credentials", name, {}, opts);
    const { of, ignoreChanges } = unlessPresent(args.present);
    const { client, engine, volume, owner, image } = args;
    const files = args.files.map(({ path, source }) => [path, delivered(source, args.fingerprints[path])]);
    const texts = args.files.flatMap(({ path, source }) => (isLines(source) ? [[path, source.text]] : []));
    step<DeliverSecretsWords>(
      `${name}-deliver`,
      engine,
      {
        program: "deliver-secrets",
        words: { client, volume, owner, image, files: Object.fromEntries(files) },
        texts: Object.fromEntries(texts),
        of,
      },
      { parent: this, dependsOn: opts.dependsOn, ignoreChanges },
    );
    this.registerOutputs({});
  }
}

/** A text is no secret and has no fingerprint: a preview shows it. */
function delivered(source: PlacedFile["source"], fingerprint: string | undefined): Delivered {
  if (isLines(source)) return { lines: true };
  return { ...("file" in source ? { file: asJudged(source.file) } : source), ...(fingerprint && { fingerprint }) };
}

/** A text of several lines: a preview shows its change by lines. */
function isLines(source: PlacedFile["source"]): source is { text: string } {
  return "text" in source && source.text.endsWith("\n");
}
