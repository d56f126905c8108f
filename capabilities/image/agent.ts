import { z } from "zod";
import { matching } from "../../stack-file/combinators.ts";
import { Below, EnvironmentName, InEtc, Name, OneLine } from "../../stack-file/patterns.ts";
import { PackageSchema } from "./package.ts";

const Words = z.array(matching(/^[^\n\0]+$/, "a word of a command line"));
const InHome = matching(/^\/home\/dev(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/, "a path below /home/dev");

/** A program of many packages: images/agents/<folder> holds its package.json and package-lock.json. No script of any runs. */
const NpmFolder = z.strictObject({
  folder: Name,
  /** The package in it that is the agent: its entry in images/lock.yaml, which the folder's lock must agree with. */
  lock: Name,
  links: z.record(Below, Below).default({}),
});

/** A coding agent as data: one file in images/agents. */
export const AgentSchema = z
  .strictObject({
    name: Name,
    description: z.string().min(1),
    /** Where the program comes from: one tarball, or a folder that npm installs. A plain shell has neither. */
    package: PackageSchema.optional(),
    npm: NpmFolder.optional(),
    /** The command that starts it, as `enter` runs it. */
    run: Words.min(1),
    /** Added to `run`: without questions, going on with the last session, one answer and out. */
    flags: z
      .strictObject({ unattended: Words.default([]), resume: Words.default([]), print: Words.default([]) })
      .prefault({}),
    /** Directories it keeps state in, each a volume of its own: updates keep them, destroy wipes them. */
    state: z.array(z.strictObject({ dir: InHome, purpose: Name })).default([]),
    /** Variables baked into the image. None may be a secret. */
    environment: z.record(EnvironmentName, OneLine).default({}),
    /** Files baked into the image, by absolute path: settings that keep it quiet. */
    settings: z.record(InEtc, z.string()).default({}),
    /** Files put into its state directory at the first start, when they are not there. */
    seeds: z.record(InHome, z.string()).default({}),
    /** Shell lines that `enter` runs before it, with its keys in the environment: what no settings file can say. */
    before: z.string().optional(),
    /** Variables it takes an API key from; the first is the one a client's `apiKey` fills. No other agent sees them. */
    keys: z.array(EnvironmentName).default([]),
    /** The login file: on the host, which a client may copy from, and in the sandbox; and the ways to sign in inside. */
    login: z
      .strictObject({
        host: matching(/^~?\/[^\n]+$/, "a path, like ~/.tool/auth.json"),
        file: InHome,
        ways: z.array(z.strictObject({ how: z.string().min(1), run: Words.min(1) })).default([]),
      })
      .optional(),
    /** Services it needs (files in policies/services). Telemetry is apart: nothing opens it but a client's own line. */
    services: z
      .strictObject({
        api: z.array(Name).default([]),
        login: z.array(Name).default([]),
        telemetry: z.array(Name).default([]),
      })
      .prefault({}),
    /** Names it asks for although nothing here opens them and no setting silences it: the audit shows them refused. */
    refused: z.array(matching(/^[a-z0-9.-]+$/, "a host name")).default([]),
    /** Where a command guard can be hooked in: the event before a tool runs, and the system-wide file that declares it. */
    guard: z.strictObject({ event: z.string().min(1), settings: InEtc }).optional(),
  })
  .refine((agent) => !(agent.package && agent.npm), {
    error: "comes from a package or from an npm folder, not from both",
    path: ["npm"],
  });

export type Agent = z.output<typeof AgentSchema>;

/** What the sandbox keeps in volumes of these names: no agent's state. */
export const OWN_PURPOSES = ["audit", "empty", "policy", "secrets"];
