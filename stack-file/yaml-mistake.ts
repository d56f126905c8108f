import type { YAMLError } from "yaml";
import { quoted } from "./quoted.ts";

/**
 * What is wrong with a text that is no YAML, in one sentence with its line: the likely cause, as people make it. The parser tells of the place where it could not go
 * on, which is often the line after, in words of YAML's grammar.
 */
export function describeMistake(error: YAMLError, text: string): string {
  const at = error.pos[0];
  const place = { text, at, line: lineOf(at, text), lines: text.split("\n") };
  const known =
    unfinishedMerge(place.lines) ??
    (ABOUT_PAIRS.includes(error.code) ? unpaired(text) : undefined) ??
    CAUSES[error.code]?.(place);
  if (known !== undefined) return known;
  const column = at - text.lastIndexOf("\n", at - 1);
  const [said = ""] = error.message.split("\n");
  return `line ${place.line}, column ${column} is where reading it ends; look at what is written there, and before (the parser of YAML says: ${said.replace(/:$/, "")})`;
}

export function lineOf(at: number, text: string): number {
  return text.slice(0, at).split("\n").length;
}

interface Place {
  text: string;
  at: number;
  line: number;
  lines: readonly string[];
}

/** By the parser's code; each says nothing where the place does not look like its cause. */
const CAUSES: Partial<Record<YAMLError["code"], (place: Place) => string | undefined>> = {
  BAD_ALIAS: ({ text, at, line }) => unquoted(line, /^\*[^\s,\]}]*/.exec(text.slice(at, at + 100))?.[0] ?? "*"),
  BAD_SCALAR_START: ({ text, at, line }) =>
    `in line ${line} a text begins with ${text.charAt(at)}, which means something else to YAML; put it in quotes`,
  TAB_AS_INDENT: ({ line }) => `line ${line} is indented with a tab; indent it with spaces`,
  MULTIPLE_DOCS: ({ line }) =>
    `line ${line} begins a second document (---), which nobody would read; leave one of the two`,
  BLOCK_IN_FLOW: ({ line }) =>
    `line ${line} has a colon in a text, or a list of lines, between brackets; put the text in quotes`,
  BLOCK_AS_IMPLICIT_KEY: (place) => colonInValue(place) ?? tooDeep(place) ?? shifted(place),
  MULTILINE_IMPLICIT_KEY: (place) => tooDeep(place) ?? noColon(place),
  MISSING_CHAR: noColon,
  BAD_INDENT: shifted,
  UNEXPECTED_TOKEN: ({ text, at, line }) =>
    text.charAt(at) === "," ? `line ${line} has a comma with nothing before it; take it out` : undefined,
  BAD_DQ_ESCAPE: ({ line }) =>
    `line ${line} has a \\ in double quotes, which stands for a letter that there is not; put the text in single quotes`,
};

/** Codes of the parser behind which a bracket or a quote may be that has no other half. */
const ABOUT_PAIRS: readonly YAMLError["code"][] = [
  "BAD_INDENT",
  "MISSING_CHAR",
  "UNEXPECTED_TOKEN",
  "BLOCK_IN_FLOW",
  "MULTILINE_IMPLICIT_KEY",
  "IMPOSSIBLE",
];

export function unquoted(line: number, written: string): string {
  return `line ${line} has ${written} without quotes, which YAML takes for an alias of an anchor that is not there; write ${JSON.stringify(written)}`;
}

function unfinishedMerge(lines: readonly string[]): string | undefined {
  const index = lines.findIndex((line) => /^(<{7}|={7}|>{7})( |$)/.test(line));
  if (index < 0) return undefined;
  return `line ${index + 1} has a mark of git's (${lines[index]?.slice(0, 7)}) of a merge that is not finished; keep what is right of the two sides, and take the marks out`;
}

/** The first bracket or quote without its other half. Linear, and no judge of YAML: it is asked where the parser has found a mistake. */
function unpaired(text: string): string | undefined {
  const open: { bracket: string; line: number }[] = [];
  let line = 1;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    const begins = /(^|[\s[{,])$/.test(text.slice(Math.max(0, at - 1), at));
    if (letter === "\n") line += 1;
    else if (letter === "#" && /\s|^$/.test(text.charAt(at - 1))) at = endOfLine(text, at) - 1;
    else if ((letter === '"' || letter === "'") && begins) {
      const end = closing(text, at, letter);
      if (end === undefined)
        return `line ${line} opens ${letter}, and nothing closes it; write a second ${letter} behind the text`;
      line += text.slice(at, end).split("\n").length - 1;
      at = end;
    } else if ((letter === "[" || letter === "{") && (begins || open.length > 0)) open.push({ bracket: letter, line });
    else if (
      (letter === "]" || letter === "}") &&
      (open.length > 0 || /[\]}]\s*$/.test(text.slice(Math.max(0, at - 20), at)))
    ) {
      const last = open.pop();
      if (!last) return `line ${line} closes ${letter}, which nothing opens; take it out`;
      if (letter !== OTHER[last.bracket])
        return `line ${line} closes with ${letter} what line ${last.line} opens with ${last.bracket}; write ${OTHER[last.bracket]} for it, or close what is between`;
    }
  }
  const last = open.at(-1);
  return (
    last && `line ${last.line} opens ${last.bracket}, and nothing closes it; write ${OTHER[last.bracket]} where it ends`
  );
}

const OTHER: Readonly<Record<string, string>> = { "[": "]", "{": "}" };

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** Where a text in quotes ends. */
function closing(text: string, at: number, quote: string): number | undefined {
  for (let end = at + 1; end < text.length; end++) {
    if (quote === '"' && text.charAt(end) === "\\") end++;
    else if (text.charAt(end) === quote) {
      if (quote === '"' || text.charAt(end + 1) !== "'") return end;
      end++;
    }
  }
  return undefined;
}

function colonInValue({ lines, line }: Place): string | undefined {
  const [, key, value] = /^\s*(?:- )?([^\s"'#][^\s]*):\s+([^"'[{#].*)$/.exec(lines[line - 1] ?? "") ?? [];
  if (value === undefined || !/:(\s|$)/.test(value)) return undefined;
  return `line ${line} has a colon in the value of ${key}, which would be a key in it; write ${quoted(value.trimEnd())}, in quotes`;
}

/** A line below a key that has its value already. */
function tooDeep({ lines, line }: Place): string | undefined {
  const above = lines[line - 1] ?? "";
  const next = lines.findIndex((text, index) => index >= line && /^\s*[^\s#]/.test(text));
  const below = lines[next] ?? "";
  const [, key] = /^\s*(?:- )?([^\s]+):\s+\S/.exec(above) ?? [];
  if (next < 0 || key === undefined || indentOf(below) <= indentOf(above)) return undefined;
  const [, inner = "it"] = /^\s*(\S+):(\s|$)/.exec(below) ?? [];
  return indentOf(above) === 0 && inner.includes(":")
    ? `line ${next + 1} is below ${key}, which ends \`config:\`; move ${inner} up, among the keys of \`config:\``
    : `line ${next + 1} is indented below ${key}, which has a value already; begin ${inner} in the column of ${key}, or take that value out`;
}

function shifted({ lines, line, text, at }: Place): string | undefined {
  const own = lines[line - 1] ?? "";
  if (text.slice(at).trim() === "" || own.trim() === "") return undefined;
  return `line ${line} begins in another column than what it stands among; give all keys of a mapping, and all items of a list, the same column`;
}

function noColon({ lines, line }: Place): string | undefined {
  const own = (lines[line - 1] ?? "").trim();
  if (own === "" || /^- |[^:\s]:(\s|$)/.test(own)) return undefined;
  const [, key, value] = /^([\w-]+(?::[A-Za-z]+)?):?\s*([^\s:].*)$/.exec(own) ?? [];
  const like = key !== undefined && value !== undefined && /^agent-sandbox/.test(own) ? `, like ${key}: ${value}` : "";
  return `line ${line} is no key with a value; write a colon and a blank between the two${like}`;
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}
