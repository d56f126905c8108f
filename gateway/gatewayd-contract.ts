import { z } from "zod";
import { auditJsonSchema } from "./audit-line.ts";
import {
  AUDIT_LINE_BYTES,
  BUNDLE,
  CANARY_STATUS,
  COMMIT,
  DIALLED,
  ENVIRONMENT,
  EVERYTHING,
  GATEWAY,
  KINDS,
  LIVE_NAME,
  LOOKS,
  PORTS,
  PROBES,
  REFUSED,
  RIGHTS,
  SANDBOX,
  SAYS,
  SENT,
  USERS,
  VERDICTS,
  WAY_OUT,
} from "./contract.ts";
import { DeclaredSchema } from "./declared.ts";

/** Where gatewayd has its side of the contract: written by `DOCS=write jest gateway/gatewayd-contract`, and checked in. */
export const GO_CONTRACT = "images/gateway/gatewayd/contract/contract.go";

/** The words of the contract that gatewayd speaks, and no others, as Go. It writes none of them itself, so neither side can change one alone. */
export function renderGoContract(): string {
  const { run, live, policy, wayOut, dial, master, reference } = GATEWAY;
  const groups: Record<string, Readonly<Record<string, string | number>>> = {
    "Places in the gateway.": { run, live, policy, wayOut, dial, master, reference },
    "Users of its daemons.": { userProxy: USERS.proxy.uid },
    "What it listens on.": prefixed("port", Object.entries(PORTS)),
    "Variables that it is started with.": prefixed("environment", Object.entries(ENVIRONMENT)),
    "What it says.": prefixed("says", Object.entries(SAYS)),
    "What the canary says of a probe, and how it ends.": {
      ...prefixed(
        "verdict",
        [...Object.keys(VERDICTS), SENT].map((word): [string, string] => [word.toLowerCase(), word]),
      ),
      ...prefixed("status", Object.entries(CANARY_STATUS)),
    },
    "What each line of the witness is about.": prefixed(
      "look",
      LOOKS.map((word): [string, string] => [word, word]),
    ),
    "What else both sides know.": {
      format: BUNDLE.format,
      ...prefixed(
        "bundle",
        Object.entries(BUNDLE).flatMap(([key, word]) => (typeof word === "string" ? [[key, word]] : [])),
      ),
      everything: EVERYTHING,
      liveName: LIVE_NAME,
      auditLineBytes: AUDIT_LINE_BYTES,
      commit: COMMIT,
      refused: REFUSED,
      wayOutFolder: WAY_OUT,
      dialled: Number(DIALLED),
      refusalsFile: SANDBOX.refusalsFile,
      refusalsMost: SANDBOX.refusalsMost,
    },
  };
  const lists = { kindsConnections: KINDS.connections, kindsOwn: KINDS.own, bundleSections: BUNDLE.sections };
  return [
    "// Code generated from gateway/contract.ts by gateway/gatewayd-contract.ts; DO NOT EDIT.",
    "",
    "// Package contract has the words that gatewayd and the planner both speak.",
    "package contract",
    "",
    ...Object.entries(groups).flatMap(([what, words]) => constants(what, words)),
    "// Kinds of audit lines, and the sections of a bundle.",
    "var (",
    ...aligned(
      Object.entries<readonly string[]>(lists).map(([name, words]) => [
        exported(name),
        `= []string{${words.map((word) => JSON.stringify(word)).join(", ")}}`,
      ]),
    ),
    ")",
    "",
    "// Probes are those that the canary knows, and the words that follow each.",
    "var Probes = map[string][]string{",
    ...aligned(
      Object.entries(PROBES).map(([kind, { words }]): [string, string] => [
        `${JSON.stringify(kind)}:`,
        `{${words.map((word) => JSON.stringify(word)).join(", ")}},`,
      ]),
    ),
    "}",
    "",
    "// Rights are what a line of a process tells, in this order.",
    `var Rights = []string{${RIGHTS.map((word) => JSON.stringify(word)).join(", ")}}`,
    "",
    ...struct("Line", "is one line of the audit.", JSON.parse(auditJsonSchema())),
    ...struct(
      "Declared",
      "is what gatewayd reads of a policy as data.",
      z.toJSONSchema(DeclaredSchema) as ObjectSchema,
    ),
  ].join("\n");
}

/** The part of JSON Schema that types are made of. */
interface ObjectSchema {
  properties: Record<string, Schema>;
  required: string[];
}

type Schema = { type: "string" | "integer" | "number" | "boolean" } | { type: "array"; items: ObjectSchema };

function prefixed<Value>(prefix: string, entries: [string, Value][]): Record<string, Value> {
  return Object.fromEntries(entries.map(([key, value]) => [prefix + exported(key), value]));
}

function constants(what: string, words: Readonly<Record<string, string | number>>): string[] {
  const rows = Object.entries(words).map(([name, word]): [string, string] => [
    exported(name),
    `= ${JSON.stringify(word)}`,
  ]);
  return [`// ${what}`, "const (", ...aligned(rows), ")", ""];
}

const GO_TYPES = { string: "string", integer: "int", number: "int", boolean: "bool" } as const;

/** A type of a schema: what need not be there is left out where it is nothing. A list has a type of its own for what is in it, named after it. */
function struct(name: string, what: string, { properties, required }: ObjectSchema): string[] {
  const rows = Object.entries(properties).map(([key, schema]): [name: string, type: string, tag: string] => [
    exported(key),
    schema.type === "array" ? `[]${one(key)}` : GO_TYPES[schema.type],
    `\`json:"${key}${required.includes(key) ? "" : ",omitempty"}"\``,
  ]);
  const widest = Math.max(...rows.map(([, type]) => type.length));
  return [
    `// ${name} ${what}`,
    `type ${name} struct {`,
    ...aligned(rows.map(([key, type, tag]) => [key, `${type.padEnd(widest)} ${tag}`])),
    "}",
    "",
    ...Object.entries(properties).flatMap(([key, schema]) =>
      schema.type === "array" ? struct(one(key), `is one of ${name}'s ${key}.`, schema.items) : [],
    ),
  ];
}

/** One of what a list is named after: `grants` has a `Grant` in each place. */
function one(list: string): string {
  return exported(list.replace(/s$/, ""));
}

/** Columns as gofmt sets them. */
function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const widest = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, rest]) => `\t${name.padEnd(widest)} ${rest}`);
}

function exported(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
