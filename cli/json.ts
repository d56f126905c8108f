import { z } from "zod";
import { say } from "../host/say.ts";
import { CLASSES } from "../plan/review/compare.ts";
import { asciiJson } from "../stack-file/ascii-json.ts";

/** Raised with each change of a shape that a program which reads it has to know of. */
export const VERSION = 1;

const version = z.literal(VERSION).describe("Of this shape.");
const client = z.string().describe("The client's name.");
const says = z.string().describe("A sentence for a person. Its words may change with any version.");

const standing = { word: z.enum(["ok", "none", "unknown", "SOON", "ENDED", "UNSEEN"]), says };

const Status = z.strictObject({
  version,
  clients: z.array(
    z.strictObject({
      client,
      runs: z
        .string()
        .optional()
        .describe("Its agent, as the engine says it: running, exited. Left out where there is no container."),
      gateway: z.string().optional().describe("The same of its gateway: without that nothing gets out."),
      since: z.string().optional().describe("When it was started, in UTC."),
      helpers: z.array(z.strictObject({ helper: z.string(), ...standing })).optional(),
      agents: z
        .array(z.strictObject({ agent: z.string(), ...standing }))
        .optional()
        .describe("How each is logged in."),
      ends: z
        .array(z.strictObject({ key: z.string(), ...standing }))
        .optional()
        .describe("What ends, by the stack file."),
      networks: z.strictObject({ word: z.enum(["OVER", "UNSEEN"]), says }).optional(),
      unseen: z.string().optional().describe("Why nobody could look."),
      closer: z
        .array(
          z.strictObject({
            about: z.enum(["gateway", "sessions", "policy", "drift"]),
            word: z.enum(["ok", "DIFFERS", "UNSEEN"]),
            says,
          }),
        )
        .optional()
        .describe("With --all, of clients that are up."),
    }),
  ),
  strays: z.array(client).optional().describe("With --all: what an engine has and no file in stacks/ declares."),
});

const Doctor = z.strictObject({
  version,
  findings: z.array(
    z.strictObject({
      what: z.string(),
      word: z.enum(["ok", "note", "BAD", "UNSEEN"]),
      says,
      fix: z.string().optional(),
      pieces: z.array(z.string()).readonly().optional().describe("Pieces of set-up by which `--fix` mends it."),
    }),
  ),
});

const Difference = z.strictObject({ class: z.enum(CLASSES), what: z.string(), says });
const Unseen = z.strictObject({ what: z.string(), why: z.string() });
const Mended = z.strictObject({ what: z.string(), says });

const Drift = z.strictObject({
  version,
  client,
  differences: z.array(Difference).describe("Widening first."),
  unseen: z.array(Unseen),
  mended: z.array(Mended).describe("What the gateway repaired itself, and holds again."),
});

const Verify = z.strictObject({
  version,
  client,
  looked: z.iso.datetime().describe("When, in UTC."),
  checks: z.array(
    z.strictObject({
      what: z.string(),
      word: z.enum(["ok", "mended", "FOUND", "UNSEEN"]),
      found: z.array(z.strictObject({ class: z.enum(CLASSES), says })),
      unseen: z.string().optional().describe("Why nobody could look."),
      mended: z.array(z.string()),
    }),
  ),
});

const Images = z.strictObject({
  version,
  images: z.array(
    z.strictObject({
      engine: z.string().describe("Its address."),
      tag: z.string(),
      state: z.enum(["current", "in use", "last good", "unused"]),
      size: z.int().describe("Bytes, with layers that others share."),
      created: z.int().describe("Seconds since 1970."),
      users: z.array(z.string()).describe("Clients, and names of other containers."),
      holds: z.string().describe("Its agents and tool sets."),
    }),
  ),
  unplanned: z
    .array(z.strictObject({ client, why: z.string() }))
    .describe("Clients of which nobody knows what they want."),
  unseen: z
    .array(z.strictObject({ clients: z.array(client), why: z.string() }))
    .describe("Engines that gave no answer."),
});

const Place = z.strictObject({
  file: z.string().describe("Below the project."),
  line: z.int(),
  before: z.literal(true).optional(),
});

const PolicyCheck = z.strictObject({
  version,
  client,
  hosts: z.array(
    z.strictObject({
      name: z.string(),
      port: z.int(),
      word: z
        .enum(["allowed", "refused", "UNSEEN"])
        .describe("UNSEEN: a file that may open it is not on this machine."),
      until: z.string().optional().describe("Of a grant: its end, in UTC."),
      by: z
        .array(z.strictObject({ line: z.string(), says, places: z.array(Place).readonly() }))
        .readonly()
        .optional()
        .describe("Who opens it, and where that is written."),
      why: z.string().optional().describe("Why nobody opens it."),
      fix: z.string().optional(),
    }),
  ),
});

const Services = z.strictObject({
  version,
  services: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string(),
      hosts: z.array(z.strictObject({ host: z.string(), ports: z.array(z.int()) })),
    }),
  ),
});

const Sweep = z
  .strictObject({
    version,
    clients: z.array(
      z.strictObject({
        client,
        word: z.enum(["stopped", "off", "open", "in use", "idle", "UNSEEN", "FAILED"]),
        says,
      }),
    ),
  })
  .describe("A line a sweep.");

/** What each command prints with `--json`, by its words. Those of a review, a posture, a check and an audit have files of their own. */
export const DOCUMENTS = {
  status: Status,
  doctor: Doctor,
  drift: Drift,
  verify: Verify,
  images: Images,
  "policy check": PolicyCheck,
  services: Services,
  sweep: Sweep,
} as const;

export type Document<Of extends keyof typeof DOCUMENTS> = z.input<(typeof DOCUMENTS)[Of]>;

/** Prints what a command says to a program, in one line. */
export function sayJson<Of extends keyof typeof DOCUMENTS>(_of: Of, document: Document<Of>): void {
  say(asciiJson(document));
}

/** The shapes as JSON Schema, as docs/json.schema.json has them: each is `#/$defs/` and the command's words, with `-` between them. */
export function jsonSchemas(): string {
  const defs = Object.entries(DOCUMENTS).map(([words, schema]) => {
    const { $schema: _, ...shape } = z.toJSONSchema(schema, { io: "input" });
    return [words.replace(" ", "-"), { title: `agentbox ${words} --json`, ...shape }];
  });
  const schema = "https://json-schema.org/draft/2020-12/schema";
  return `${asciiJson({ $schema: schema, $defs: Object.fromEntries(defs) }, 2)}\n`;
}
