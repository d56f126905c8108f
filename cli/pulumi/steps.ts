import { z } from "zod";

/** An event of Pulumi's engine, as its log has them (`--event-log`): a line of JSON each. What is read of it; the rest is left out. */
const Metadata = z.object({ metadata: z.object({ op: z.string(), urn: z.string(), type: z.string() }) });
const Event = z.object({
  resourcePreEvent: Metadata.optional(),
  resOutputsEvent: z
    .object({
      metadata: Metadata.shape.metadata.extend({
        new: z.object({ outputs: z.record(z.string(), z.unknown()).nullish() }).nullish(),
      }),
    })
    .optional(),
  resOpFailedEvent: Metadata.optional(),
  diagnosticEvent: z.object({ urn: z.string().optional(), message: z.string(), severity: z.string() }).optional(),
});

/** What an update has done so far, for a person: a line for each step that ended, with the seconds since it began. */
export class Steps {
  /** Outputs of the stack, secrets left out. */
  outputs: Readonly<Record<string, string>> = {};
  /** Whether a step of this product's failed, which says why in a sentence of its own: neither the program before them nor a container of the engine's does. */
  failed = false;
  /** Errors that were told, a line each, without those that only say that the update failed, or what it did not come to. */
  readonly errors: string[] = [];
  /** What each step said last that is under way. */
  private readonly under = new Map<string, string>();
  private last = 0;
  private readonly client: string;
  private readonly hearWord: (text: string) => void;

  /** @param hearWord is told what the program says of the client as a whole, a text each as Pulumi has it */
  constructor(client: string, hearWord: (text: string) => void = () => {}) {
    this.client = client;
    this.hearWord = hearWord;
  }

  /** @param line of the log @param seconds since the update began @returns the line that a person is shown, if any */
  take(line: string, seconds: number): string | undefined {
    const event = read(line);
    if (!event) return undefined;
    const { resourcePreEvent: begins, resOutputsEvent: ended, resOpFailedEvent: failed, diagnosticEvent: told } = event;
    if (begins && begins.metadata.op !== "same") this.under.set(begins.metadata.urn, "");
    if (told) this.hear(told);
    if (ended?.metadata.type === "pulumi:pulumi:Stack") this.outputs = texts(ended.metadata.new?.outputs ?? {});
    if (failed?.metadata.type === STEP) this.failed = true;
    const end = (ended ?? failed)?.metadata;
    if (!end) return undefined;
    this.under.delete(end.urn);
    const step = describeStep(end, this.client);
    return step && this.at(seconds, failed ? `${step.what}: FAILED` : `${step.what} ${step.now}`);
  }

  /** What goes on, where nothing was told for long. */
  beat(seconds: number): string | undefined {
    if (seconds - this.last < QUIET) return undefined;
    const running = [...this.under].flatMap(([urn, said]) => {
      const step = describeStep({ op: "create", urn, type: typeOf(urn) }, this.client);
      return step ? [`${step.what}${said && `: ${said}`}`] : [];
    });
    return running.length === 0 ? undefined : this.at(seconds, `… ${running[0]}`);
  }

  private at(seconds: number, text: string): string {
    this.last = seconds;
    return `${seconds.toFixed(1).padStart(6)} s  ${text}`;
  }

  private hear({ urn, message, severity }: NonNullable<z.output<typeof Event>["diagnosticEvent"]>): void {
    const lines = message.split("\n").filter((line) => line.trim() !== "");
    if (severity === "error" && !NO_REASON.test(message)) this.errors.push(...lines);
    // Of no resource in particular.
    if (["info", "warning"].includes(severity) && urn === undefined && lines.length > 0) this.hearWord(message);
    const said = lines.at(-1)?.trim();
    if (urn !== undefined && said !== undefined && severity.startsWith("info") && this.under.has(urn))
      this.under.set(urn, said.slice(0, MOST));
  }
}

const STEP = "command:local:Command";

/** Seconds after which a person is told what goes on. */
const QUIET = 15;

/** Characters of what a step says that stand behind it. */
const MOST = 80;

/** What Pulumi says of each resource of a plan that an `up` did not come to, as an error, before the one error that it failed by: the source of an expression. */
export const NOT_REACHED = String.raw`expected resource operations for \S+ but none were seen`;

/** That it failed; of a step that it was ended, for somebody asked; and what it did not come to. */
const NO_REASON = new RegExp(String.raw`^((update|preview|destroy) failed\s*$|cancelled: running |${NOT_REACHED})`);

function read(line: string): z.output<typeof Event> | undefined {
  try {
    return Event.parse(JSON.parse(line));
  } catch {
    // Of a pulumi that is killed the last line is half a one; another version's events are its own.
    return undefined;
  }
}

function texts(outputs: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).filter((one): one is [string, string] => typeof one[1] === "string"),
  );
}

function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** How a resource that was placed is told, and what is so of it now; nothing of one that does nothing by itself. */
function describeStep(
  { op, urn, type }: { op: string; urn: string; type: string },
  client: string,
): { what: string; now: string } | undefined {
  const name = urn.split("::").at(-1) ?? "";
  // Of what is replaced Pulumi tells three steps: that it is forgotten, that it is replaced, and that another one is made.
  if (["same", "read", "refresh", "discard", "replace"].includes(op) || op.endsWith("-replaced")) return undefined;
  // Pulumi only forgets a container: what runs is set aside or removed by a step (components/container.ts).
  if (type.startsWith("docker:") && op !== "delete") return { what: `container ${name}`, now: VERBS[op] ?? op };
  if (type !== STEP) return undefined;
  const own = name.startsWith(`${client}-`) ? name.slice(client.length + 1) : name;
  // Of all steps one does something when the client goes, and nothing before.
  if (own === "wipe" || op === "delete") return own === "wipe" && op === "delete" ? WIPED : undefined;
  const [form, what, now] = STEPS.find(([form]) => form.test(own)) ?? [/.*/, own, "done"];
  return { what: own.replace(form, what), now };
}

const VERBS: Readonly<Record<string, string>> = {
  create: "made",
  "create-replacement": "made anew",
  update: "changed",
};

const WIPED = { what: "all of it on the engine", now: "removed" };

/** Steps by their name behind the client's: what each is about, and what is so once it has ended. Each that a component makes has its words here, and no other (steps-made.test.ts). */
export const STEPS: readonly [name: RegExp, what: string, now: string][] = [
  [/^(.*)-image-build$/, "image $1", "is there"],
  [/^(inner|outer)$/, "network $1", "is there"],
  [/^strangers$/, "the networks", "are without others' containers"],
  [/^volumes-place$/, "volumes", "are there"],
  [/^owner-give$/, "volumes", "belong to the workspace's owner"],
  [/^helper-(.*)-owner-give$/, "volumes of helper $1", "belong to it"],
  [/^credentials-deliver$/, "secrets and files", "are delivered"],
  [/^way-out-deliver$/, "the login of the way out", "is delivered"],
  [/^git-keys-make$/, "keys of git", "are there"],
  [/^lock-check$/, "the lock", "holds"],
  [/^firewall-init$/, "the policy", "is in force"],
  [/^agent-gpu$/, "GPUs", "were tried"],
  [/^agent-runtime$/, "the runtime", "was tried"],
  [/^(?:helper-)?(.*)-ready$/, "helper $1", "is ready"],
  [/^canary-prove$/, "the walls", "are proven"],
];
