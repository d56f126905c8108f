import { z } from "zod";
import { asciiJson } from "../../stack-file/ascii-json.ts";
import { CLASSES } from "./compare.ts";

/** Raised with each change of the shape that a program which reads it has to know of. */
export const VERSION = 1;

const version = z.literal(VERSION).describe("Of this shape.");
const client = z.string().describe("The client's name.");

const Problem = z
  .strictObject({
    file: z.string().describe("Below the project."),
    path: z.string().describe("The key path in the file; empty where it is the file as a whole."),
    message: z.string().describe("What was given, what is allowed, what to do."),
  })
  .describe("One thing that is wrong.");

const Place = z
  .strictObject({
    file: z.string().describe("Below the project."),
    line: z.int().min(1),
    before: z.literal(true).optional().describe("It is a line of what is compared with: there is none any more."),
  })
  .describe("The line of a file that says so.");

const Fact = z
  .strictObject({
    topic: z.string().describe("What kind of thing it is."),
    about: z.string().describe("What it is about, the only one of its topic."),
    says: z.string().describe("What holds."),
    kind: z
      .enum(["gives", "takes", "open", "neutral"])
      .describe(
        "How its topic compares. gives: a right, more of it is wider. takes: a wall, more of it is narrower. open: nobody can say, and each change counts as wider. neutral: decides nothing.",
      ),
    key: z.string().optional().describe("The key of the stack file that asks for it."),
  })
  .describe("One thing that decides about a sandbox's security.");

const Change = z
  .strictObject({
    class: z.enum(CLASSES).describe("unordered counts as widening: `why` says why nobody can tell."),
    topic: z.string(),
    sign: z.enum(["+", "-", "~"]),
    about: z.string(),
    from: z.string().optional().describe("What held; left out where nothing did."),
    to: z.string().optional().describe("What is to hold; left out where nothing is."),
    why: z.string().optional(),
    key: z.string().optional().describe("The key of the stack file that asks for it."),
    origin: z.array(Place).describe("Where it is written; empty where no line of a file says it."),
  })
  .describe("One difference between two postures.");

const Connections = z.strictObject({
  name: z.string().describe("Written by the agent: not to be trusted."),
  count: z.int().min(1),
});

const Traffic = z
  .strictObject({
    since: z.iso.datetime().describe("How far back it looks."),
    reaches: z.iso.datetime().optional().describe("The oldest connection in the audit, where it is younger than that."),
    connections: z
      .int()
      .min(0)
      .describe("How many were let through, and are told singly: each is judged by the policy that is to be."),
    untold: z.int().min(0).describe("Connections that the audit does not tell singly: of them nothing is known."),
    refused: z.array(Connections).describe("What was let through, and would be refused."),
    unused: z.array(z.string()).describe("Names that are allowed, and were not reached."),
  })
  .describe("What the audit says of the policy that is to be.");

/** What `agentbox posture --json` prints. */
const Posture = z.strictObject({ document: z.literal("posture"), version, client, facts: z.array(Fact) });

/** What `agentbox check --json` prints. */
const Check = z.strictObject({
  document: z.literal("check"),
  version,
  clients: z.array(client),
  problems: z.array(Problem),
  warnings: z.array(Problem).describe("What an advisory guardrail of the organisation says: it stops nothing."),
  ceilings: z
    .array(z.string())
    .describe("Of each client that is within the organisation's ceiling, what was looked at for that."),
  notChecked: z.array(z.string()).describe("What was not looked at: it is neither right nor wrong."),
});

/** What changes for a client. */
const Reviewed = z.strictObject({
  client,
  file: z.string(),
  state: z
    .enum(["same", "changed", "new", "gone", "unsaid"])
    .describe("unsaid: what changes cannot be said, and `notes` say why. It is not ok."),
  changes: z.array(Change).describe("Widening first."),
  facts: z.array(Fact).optional().describe("Where nothing is there to compare with: what is to be."),
  unapproved: z.int().min(0).describe("Changes that give more, and have no approval."),
  approval: z
    .strictObject({
      change: z.string().describe("The id that an approval of what the files change names."),
      asked: z.boolean().describe("Whether the organisation asks for one: `up` places no such change without it."),
      approved: z.string().optional().describe("Who has approved it, until when, and why."),
      refused: z.string().optional().describe("Why none of the approvals that are there is one."),
    })
    .optional(),
  notes: z.array(z.string()),
  notCompared: z.array(z.string()).describe("What was not looked at on one side or both."),
  traffic: Traffic.optional(),
});

/** What `agentbox review --json` prints. */
const Review = z.strictObject({
  document: z.literal("review"),
  version,
  from: z.string().describe("What is compared with: a revision, or `what runs`."),
  to: z.string().describe("What is to be: a revision, or `the working tree`."),
  notes: z.array(z.string()).describe("What a reader has to know besides."),
  organisation: Reviewed.optional().describe(
    "What the organisation's guardrails and ceiling let all clients be, where two revisions are compared: `client` is their folder.",
  ),
  clients: z.array(Reviewed),
});

/** All that `agentbox` says of postures to programs. */
export const DocumentSchema = z
  .discriminatedUnion("document", [Posture, Check, Review])
  .meta({ title: "agentbox posture, check and review" });

export type PostureDocument = z.output<typeof Posture>;
export type CheckDocument = z.output<typeof Check>;
export type ReviewDocument = z.output<typeof Review>;
export type ReviewedClient = z.output<typeof Reviewed>;
export type Place = z.output<typeof Place>;
export type Traffic = z.output<typeof Traffic>;

/** A document for programs. */
export function writeDocument(document: PostureDocument | CheckDocument | ReviewDocument): string {
  return asciiJson(document, 2);
}

/** The shape as JSON Schema, as docs/review.schema.json has it. */
export function reviewJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(DocumentSchema), null, 2)}\n`;
}
