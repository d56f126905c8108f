import { join, relative } from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { INSTALLED, PACKAGE, PROGRAM } from "../setup/places.ts";
import type { Call } from "../target/engine/calls.ts";
import type { Engine } from "../target/engine/engine.ts";
import { moment } from "./moment.ts";
import { renderWords } from "./steps/text.ts";
import type { StepWords } from "./steps/words.ts";

/** A step is a program of components/steps with its words, or one call of the engine's client. */
export type StepArgs<Words extends StepWords = StepWords> = {
  /**
   * What runs the step again besides its words, by name: ids of what it is for. They are in its environment, where nobody reads them, for a trigger would have
   * Pulumi replace the step and print all of it.
   */
  of?: Readonly<Record<string, pulumi.Input<string>>>;
} & (
  | {
      /** A file of components/steps. */
      program: string;
      /** Its words, besides the engine. */
      words: pulumi.Input<Omit<Words, "engine" | "texts"> & object>;
      /** Texts of several lines that belong to them, by name. */
      texts?: Readonly<Record<string, string>>;
      /** Run when the stack is destroyed, and not before. */
      when?: "destroyed";
    }
  | {
      call: Call;
      stdin?: pulumi.Input<string>;
    }
);

/**
 * How long a step may take, in seconds: above the sum of what its own questions to the engine may, for what ends by itself says why. Without one, an engine
 * that does not answer holds an `up` for ever. Making an image waits for another stack's build of it, too. Of the calls, `apply` may wait 30 s for the gateway's
 * services and 60 s for its turn, and took 64 s with a daemon that hung (docs/policy-states.md).
 */
const LIMIT = { program: 20 * 60, image: 3 * 60 * 60, call: 5 * 60 } as const;

/** Where the programs are, below the folder that Pulumi runs them in: a project's, or this checkout's. Relative, for another machine has the same state. */
const STEPS = INSTALLED ? relative(process.cwd(), join(PACKAGE, "components/steps")) : "components/steps";

/** Steps that make images. */
const IMAGES: readonly string[] = ["bootstrap-base", "build-image", "pull-image"];

/**
 * What of the person's environment would steer a program itself, or a shell that it starts: a debugger that is waited for, a module or a file that is read
 * before. What loads libraries into every program stays: the person's node and docker may not start without it.
 */
const UNSTEERED = { NODE_OPTIONS: "", BASH_ENV: "", ENV: "" };

/**
 * One step on the engine that no resource of the provider stands for. It runs when it is new, when an input changes, and
 * when one of `of` changes. No input ever carries a secret's value.
 */
export function step<Words extends StepWords>(
  name: string,
  engine: Engine,
  args: StepArgs<Words>,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const isProgram = "program" in args;
  const limit = `${isProgram ? (IMAGES.includes(args.program) ? LIMIT.image : LIMIT.program) : LIMIT.call}s`;
  return new command.local.Command(
    name,
    {
      ...(isProgram ? runProgram(engine, args) : runCall(args)),
      logging: command.local.Logging.Stderr,
      // Its output would become part of the environment, and a long one makes the next run fail with E2BIG (pulumi-command#285).
      addPreviousOutputInEnv: false,
    },
    {
      customTimeouts: { create: limit, update: limit, delete: limit },
      hideDiffs: ["environment"],
      ...opts,
      // A stack of before has some, and to be without would replace each of its steps.
      ignoreChanges: [...(opts.ignoreChanges ?? []), "triggers"],
    },
  );
}

function runProgram(
  { cli, host, certificates }: Engine,
  { program, words, texts, when, of }: Extract<StepArgs, { program: string }>,
) {
  const reach = { cli, host, ...(certificates !== undefined && { certificates }) };
  const run = `node ${STEPS}/${program}.${PROGRAM}`;
  return {
    ...(when === "destroyed" ? { create: ":", delete: run } : { create: run }),
    stdin: pulumi.output(words).apply((known) => renderWords({ engine: reach, ...known }, texts)),
    environment: { ...UNSTEERED, ...of },
  };
}

function runCall({ call, stdin, of }: Extract<StepArgs, { call: Call }>) {
  return {
    create: call.command,
    ...(stdin !== undefined && { stdin }),
    environment: { ...call.environment, ...of },
  };
}

/**
 * Runs a step again when its product is missing, though none of its inputs changed. A product that is there never runs it.
 * @param present whether the engine has it now
 */
export function unlessPresent(present: boolean): { of: { MISSING: string }; ignoreChanges: string[] } {
  return present
    ? { of: { MISSING: "" }, ignoreChanges: ["environment.MISSING"] }
    : { of: { MISSING: `at ${moment}` }, ignoreChanges: [] };
}
