import * as pulumi from "@pulumi/pulumi";
import type { GitKeys as PublicKeys } from "../plan/git-keys.ts";
import type { Engine } from "../target/engine/engine.ts";
import { readGitKeys } from "../target/engine/git-keys.ts";
import { step, unlessPresent } from "./step.ts";
import type { MakeGitKeysWords } from "./steps/make-git-keys.ts";

export interface GitKeysArgs {
  client: string;
  /** The volume that the agent sees read-only. */
  volume: string;
  /** Whether the engine has it now. */
  present: boolean;
  /** `uid:gid` that may read them. */
  owner: string;
  /** A trusted image that has ssh-keygen. */
  image: string;
  engine: Engine;
}

/** A client's keys for ssh and for signatures. They are made once, and stay until a destroy. */
export class GitKeys extends pulumi.ComponentResource {
  /** Their public halves. */
  readonly made: pulumi.Output<PublicKeys | undefined>;

  constructor(name: string, { engine, present, ...words }: GitKeysArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:GitKeys", name, {}, opts);
    const { of, ignoreChanges } = unlessPresent(present);
    const made = step<MakeGitKeysWords>(
      `${name}-make`,
      engine,
      { program: "make-git-keys", words, of },
      { parent: this, dependsOn: opts.dependsOn, ignoreChanges },
    );
    this.made = made.stdout.apply((said) => readGitKeys(`${said.trim()}\n`));
    this.registerOutputs({});
  }
}
