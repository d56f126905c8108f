import { z } from "zod";
import { asciiJson } from "../stack-file/ascii-json.ts";
import { AUDIT_VERDICTS, KINDS, ONE_LINE_FOR } from "./contract.ts";
import type { ReasonWord } from "./reasons.ts";

/**
 * One line of a client's audit: what its gateway let through, refused or found. The single source of the shape: the gateway's
 * writers (gateway/log-format.ts, images/gateway/gatewayd/audit) are tested against it, docs/audit.schema.json is made of it.
 */
export const AuditLineSchema = z
  .strictObject({
    time: z.iso.datetime().describe("When it began, in UTC."),
    client: z.string().describe("The client whose gateway says it."),
    kind: z
      .enum([...KINDS.connections, ...KINDS.refusals, ...KINDS.own, ...KINDS.wishes])
      .describe(`One line for: ${sentences(ONE_LINE_FOR)}.`),
    name: z
      .string()
      .max(1024)
      .describe(
        "The host name; of a policy its hash, of a grant what it opened, of drift what was found. Written by the agent or about it: not to be trusted.",
      ),
    address: z.string().max(45).describe("The address that was dialled, or that a packet was for."),
    port: z.int().min(0).max(65535),
    verdict: z.enum(Object.keys(AUDIT_VERDICTS) as AuditVerdict[]).describe(`${sentences(AUDIT_VERDICTS)}.`),
    reason: z
      .string()
      .max(1024)
      .describe("Why: a word of the list in docs/audit.md; of a request, what the agent says."),
    up: z.int().min(0).describe("Bytes from the agent."),
    down: z.int().min(0).describe("Bytes to the agent."),
    ms: z.int().describe("How long it took."),
    count: z.int().min(1).optional().describe("With left-out and audit-lost: how many lines this one stands for."),
    commit: z
      .string()
      .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
      .optional()
      .describe("Of a policy that was handed over: the commit that its files were of."),
    dirty: z
      .literal(true)
      .optional()
      .describe("With a commit: files of the checkout were not as that commit has them."),
    probe: z
      .literal(true)
      .optional()
      .describe("Caused by a probe of the product's own, which `up` or `verify` announced to the gateway."),
  })
  .meta({ title: "agent-sandbox audit line" });

type AuditVerdict = keyof typeof AUDIT_VERDICTS;

function sentences(words: Readonly<Record<string, string>>): string {
  return Object.entries(words)
    .map(([word, sentence]) => `${word}: ${sentence}`)
    .join(". ");
}

export type AuditLine = z.output<typeof AuditLineSchema>;

/** The shape as JSON Schema, as docs/audit.schema.json has it. */
export function auditJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(AuditLineSchema), null, 2)}\n`;
}

/** A line as a gateway wrote it; nothing when it is none (cut off by a crash, say). */
export function parseAuditLine(text: string): AuditLine | undefined {
  try {
    return AuditLineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** A line for programs. */
export function writeAuditLine(line: AuditLine): string {
  return asciiJson(line);
}

/** What the agent wrote down that it wants: one JSON object a line, `{time, want, why}`. */
const RequestSchema = z.object({ time: z.iso.datetime(), want: z.string().min(1), why: z.string().default("") });

/**
 * Requests of the agent as audit lines. The file is the agent's own: what is no request is left out, texts are cut, bytes that are no
 * text are shown as `\xff`, and a time that has not come yet is that of this look.
 * @param now by the reader's clock, in milliseconds since 1970
 */
export function parseRequests(client: string, bytes: Buffer, now: number): AuditLine[] {
  return readable(bytes)
    .split("\n")
    .flatMap((line): AuditLine[] => {
      try {
        const { time, want, why } = RequestSchema.parse(JSON.parse(line));
        const [, name = "", port = "0"] = /^(.*?)(?::(\d{1,5}))?$/s.exec(want.slice(0, 262)) ?? [];
        const rest = { address: "", up: 0, down: 0, ms: 0 };
        return [
          {
            time: Date.parse(time) > now ? new Date(now).toISOString() : time,
            client,
            kind: "request",
            name,
            port: Math.min(Number(port), 65535),
            verdict: "asked",
            reason: why.slice(0, 500),
            ...rest,
          },
        ];
      } catch {
        return [];
      }
    });
}

/** A character of UTF-8, or a byte that is a part of none, in bytes that are read as Latin-1. */
const UTF8 =
  /[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}|[\x80-\xff]/g;

/** JSON as text. A byte that is no character is written as its escape, `\\xff`, which a string of JSON reads as `\xff`. */
function readable(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replace(UTF8, (found) =>
      found.length === 1 ? `\\\\x${found.charCodeAt(0).toString(16)}` : Buffer.from(found, "latin1").toString("utf8"),
    );
}

/** Which lines a person wants to see. */
export interface AuditFilter {
  /** Only what was refused. */
  denied: boolean;
  /** Not before this time, in milliseconds since 1970. */
  since?: number;
  /** What the product's own probes caused, too, where only refusals are wanted. */
  probes?: boolean;
}

/** Whether a line of the audit is one that the filter asks for. */
export function isWanted(line: AuditLine, { denied, since, probes }: AuditFilter): boolean {
  return (
    (!denied || (line.verdict === "deny" && (probes || !line.probe))) &&
    (since === undefined || Date.parse(line.time) >= since)
  );
}

/** A row of the summary. */
export interface Tally {
  name: string;
  count: number;
  up: number;
  down: number;
}

/** What a time amounts to: names by bytes, refused names by how often, and all bytes. */
export function summarise(lines: readonly AuditLine[]): {
  allowed: Tally[];
  refused: Tally[];
  up: number;
  down: number;
} {
  const others: readonly string[] = [...KINDS.own, ...KINDS.wishes];
  const traffic = lines.filter(({ kind }) => !others.includes(kind));
  const tally = (verdict: AuditLine["verdict"]) =>
    [
      ...Map.groupBy(
        traffic.filter((line) => line.verdict === verdict),
        label,
      ),
    ].map(([name, same]) => ({
      name,
      count: sum(same.map(({ count }) => count ?? 1)),
      up: sum(same.map(({ up }) => up)),
      down: sum(same.map(({ down }) => down)),
    }));
  return {
    allowed: tally("allow").sort((a, b) => b.up + b.down - a.up - a.down || (a.name < b.name ? -1 : 1)),
    refused: tally("deny").sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    up: sum(traffic.filter(({ verdict }) => verdict === "allow").map(({ up }) => up)),
    down: sum(traffic.filter(({ verdict }) => verdict === "allow").map(({ down }) => down)),
  };
}

/** What a line is about, for people: `github.com:443`. */
export function label({ kind, name, address, port, reason }: AuditLine): string {
  const what = name || address || (reason === ("left-out" satisfies ReasonWord) ? "(left out)" : "(no name)");
  return kind === "dns" ? `${what} (dns)` : port > 0 ? `${what}:${port}` : what;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
