import { asText } from "./tree.ts";

/**
 * A setting in the text (latin1) of a config file of git, as git itself writes it: in quotes where it has letters of the config's own. Git is not run: it would follow what a hostile config says.
 * @param name without its section, in small letters, as git compares it
 * @returns nothing where it is not there, or no text; what `include` leads to is not looked at
 */
export function gitSetting(config: string, section: string, name: string): string | undefined {
  let within = "";
  let found: string | undefined;
  for (const line of config.split("\n")) {
    const [, head, rest = ""] = /^\s*\[\s*([^\]]*?)\s*\](.*)$/.exec(line) ?? [undefined, undefined, line];
    within = head?.toLowerCase() ?? within;
    const [, key = "", value = ""] = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*?)\s*$/.exec(rest) ?? [];
    if (within === section && key.toLowerCase() === name) found = unquoted(value);
  }
  return found === undefined ? undefined : asText(found);
}

function unquoted(value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(value)?.[1];
  return (quoted ?? value.replace(/\s*[#;].*$/, "")).replace(/\\(["\\])/g, "$1");
}
