import { readFileSync } from "node:fs";
import { join } from "node:path";
import { complain, complainOf, endWithReader, say, sayLines } from "../host/say.ts";
import { packageOf } from "../setup/places.ts";
import { suggest } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import { type Commands, EXIT_CODES, ROOT } from "./command.ts";

const COMMANDS: Commands = {
  adopt: { summary: "writes a stack file for a sandbox that was made by hand", load: () => import("./adopt.ts") },
  aliases: { summary: "prints words for a shell that start agents: acme-claude", load: () => import("./aliases.ts") },
  audit: { summary: "shows what a client's gateway let through and refused", load: () => import("./audit.ts") },
  auth: { summary: "opens pages for an agent that logs in, after your yes", load: () => import("./auth.ts") },
  bump: { summary: "raises the versions that images are made of", load: () => import("./bump.ts") },
  check: { summary: "judges what the project's files say, without an engine", load: () => import("./check.ts") },
  ci: { summary: "does what a forge's runner does for this project", load: () => import("./ci.ts") },
  completions: {
    summary: "prints what completes commands, clients and agents in a shell",
    load: async () => (await import("./completions.ts")).completionsOf(COMMANDS),
  },
  cp: { summary: "copies out of a client's sandbox, or into it", load: () => import("./cp.ts") },
  destroy: { summary: "removes all of a client, and proves that it is gone", load: () => import("./destroy.ts") },
  devcontainer: {
    summary: "lets devcontainer tools into a sandbox that runs",
    load: () => import("./devcontainer.ts"),
  },
  doctor: { summary: "looks at all that an up needs of this machine", load: () => import("./doctor.ts") },
  drift: { summary: "lists how what runs differs from the last up", load: () => import("./drift.ts") },
  enter: { summary: "starts an agent in a client's sandbox, or a shell", load: () => import("./enter.ts") },
  export: { summary: "keeps what a destroy would remove: audit, history, outputs", load: () => import("./export.ts") },
  grant: { summary: "opens a destination to a client for a while", load: () => import("./grant.ts") },
  images: { summary: "shows this project's images, and removes those nobody needs", load: () => import("./images.ts") },
  init: {
    summary: "makes a project that depends on this package, with a first client",
    load: () => import("./init.ts"),
  },
  login: { summary: "logs an agent in, step by step", load: () => import("./login.ts") },
  logs: { summary: "shows what a client's containers have printed", load: () => import("./logs.ts") },
  man: { summary: "prints a page for man", load: async () => (await import("./man.ts")).manOf(COMMANDS) },
  policy: {
    summary: "shows what a client may reach and why, or what services there are",
    load: () => import("./policy.ts"),
  },
  posture: { summary: "shows all that matters for a client's security", load: () => import("./posture.ts") },
  preview: { summary: "tells in words what an up would change", load: () => import("./preview.ts") },
  restart: { summary: "stops a client's containers and starts them again", load: () => import("./restart.ts") },
  resume: { summary: "goes on with an agent's last session", load: () => import("./resume.ts") },
  review: { summary: "tells what changes, between revisions or against what runs", load: () => import("./review.ts") },
  rollback: { summary: "goes back to the stack file of a git revision", load: () => import("./rollback.ts") },
  run: { summary: "runs a command in a client's sandbox", load: () => import("./run.ts") },
  services: { summary: "lists the names of services that a stack file may allow", load: () => import("./services.ts") },
  "ssh-config": { summary: "lets ssh, scp, sftp and editors into sandboxes", load: () => import("./ssh-config.ts") },
  "ssh-proxy": { summary: "carries a connection of ssh; ssh calls it", load: () => import("./ssh-proxy.ts") },
  start: { summary: "starts a client that was stopped, and proves it", load: () => import("./start.ts") },
  status: { summary: "shows what runs, how agents are logged in, and what ends", load: () => import("./status.ts") },
  stop: { summary: "stops a client's containers; what it keeps stays", load: () => import("./stop.ts") },
  suggest: { summary: "proposes lines for what a client was refused, or asks for", load: () => import("./suggest.ts") },
  sweep: { summary: "stops clients whose end has come, or that nobody is in", load: () => import("./sweep.ts") },
  "take-over": { summary: "takes over a client that another checkout made", load: () => import("./take-over.ts") },
  uninstall: { summary: "removes what of this product is on this machine", load: () => import("./uninstall.ts") },
  up: { summary: "brings clients up: one preview, one question, one report", load: () => import("./up.ts") },
  verify: { summary: "compares what runs for a client with what was planned", load: () => import("./verify.ts") },
  wipe: { summary: "removes all of a client from the engine, without its stack", load: () => import("./wipe.ts") },
};

async function main(words: string[]): Promise<number> {
  const end = ownUntil(words);
  const before = words.slice(0, end).filter((word) => word !== VERBOSE);
  if (before.length < end) (await import("./verbose.ts")).tellCalls();
  const [word = "help", ...args] = [...before, ...words.slice(end)];
  if (word === "help" || word === "--help" || word === "-h") return help(args[0]);
  if (word === "--version" || word === "version") return version();
  const { command } = await named(word).load();
  // What is after `--` is another program's.
  const own = args.slice(0, args.includes("--") ? args.indexOf("--") : args.length);
  if (own.includes("--help") || own.includes("-h")) return help(word);
  return command.run(args);
}

/** Of any command. */
const VERBOSE = "--verbose";

/** Commands that hand words on: an option behind the command that was meant for an agent is refused by it, and not taken for one of ours. */
const HAND_ON = ["enter", "resume", "run"];

/** How many of the words are ours whatever the command is: what is after `--` is another program's. */
function ownUntil(words: readonly string[]): number {
  const command = words.findIndex((word) => word !== VERBOSE);
  if (HAND_ON.includes(words[command] ?? "")) return command;
  return words.includes("--") ? words.indexOf("--") : words.length;
}

function named(word: string): Commands[string] {
  const found = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (!found)
    throw new UserError(2, `"${word}" is not a command.${suggest(word, Object.keys(COMMANDS))} See \`agentbox help\``);
  return found;
}

/** Of this project, and of what runs it. */
function version(): number {
  const { name, version } = JSON.parse(readFileSync(join(packageOf(ROOT), "package.json"), "utf8"));
  say(`${name} ${version} (${ROOT}), Node ${process.version}`);
  return 0;
}

async function help(word?: string): Promise<number> {
  if (word) {
    const { command } = await named(word).load();
    sayLines(`agentbox ${command.usage}\n\n${command.help}`);
    return 0;
  }
  say("agentbox COMMAND … [--verbose]");
  say();
  for (const [name, { summary }] of Object.entries(COMMANDS)) say(`  ${name.padEnd(13)}${summary}`);
  say();
  say(
    "--verbose, with any command (before it with enter, resume and run), tells each call to an engine on stderr, with how it ended and how long it took.",
  );
  say(
    `\`agentbox help COMMAND\` says more, \`agentbox version\` which version this is, and of which folder. Exit codes: ${EXIT_CODES}`,
  );
  return 0;
}

endWithReader();
// Catches what nothing else did: Node would print the message unescaped.
process.on("uncaughtException", (error) => {
  complainOf(error);
  process.exit(1);
});
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UserError) fail(error.exitCode, ...error.lines);
  else if (isMisread(error)) fail(2, await describeMisread(error.message));
  else {
    complainOf(error);
    process.exitCode = 1;
  }
}

/** Whether util.parseArgs could make nothing of the words. */
function isMisread(error: unknown): error is Error {
  return (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS") ?? false;
}

/** What is wrong with them, by the sentence of util.parseArgs, which knows neither the command nor its options. */
async function describeMisread(said: string): Promise<string> {
  const word = process.argv.slice(2).find((word) => Object.hasOwn(COMMANDS, word)) ?? "";
  const { command } = await named(word).load();
  const [, unknown] = /^Unknown option '([^']+)'/.exec(said) ?? [];
  const options = `${command.usage} ${command.help}`.match(/--[a-z][a-z-]*/g) ?? [];
  const why =
    unknown === undefined ? said.replace(/\.$/, "") : `${unknown} is no option of it.${suggest(unknown, options)}`;
  return `agentbox ${word}: ${why} Usage: agentbox ${command.usage}`.replace(/([^.?]) Usage/, "$1. Usage");
}

function fail(exitCode: number, first = "", ...more: string[]): void {
  complain(`agentbox: ${first}`);
  more.forEach(complain);
  process.exitCode = exitCode;
}
