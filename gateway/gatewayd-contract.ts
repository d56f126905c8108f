import { auditJsonSchema } from "./audit-line.ts";
import {
  AUDIT_LINE_BYTES,
  BUNDLE,
  COMMIT,
  ENVIRONMENT,
  GATEWAY,
  KINDS,
  LIVE_NAME,
  PORTS,
  SANDBOX,
  SAYS,
  USERS,
} from "./contract.ts";

/** Where gatewayd has its side of the contract: written by `DOCS=write jest gateway/gatewayd-contract`, and checked in. */
export const GO_CONTRACT = "images/gateway/gatewayd/contract/contract.go";

/** The words of the contract that gatewayd speaks, as Go. It writes none of them itself, so neither side can change one alone. */
export function renderGoContract(): string {
  const groups: Record<string, Readonly<Record<string, string | number>>> = {
    "Places in the gateway.": GATEWAY,
    "Users of its daemons.": prefixed(
      "user",
      Object.entries(USERS).map(([key, { uid }]) => [key, uid]),
    ),
    "What it listens on.": prefixed("port", Object.entries(PORTS)),
    "Variables that it is started with.": prefixed("environment", Object.entries(ENVIRONMENT)),
    "What it says.": prefixed("says", Object.entries(SAYS)),
    "What else both sides know.": {
      format: BUNDLE.format,
      liveName: LIVE_NAME,
      auditLineBytes: AUDIT_LINE_BYTES,
      commit: COMMIT,
      refusalsFile: SANDBOX.refusalsFile,
      refusalsMost: SANDBOX.refusalsMost,
    },
  };
  const kinds = prefixed("kinds", Object.entries(KINDS));
  return [
    "// Code generated from gateway/contract.ts by gateway/gatewayd-contract.ts; DO NOT EDIT.",
    "",
    "// Package contract has the words that gatewayd and the planner both speak.",
    "package contract",
    "",
    ...Object.entries(groups).flatMap(([what, words]) => constants(what, words)),
    "// Kinds of audit lines.",
    "var (",
    ...aligned(
      Object.entries(kinds).map(([name, words]) => [
        exported(name),
        `= []string{${words.map((word) => JSON.stringify(word)).join(", ")}}`,
      ]),
    ),
    ")",
    "",
    ...lineType(),
  ].join("\n");
}

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

/** One line of the audit, of its JSON Schema: what need not be there is left out where it is nothing. */
function lineType(): string[] {
  const { properties, required } = JSON.parse(auditJsonSchema()) as {
    properties: Record<string, { type: string; description?: string }>;
    required: string[];
  };
  const types: Record<string, string> = { string: "string", integer: "int", boolean: "bool" };
  const rows = Object.entries(properties).map(([name, { type }]): [string, string] => [
    exported(name),
    `${types[type]} \`json:"${name}${required.includes(name) ? "" : ",omitempty"}"\``,
  ]);
  const widest = Math.max(...rows.map(([, rest]) => rest.indexOf(" ")));
  return [
    "// Line is one line of the audit.",
    "type Line struct {",
    ...aligned(
      rows.map(([name, rest]) => {
        const [type = "", tag] = rest.split(" ");
        return [name, `${type.padEnd(widest)} ${tag}`];
      }),
    ),
    "}",
    "",
  ];
}

/** Columns as gofmt sets them. */
function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const widest = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, rest]) => `\t${name.padEnd(widest)} ${rest}`);
}

function exported(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
