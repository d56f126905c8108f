import { withEnvironments } from "./esc.ts";
import { isMapping } from "./mapping.ts";

const NAMESPACE = "agent-sandbox:";

/**
 * A stack's config as plain data. Pulumi hands every value over as text: mappings, lists, numbers and booleans as JSON,
 * words as they are.
 */
export function readConfig(config: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(NAMESPACE))
      .map(([key, text]) => [key.slice(NAMESPACE.length), value(text)]),
  );
}

/** The same of a stack's file that no Pulumi has read: as that would hand it over, with nothing decrypted. Pulumi takes a key without a namespace for one of the project's. */
export function configOf(content: unknown): Record<string, unknown> {
  const config = isMapping(content) && isMapping(content.config) ? content.config : {};
  const said = Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(NAMESPACE) || !key.includes(":"))
      .map(([key, said]) => [key.replace(NAMESPACE, ""), asSaid(said)]),
  );
  return withEnvironments(said, content);
}

/** What a value says that may have been handed over as text. */
export function asSaid(said: unknown): unknown {
  return typeof said === "string" ? value(said) : said;
}

function value(text: string): unknown {
  if (!/^([[{]|-?\d|true$|false$)/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
