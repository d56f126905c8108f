import type { z } from "zod";
import { content, keys, list, mapping, matching, oneOrMore, text } from "../../stack-file/combinators.ts";
import { Environment, EnvironmentName, InEtc, Name, Settings } from "../../stack-file/patterns.ts";
import { LoginSchema } from "../login.ts";
import { Links, PackageSchema } from "./package.ts";

const Word = matching(/^[^\n\0]+$/, "a word of a command line: text on one line, like --continue");
const Words = list(Word, "[--continue]");
const Command = oneOrMore(Word, "[tool, login]");
const InHome = matching(
  /^\/home\/dev(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/,
  "a path below /home/dev, like /home/dev/.tool",
);
const SomeServices = list(Name, "[github, npm]").default([]);

/** A program of many packages: images/agents/<folder> holds its package.json and package-lock.json. No script of any runs. */
const NpmFolder = keys({
  folder: Name,
  /** The package in it that is the agent: its entry in images/lock.yaml, which the folder's lock must agree with. */
  lock: Name,
  links: Links.default({}),
});

/** A coding agent as data: one file in images/agents. */
export const AgentSchema = keys({
  name: Name,
  description: text("what the agent is", "Claude Code."),
  /** Where the program comes from: one tarball, or a folder that npm installs. A plain shell has neither. */
  package: PackageSchema.optional(),
  npm: NpmFolder.optional(),
  /** The command that starts it, as `enter` runs it. */
  run: Command,
  /** Added to `run`: without questions, going on with the last session, one answer and out. */
  flags: keys({ unattended: Words.default([]), resume: Words.default([]), print: Words.default([]) }).prefault({}),
  /** Directories it keeps state in, each a volume of its own: updates keep them, destroy wipes them. */
  state: list(keys({ dir: InHome, purpose: Name }), "[{dir: /home/dev/.tool, purpose: tool}]").default([]),
  /** Variables baked into the image. None may be a secret. */
  environment: Environment.default({}),
  /** Files baked into the image, by absolute path: settings that keep it quiet. */
  settings: Settings.default({}),
  /** Files put into its state directory at the first start, when they are not there. */
  seeds: mapping(
    InHome,
    content("what the file holds"),
    "paths to what the files hold",
    '{/home/dev/.tool/first.json: "{}"}',
  ).default({}),
  /** Shell lines that `enter` runs before it, with its keys in the environment: what no settings file can say. */
  before: content("lines of shell").optional(),
  /** Variables it takes an API key from; the first is the one a client's `apiKey` fills. No other agent sees them. */
  keys: list(EnvironmentName, "[API_KEY]").default([]),
  /** How a person logs it in, and where its login lies. */
  login: LoginSchema.optional(),
  /** Services it needs (files in policies/services). Telemetry is apart: nothing opens it but a client's own line. */
  services: keys({ api: SomeServices, login: SomeServices, telemetry: SomeServices }).prefault({}),
  /** Names it asks for although nothing here opens them and no setting silences it: the audit shows them refused. */
  refused: list(
    matching(/^[a-z0-9.-]+$/, "a host name, like telemetry.acme.example"),
    "[telemetry.acme.example]",
  ).default([]),
  /** Where a command guard can be hooked in: the event before a tool runs, and the system-wide file that declares it. */
  guard: keys({ event: text("the event before a tool runs", "PreToolUse"), settings: InEtc }).optional(),
}).refine((agent) => !(agent.package && agent.npm), {
  error: "comes from a package or from an npm folder, not from both; remove one of them",
  path: ["npm"],
});

export type Agent = z.output<typeof AgentSchema>;

/** What the sandbox keeps in volumes of these names: no agent's state. */
export const OWN_PURPOSES = ["audit", "empty", "git-keys", "policy", "refusals", "secrets"];
