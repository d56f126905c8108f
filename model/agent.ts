import { z } from "zod";

const Name = z.string().regex(/^[a-z][a-z0-9-]*$/);
const EnvironmentName = z.string().regex(/^[A-Z][A-Z0-9_]*$/);
const InHome = z.string().regex(/^\/home\/dev\/[A-Za-z0-9._/-]+$/);

const Path = z.string().regex(/^[A-Za-z0-9._/*-]+$/);

/** How a package is laid out in the image. Nothing of it is run while the image is made. */
const Package = z.strictObject({
  /** The package's entry in images/lock.yaml, with one tarball a platform. */
  lock: Name,
  /** `from: to`, a file or folder of the unpacked package (a * is allowed), and its place below /usr/local. */
  files: z.record(Path, Path),
  /** Parts of it that are not wanted, by their place below /usr/local. */
  without: z.array(Path).default([]),
  /** Links below /usr/local: `name: target`. */
  links: z.record(Path, Path).default({}),
});

/** A coding agent as data: one file in images/agents. */
export const AgentSchema = z.strictObject({
  name: Name,
  description: z.string().min(1),
  /** Where the program comes from. A plain shell has none. */
  package: Package.optional(),
  /** The command that starts it, as `enter` runs it. */
  run: z.array(z.string()).min(1),
  /** Added to `run`: without questions, going on with the last session, one answer and out. */
  flags: z
    .strictObject({
      unattended: z.array(z.string()).default([]),
      resume: z.array(z.string()).default([]),
      print: z.array(z.string()).default([]),
    })
    .prefault({}),
  /** Directories it keeps state in, each a volume of its own: updates keep them, destroy wipes them. */
  state: z.array(z.strictObject({ dir: InHome, purpose: Name })).default([]),
  /** Variables baked into the image. None may be a secret. */
  environment: z.record(EnvironmentName, z.string()).default({}),
  /** Files baked into the image, by absolute path: settings that keep it quiet. */
  settings: z.record(z.string().regex(/^\/etc\/[A-Za-z0-9._/-]+$/), z.string()).default({}),
  /** Files put into its state directory at the first start, when they are not there. */
  seeds: z.record(InHome, z.string()).default({}),
  /** Variables it takes an API key from; the first is the one a client's `apiKey` fills. */
  keys: z.array(EnvironmentName).default([]),
  /** The login file: on the host, which a client may copy from, and in the sandbox. */
  login: z.strictObject({ host: z.string(), file: InHome }).optional(),
  /** Services it needs (files in policies/services). Telemetry is apart: nothing opens it but a client's own line. */
  services: z
    .strictObject({
      api: z.array(Name).default([]),
      login: z.array(Name).default([]),
      telemetry: z.array(Name).default([]),
    })
    .prefault({}),
});

export type Agent = z.output<typeof AgentSchema>;
