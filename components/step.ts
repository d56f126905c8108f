import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../target/engine/engine.ts";

export interface StepArgs {
  /** The command line, run by /bin/sh in the project's folder; `$ENGINE` is the engine's client. */
  run: string;
  /** Run instead when the stack is destroyed. */
  undo?: string;
  stdin?: pulumi.Input<string>;
  environment?: Record<string, pulumi.Input<string>>;
  /** Values whose change runs the step again. */
  after?: pulumi.Input<string>[];
}

/**
 * One step on the engine that no resource of the provider stands for. It runs when it is new, when an input changes, and
 * when one of `after` changes. No input ever carries a secret's value.
 */
export function step(
  name: string,
  engine: Engine,
  args: StepArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  return new command.local.Command(
    name,
    {
      create: args.run,
      delete: args.undo,
      stdin: args.stdin,
      environment: { ENGINE: engine.cli, DOCKER_HOST: engine.host, CONTAINER_HOST: engine.host, ...args.environment },
      triggers: args.after,
      logging: command.local.Logging.Stderr,
      // Its output would become part of the environment, and a long one makes the next run fail with E2BIG (pulumi-command#285).
      addPreviousOutputInEnv: false,
    },
    // A changed trigger replaces the step: the old one has to go first, or its undo would run after the new one.
    { deleteBeforeReplace: true, ...opts },
  );
}

/**
 * Has a step run again when what it made is gone, though none of its inputs changed. That it is there is no reason to run.
 * @param present whether the engine has it now
 */
export function unlessPresent(present: boolean): { after: string[]; ignoreChanges: string[] } {
  return present
    ? { after: [""], ignoreChanges: ["triggers"] }
    : { after: [`missing at ${new Date().toISOString()}`], ignoreChanges: [] };
}
