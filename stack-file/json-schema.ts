import { z } from "zod";
import { ESC } from "./esc.ts";
import { KEYS_OF_OTHERS, SECRET } from "./shape.ts";
import { SpecSchema } from "./spec.ts";

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** What Pulumi has of a value that it has encrypted. */
const SECURE: JsonSchema = {
  type: "object",
  properties: { secure: { type: "string", description: "Written by `pulumi config set --secret --path`." } },
  required: ["secure"],
  additionalProperties: false,
};

/** What the keys of a stack file may be, as JSON Schema has it: less than the program says, which knows the catalogues, and what goes with what. */
export function specJsonSchema(): JsonSchema {
  return z.toJSONSchema(SpecSchema, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
    override({ jsonSchema, path }) {
      // A default of nothing says nothing.
      if (["[]", "{}"].includes(JSON.stringify(jsonSchema.default))) delete jsonSchema.default;
      if (jsonSchema.type !== "string" || !SECRET.test(keyPathOf(path))) return;
      const { description, ...text } = jsonSchema;
      for (const key of Object.keys(text)) delete jsonSchema[key as keyof typeof jsonSchema];
      jsonSchema.anyOf = [text, SECURE];
    },
  }) as JsonSchema;
}

/** `secrets.*.env`, of the way there in a schema. */
function keyPathOf(path: readonly PropertyKey[]): string {
  return path
    .filter((step, index) => step !== "properties" && step !== "anyOf" && path[index - 1] !== "anyOf")
    .map((step) => (step === "additionalProperties" ? "*" : String(step)))
    .join(".");
}

/** A whole stack file as JSON Schema, for editors. */
export function stackFileJsonSchema(): JsonSchema {
  const { properties: { [ESC]: environments, ...keys } = {} } = specJsonSchema();
  const names = Object.keys(keys).sort();
  const ref = (name: string) => ({ $ref: `#/definitions/${name}` });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "The stack file of a client of agent-sandbox",
    type: "object",
    properties: {
      config: {
        type: "object",
        description: "What the client's sandbox is. Each key is written agent-sandbox:key.",
        properties: Object.fromEntries(names.map((name) => [`agent-sandbox:${name}`, ref(name)])),
        // Without its namespace a key is the same to Pulumi; it is not what an editor offers.
        patternProperties: {
          ...Object.fromEntries(names.map((name) => [`^${name}$`, ref(name)])),
          [`^(${KEYS_OF_OTHERS.join("|")}):`]: {},
        },
        anyOf: [{ required: ["agent-sandbox:workspace"] }, { required: ["workspace"] }],
        additionalProperties: false,
      },
      environment: environments ?? {},
      encryptionsalt: { type: "string", description: "Pulumi's own: how the stack's passphrase is known again." },
      secretsprovider: { const: "passphrase", description: "Pulumi's own: no other is taken." },
    },
    required: ["config"],
    additionalProperties: false,
    definitions: keys,
  } as JsonSchema;
}
