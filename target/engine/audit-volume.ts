import { type AuditLine, parseAuditLine, parseRequests } from "../../gateway/audit-line.ts";
import { GATEWAY, SANDBOX, USERS } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import { oneLine } from "../../stack-file/printable.ts";
import { UserError } from "../../stack-file/user-error.ts";
import { eachLine, runClient } from "./client.ts";
import type { Engine } from "./engine.ts";

/** Where the gateway has its client's audit volume, and as whom its files can be read. */
const PLACE = GATEWAY.audit;
const READER = `${USERS.log.uid}:${USERS.log.uid}`;

/** The agent's list of wishes, and how much of it is read: it can be as long and as odd as the agent likes. */
const REQUESTS = { place: SANDBOX.requests, most: SANDBOX.requestBytes };

/** What is kept of a client. */
export interface Audit {
  /** All of it and what the agent asks for, oldest first. */
  lines: AuditLine[];
  /** What is in the volume, in the order in which it was written there. */
  kept: AuditLine[];
  /** Lines that a crash cut off. */
  broken: number;
}

/** The volume could not be read; the message says why. */
export class AuditError extends UserError {
  constructor(message: string) {
    super(3, message);
  }
}

/**
 * Reads a client's audit, of a gateway that runs through it, else through a container that can do nothing but read the volume,
 * and the agent's requests where the agent runs.
 * @throws AuditError when nothing of the client has an image to read it with, or reading fails
 */
export async function readAudit(engine: Engine, client: string): Promise<Audit> {
  const [text, requests] = await Promise.all([readVolume(engine, client), readRequests(engine, client)]);
  const parsed = text.split("\n").filter(Boolean).map(parseAuditLine);
  const kept = parsed.filter((line) => line !== undefined);
  const asked = parseRequests(client, requests, Date.now());
  return {
    lines: [...kept, ...asked].sort((a, b) => Date.parse(a.time) - Date.parse(b.time)),
    kept,
    broken: parsed.length - kept.length,
  };
}

/** Lines of the log that come again when it is followed. */
export const AGAIN = 5000;

/**
 * Hands over lines as they are written, until the gateway is gone: its log has the same lines as the volume, as they come. It begins with
 * the last ones that are there, by their number (`AGAIN`): no time of a line's and no clock decides what is read.
 */
export function followAudit(engine: Engine, client: string, take: (line: AuditLine) => void): Promise<void> {
  return eachLine(engine, ["logs", "--follow", "--tail", String(AGAIN), names(client).gateway], (text) => {
    const line = parseAuditLine(text);
    if (line) take(line);
  });
}

/** Whether the client's gateway runs. */
export async function gatewayRuns(engine: Engine, client: string): Promise<boolean> {
  const { stdout } = await runClient(engine, ["inspect", "--format", "{{.State.Running}}", names(client).gateway]);
  return stdout.trim() === "true";
}

async function readVolume(engine: Engine, client: string): Promise<string> {
  // Files are numbered; the shell's order is theirs. One that is rotated away meanwhile is no error.
  const script = `cd ${PLACE} && for file in *; do [ ! -f "$file" ] || cat "$file" 2>/dev/null || :; done`;
  const { gateway, volume } = names(client);
  if (await gatewayRuns(engine, client)) {
    const said = await runClient(engine, ["exec", "--user", READER, gateway, "sh", "-c", script]);
    if (said.code === 0) return said.stdout;
  }
  const said = await runClient(engine, [
    ...["run", "--rm", "--network", "none", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only"],
    ...["--user", READER, "--volume", `${volume("audit")}:${PLACE}:ro`, "--entrypoint", "sh"],
    ...[await gatewayImage(engine, client), "-c", script],
  ]);
  if (said.code !== 0) throw new AuditError(`the audit of ${client} cannot be read: ${oneLine(said.stderr)}`);
  return said.stdout;
}

/** The image of the client's own gateway; of one that is gone, the newest gateway image there is. */
async function gatewayImage(engine: Engine, client: string): Promise<string> {
  const own = await runClient(engine, [
    "inspect",
    "--type",
    "container",
    "--format",
    "{{.Image}}",
    names(client).gateway,
  ]);
  if (own.code === 0 && own.stdout.trim()) return own.stdout.trim();
  const { stdout } = await runClient(engine, ["images", "--quiet", "agent-sandbox/gateway"]);
  const [newest] = stdout.split("\n");
  if (newest) return newest;
  throw new AuditError(
    `the audit of ${client} cannot be read: there is no gateway image; \`pulumi up --stack ${client}\` makes one`,
  );
}

/** By programs of the read-only root, never of what is no plain file, and never for long: its owner is hostile. */
async function readRequests(engine: Engine, client: string): Promise<Buffer> {
  const { place, most } = REQUESTS;
  const script = `[ ! -f ${place} ] || /usr/bin/timeout 5 /usr/bin/head -c ${most} ${place} | /usr/bin/base64`;
  const args = ["exec", names(client).agent, "/bin/sh", "-c", script];
  const said = await runClient(engine, args, { seconds: 20, most: 2 * most });
  return Buffer.from(said.code === 0 ? said.stdout : "", "base64");
}
