import { type AuditLine, parseAuditLine, parseRequests } from "../../gateway/audit-line.ts";
import { GATEWAY, SANDBOX, USERS } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import { UserError } from "../../stack-file/user-error.ts";
import type { Look } from "../look.ts";
import type { Inspected } from "./answers.ts";
import { isGone, isStopped, type Reach, runClient } from "./client.ts";
import { inspectByClient } from "./inspect.ts";
import { runTrusted } from "./run-trusted.ts";

/** Where the audit volume is mounted in the gateway, and which user can read its files. */
const PLACE = GATEWAY.audit;
const READER = `${USERS.log.uid}:${USERS.log.uid}`;

/** The agent's list of wishes, and how much of it is read: the agent can write there what and how much it likes. */
const REQUESTS = { place: SANDBOX.requests, most: SANDBOX.requestBytes };

/** A client's audit. */
export interface Audit {
  /** All audit lines and the agent's wishes, oldest first. */
  lines: AuditLine[];
  /** The lines of the volume, in the order in which they were written. */
  kept: AuditLine[];
  /** How many lines a crash cut off. */
  broken: number;
  /** Why the agent's wishes are missing, when they could not be read. */
  unseen?: string;
}

/** The volume could not be read; the message says why. */
export class AuditError extends UserError {
  constructor(message: string) {
    super(3, message);
  }
}

/**
 * Reads a client's audit, of a gateway that runs through it, else through a container that can do nothing but read the volume,
 * and the agent's requests where the agent runs. Nothing is changed.
 * @throws AuditError when there is no volume, nothing has an image to read it with, or reading fails
 */
export async function readAudit(engine: Reach, client: string): Promise<Audit> {
  const [text, requests] = await Promise.all([readVolume(engine, client), readRequests(engine, client)]);
  const parsed = text.split("\n").filter(Boolean).map(parseAuditLine);
  const kept = parsed.filter((line) => line !== undefined);
  const asked = parseRequests(client, "seen" in requests ? requests.seen : Buffer.alloc(0), Date.now());
  return {
    lines: [...kept, ...asked].sort((a, b) => Date.parse(a.time) - Date.parse(b.time)),
    kept,
    broken: parsed.length - kept.length,
    ...("unseen" in requests && { unseen: requests.unseen }),
  };
}

/** Whether the client's gateway runs. */
export async function gatewayRuns(engine: Reach, client: string): Promise<Look<boolean>> {
  const look = await inspectByClient(engine, names(client).gateway);
  return "unseen" in look ? look : { seen: runs(look.seen) };
}

function runs(gateway: Inspected | undefined): boolean {
  return gateway?.State.Status === "running";
}

async function readVolume(engine: Reach, client: string): Promise<string> {
  // The shell sorts the files by their numbers. A file that is removed meanwhile, because newer ones need its place, is no error.
  const script = `cd ${PLACE} && for file in *; do [ ! -f "$file" ] || cat "$file" 2>/dev/null || :; done`;
  const { gateway, volume } = names(client);
  const look = await inspectByClient(engine, gateway);
  if ("unseen" in look) throw unreadable(client, look.unseen);
  if (runs(look.seen)) {
    const said = await runClient(engine, ["exec", "--user", READER, gateway, "sh", "-c", script]);
    if (said.ok) return said.stdout;
  }
  // An engine would make one that is not there, empty and of nobody's, and every `up` would then call it somebody else's.
  const there = await runClient(engine, ["volume", "inspect", volume("audit")]);
  if (isGone(there))
    throw unreadable(client, `there is no volume ${volume("audit")}; \`pulumi up --stack ${client}\` makes one`);
  if (!there.ok) throw unreadable(client, there.why);
  const said = await runTrusted(engine, {
    ...{ name: `${client}-audit`, client, image: look.seen?.Image ?? (await newestGatewayImage(engine, client)) },
    ...{ user: READER, volumes: [`${volume("audit")}:${PLACE}:ro`], program: ["sh", "-c", script] },
  });
  if (!said.ok) throw unreadable(client, said.why);
  return said.stdout;
}

function unreadable(client: string, why: string): AuditError {
  return new AuditError(`the audit of ${client} cannot be read: ${why}`);
}

/** What a volume is read with where the client has no gateway, running or not, whose image is known. */
async function newestGatewayImage(engine: Reach, client: string): Promise<string> {
  const images = await runClient(engine, ["images", "--quiet", "agent-sandbox/gateway"]);
  if (!images.ok) throw unreadable(client, images.why);
  const [newest] = images.stdout.split("\n");
  if (newest) return newest;
  throw unreadable(client, `there is no gateway image; \`pulumi up --stack ${client}\` makes one`);
}

/** Reads a file of the agent's container with programs of its read-only root, only where it is a plain file, and under a time limit: its owner is hostile. */
async function readRequests(engine: Reach, client: string): Promise<Look<Buffer>> {
  const { place, most } = REQUESTS;
  const script = `[ ! -f ${place} ] || /usr/bin/timeout 5 /usr/bin/head -c ${most} ${place} | /usr/bin/base64`;
  const args = ["exec", names(client).agent, "/bin/sh", "-c", script];
  const said = await runClient(engine, args, { seconds: 20, most: 2 * most });
  if (said.ok) return { seen: Buffer.from(said.stdout, "base64") };
  return isStopped(said) ? { seen: Buffer.alloc(0) } : { unseen: said.why };
}
