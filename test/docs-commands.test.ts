import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../cli/command.ts";
import { completionsOf } from "../cli/completions.ts";
import { manOf } from "../cli/man.ts";

/*
 * What pages tell people to type is judged by the program's own words: `agentbox help`, each command's usage and parser, the targets of the Makefile.
 * No command does its work: each begins with its parser, which gets one option that nobody has behind all that the page says, and has to stop at that one.
 */

const ROOT = join(__dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const pages = globSync(["*.md", "docs/**/*.md", "{examples/*,toolchain}/README.md"], { cwd: ROOT }).sort();
const targets = [...read("Makefile").matchAll(/^([a-z-]+):/gm)].map(([, target]) => target!);
const words = [
  ...execFileSync(process.execPath, [join(ROOT, "cli/agentbox.ts"), "help"], { encoding: "utf8" }).matchAll(
    /^ {2}([a-z-]+) /gm,
  ),
].map(([, word]) => word!);

test.each(pages)("each command that %s says can be typed", async (page) => {
  const wrong = await Promise.all(
    said(read(page)).map(async (line) => ({ line: line.text, wrong: await wrongIn(line) })),
  );
  expect(wrong.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
});

test("each command, and each target that is for people, is on a page", () => {
  const all = new Set(pages.flatMap((page) => said(read(page))).map(({ text }) => text.split(" ", 2).join(" ")));
  expect(words.filter((word) => !all.has(`agentbox ${word}`))).toEqual([]);
  expect(targets.filter((target) => !all.has(`make ${target}`))).toEqual([]);
});

test.each([
  ["agentbox audt acme", "no command"],
  ["agentbox help audt", "no command"],
  ["agentbox audit acme --denyed", "Unknown option '--denyed'"],
  ["agentbox audit acme --since", "argument"],
  ["agentbox audit acme globex", "usage"],
  ["agentbox policy chek acme api.github.com", "usage"],
  ["agentbox cp acme:dist", "usage"],
  ["agentbox man acme", "positional"],
  ["agentbox completions tcsh", "usage"],
  ["make upp STACK=acme", "no target"],
])("%s is found to be wrong", async (text, says) => {
  expect(said(`\`\`\`console\n$ ${text}   # a remark\n\`\`\``)).toEqual([{ text, whole: true }]);
  expect(await wrongIn({ text, whole: true })).toContain(says);
});

test.each([
  "agentbox enter acme claude -- --model opus",
  "agentbox run acme -- npm test",
  'agentbox grant acme docs.acme.example --for 30m --why "reads the API"',
  "agentbox up --all -j 4",
  "agentbox policy check acme api.github.com git.acme.example:22",
  "agentbox policy add|rm acme npm",
  "agentbox status",
  "make up STACK=acme ARGS=--yes",
])("%s is taken", async (text) => {
  expect(await wrongIn({ text, whole: true })).toBeUndefined();
});

test("in a sentence a command may be named without what it needs, and not with what it has not", async () => {
  expect(said("`agentbox grant` and `make ci-…` and `agentbox`")).toEqual([
    { text: "agentbox grant", whole: false },
    { text: "make ci-…", whole: false },
  ]);
  expect(await wrongIn({ text: "agentbox grant", whole: false })).toBeUndefined();
  expect(await wrongIn({ text: "agentbox audit --folow", whole: false })).toContain("Unknown option");
});

/** A command as a page has it; `whole` where it is a line that somebody copies, and not a name in a sentence. */
interface Said {
  text: string;
  whole: boolean;
}

function said(page: string): Said[] {
  let block = false;
  let session = false;
  return page.split("\n").flatMap((line) => {
    if (line.startsWith("```")) {
      block = !block;
      session = line === "```console";
    }
    // All else there was printed.
    if (block && session && !line.startsWith("$ ")) return [];
    const named = [...line.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => commandOf(code!, false));
    return block ? [...named, ...commandOf(line.replace(/`[^`]*`/g, "").replace(/(^|\s)#.*/, ""), true)] : named;
  });
}

/** The command that begins a code or, in a block, stands in its line; up to what is the shell's or another column's. */
function commandOf(code: string, whole: boolean): Said[] {
  const found = whole
    ? /(?:^|[\s/(])(agentbox"? .*)|^(?:\$ )?(?:\w+=\S* )*(make .*)/.exec(code)
    : /^(?:bin\/)?(agentbox .*)|^(?:\w+=\S* )*(make .*)/.exec(code);
  const text = (found?.[1] ?? found?.[2])
    ?.replace('agentbox"', "agentbox")
    .replace(/(\s[|>(]|[<;&)]| {3,}).*/, "")
    .trim();
  return text && /^\S+ [a-z-]/.test(text) ? [{ text, whole }] : [];
}

async function wrongIn({ text, whole }: Said): Promise<string | undefined> {
  const [choice] = /\b[a-z]+(\|[a-z]+)+\b/.exec(text) ?? [];
  if (choice) {
    const each = choice.split("|").map((one) => wrongIn({ text: text.replace(choice, one), whole }));
    return (await Promise.all(each)).find((wrong) => wrong !== undefined);
  }
  // The one option that all of them have.
  const [program, word = "", ...args] =
    text.replace(/^(agentbox .*) --verbose\b/, "$1").match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  if (program === "make") return wrongTarget([word, ...args]);
  if (["--help", "--version"].includes(word)) return undefined;
  const named = word === "help" ? (args[0] ?? "COMMAND") : word;
  if (named !== "COMMAND" && !words.includes(named)) return "no command of `agentbox help`";
  if (word === "help") return undefined;
  const command = await commandNamed(word);
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const told = await parsersWord(command, [...args.slice(0, end), "--nobody-has-this", ...args.slice(end)]);
  if (told !== undefined) return told;
  const shape = shapeOf(command.usage.slice(word.length));
  const given = positionals(args.slice(0, end), command.usage).map((one) => ` ${one.replaceAll(" ", "_")}`);
  // What a sentence leaves out is whatever is wanted.
  const more = whole ? [0] : [0, 1, 2, 3];
  return more.some((many) => shape.test(given.join("") + " ANY".repeat(many)))
    ? undefined
    : `not as its usage: ${command.usage}`;
}

function wrongTarget(args: string[]): string | undefined {
  const named = args.filter((arg) => /^[a-z]/.test(arg));
  const fits = (name: string) =>
    targets.some((target) => (name.endsWith("…") ? target.startsWith(name.slice(0, -1)) : target === name));
  return named.every(fits) ? undefined : `no target: ${named.join(" ")}`;
}

async function commandNamed(word: string): Promise<Command> {
  if (word === "completions") return completionsOf({}).command;
  if (word === "man") return manOf({}).command;
  return (await import(`../cli/${word}.ts`)).command;
}

/** What a command's parser has against these words, but for the option that nobody has. */
async function parsersWord(command: Command, args: string[]): Promise<string | undefined> {
  const message = await command.run(args).then(
    () => "it took an option that nobody has",
    (error: Error) => error.message,
  );
  return message.includes("--nobody-has-this") && !message.includes("ambiguous") ? undefined : message;
}

/** The words that are no option and no option's value; an option has one where the usage says so. */
function positionals(args: string[], usage: string): string[] {
  return args.filter((arg, at) => !arg.startsWith("-") && !(at > 0 && takesValue(args[at - 1]!, usage)));
}

function takesValue(arg: string, usage: string): boolean {
  return /^--?[a-z-]+$/.test(arg) && new RegExp(`(?<![\\w-])${arg} [^\\s[|-]`).test(usage);
}

/** A usage without its options as a pattern of the other words, a blank before each: `CLIENT…` is one or more, `[X]` may be left out, small letters are themselves. */
function shapeOf(usage: string): RegExp {
  let own = usage.replace(/ -- .*/, "").replaceAll("[:PORT]", "");
  for (let before = ""; before !== own; ) [before, own] = [own, own.replace(/\[-[^[\]]*\]/g, "")];
  own = own.replace(/--?[a-z][a-z-]*( [\dA-Z]\w*)?/g, "");
  const pattern = (own.match(/[[\]|]|[^\s[\]|]+/g) ?? []).map((token) => {
    if (token === "[") return "(?:";
    if (token === "]") return ")?";
    if (token === "|") return "|";
    if (/^[a-z-]+$/.test(token)) return `(?: (?:${token}|ANY))`;
    return token.endsWith("…") ? "(?: \\S+)+" : "(?: \\S+)";
  });
  return new RegExp(`^(?:${pattern.join("")})$`);
}
