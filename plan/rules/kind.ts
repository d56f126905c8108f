import type { z } from "zod";
import type { Declared } from "../../capabilities/capability.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** A kind of guardrail: what a file of policies/guardrails says below `rule`, and what of a client is against it. */
export interface Kind<Schema extends z.ZodType> {
  schema: Schema;
  /** What is against it, each as a clause that says what was given, what is allowed and what to write. */
  judge(said: z.output<Schema>, of: Judged): Problem[];
}

/** A kind, with the type of what its rule says. */
export function kind<Schema extends z.ZodType>(schema: Schema, judge: Kind<Schema>["judge"]): Kind<Schema> {
  return { schema, judge };
}

/** What guardrails are judged over: what a client declares, and what of the world around it the rules speak of. */
export interface Judged {
  declared: Declared;
  /** Where a path leads, as a stack file writes it; links resolved where somebody looked. */
  lead(path: string): string;
  /** Sockets at which this machine's ssh-agent answers. */
  agentSockets: readonly string[];
  /** The other clients of this project, and what of their stack files could not be read. */
  others: readonly Other[];
  /** The day, as ISO writes it, in UTC. */
  today: string;
}

/** Another client, by what its stack file says; keys with a mistake are in `unread`, and have their default in `spec`. */
export interface Other {
  client: string;
  spec: Spec | undefined;
  unread: readonly Problem[];
}
