import { type JsonSchema, specJsonSchema } from "./json-schema.ts";

/** docs/reference.md: every key of a stack file, by the schema that judges it. */
export function renderReference(): string {
  const { properties = {} } = specJsonSchema();
  const keys = Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${[
    "# Keys of a stack file",
    "<!-- Made of stack-file/spec.ts: DOCS=write npx jest stack-file/reference -->",
    "Each is written below `config:` as `agent-sandbox:key`, but `esc`, which is `environment:` beside it. Only `workspace` has to be there. An editor that speaks to the YAML language server has all of this at the key: [stack-file.schema.json](stack-file.schema.json).",
    ...keys.map(([key, schema]) => section(key, schema as JsonSchema)),
  ].join("\n\n")}\n`;
}

function section(key: string, schema: JsonSchema): string {
  const rows = rowsBelow(key, schema);
  const about = [`## ${key}`, schema.description ?? "", `Value: ${valueIn(schema)}.${defaultOf(schema)}`];
  if (rows.length === 0) return about.join("\n\n");
  return [...about, ["| key | value | what it is |", "| --- | --- | --- |", ...rows].join("\n")].join("\n\n");
}

/** What has keys of its own: a mapping, or what a list, a mapping of names or a choice has in it. */
function rowsBelow(path: string, schema: JsonSchema, choice = false): string[] {
  const { properties = {}, items, additionalProperties, anyOf = [] } = schema;
  const inner = [
    ...(isSchema(items) ? [[`${path}[]`, items] as const] : []),
    ...(isSchema(additionalProperties) ? [[`${path}.*`, additionalProperties] as const] : []),
  ];
  const choices = anyOf.filter(isSchema).filter((one) => !isSecure(one));
  const rows = Object.entries(properties).flatMap(([key, said]) => {
    if (!isSchema(said) || isSecure(schema)) return [];
    const at = `${path}.${key}`;
    const needed = schema.required?.includes(key) && !choice ? " Needed." : "";
    return [
      `| \`${at}\` | ${valueIn(said)} | ${cell(`${said.description ?? ""}${defaultOf(said)}${needed}`)} |`,
      ...rowsBelow(at, said),
    ];
  });
  return [
    ...new Set([
      ...rows,
      ...inner.flatMap(([at, one]) => rowsBelow(at, one)),
      ...choices.flatMap((one) => rowsBelow(path, one, choices.length > 1)),
    ]),
  ];
}

function isSchema(said: unknown): said is JsonSchema {
  return typeof said === "object" && said !== null && !Array.isArray(said);
}

function isSecure({ properties = {} }: JsonSchema): boolean {
  return Object.keys(properties).join() === "secure";
}

function valueIn(schema: JsonSchema): string {
  const { anyOf, enum: words, const: only, items, minimum, maximum, properties, additionalProperties } = schema;
  if (anyOf) return [...new Set(anyOf.filter(isSchema).flatMap((one) => valueIn(one).split(", or ")))].join(", or ");
  if (words) return words.map((word) => `\`${word}\``).join(", ");
  if (only !== undefined) return `\`${only}\``;
  // TypeScript knows one type, and zod writes several where a value may be of each.
  if (Array.isArray(schema.type)) return schema.type.map((type: JsonSchema["type"]) => valueIn({ type })).join(", or ");
  switch (schema.type) {
    case "string":
      return "text";
    case "boolean":
      return "true or false";
    case "integer":
    case "number": {
      const kind = schema.type === "integer" ? "a whole number" : "a number";
      const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? "" : ` to ${maximum}`;
      return minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? kind : `${kind} from ${minimum}${most}`;
    }
    case "array":
      return isSchema(items) ? `a list: ${valueIn(items)}` : "a list";
    case "object":
      if (isSecure(schema)) return "`{secure: …}`";
      if (properties) return "a mapping";
      return isSchema(additionalProperties) ? `a mapping of names: ${valueIn(additionalProperties)}` : "a mapping";
    default:
      return "see below";
  }
}

function defaultOf({ default: given }: JsonSchema): string {
  return given === undefined ? "" : ` Default: \`${typeof given === "string" ? given : JSON.stringify(given)}\`.`;
}

function cell(text: string): string {
  return text.trim().replaceAll("|", "\\|").replace(/\n/g, " ");
}
