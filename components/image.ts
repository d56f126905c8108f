import * as pulumi from "@pulumi/pulumi";
import type { ImagePlan } from "../capabilities/image/image.ts";
import type { Engine } from "../target/engine/engine.ts";
import { step, unlessPresent } from "./step.ts";

export interface ImageArgs {
  plan: ImagePlan;
  engine: Engine;
  /** Whether the engine has it now. An image that was pruned is made again by the next `up`, and the preview says so. */
  present: boolean;
}

/**
 * An image, made unless its tag is there: the tag is the hash of what it is made of. It belongs to no client, so nothing of a stack ever deletes it.
 */
export class Image extends pulumi.ComponentResource {
  constructor(name: string, { plan, engine, present }: ImageArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Image", name, {}, opts);
    const { of, ignoreChanges } = unlessPresent(present);
    step(
      `${name}-build`,
      engine,
      { program: plan.program, ...wordsOf(plan), of },
      { parent: this, dependsOn: opts.dependsOn, ignoreChanges },
    );
    this.registerOutputs({});
  }
}

/** A Dockerfile is a text of several lines: a preview shows which of them change. */
function wordsOf({ tag, pull, words }: ImagePlan): { words: object; texts?: Record<string, string> } {
  const named = { tag, ...(pull !== undefined && { pull }) };
  if (!("dockerfile" in words)) return { words: { ...named, ...words } };
  const { dockerfile, ...rest } = words;
  return { words: { ...named, ...rest }, texts: { Dockerfile: dockerfile } };
}
