import { names } from "../../plan/names.ts";
import type { Look } from "../look.ts";
import { type Reach, runClient } from "./client.ts";

/** Sends its stdin to a port of the sandbox's own loopback, and prints the first line of the answer. */
const SEND = `{ exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || { exec 3<>"/dev/tcp/::1/$1"; } 2>/dev/null || exit 7
cat >&3
IFS= read -r -t 20 -n 200 line <&3 || exit 8
printf '%s\\n' "$line"
exec >&-
timeout 2 cat <&3 >/dev/null || true`;

/**
 * Hands a request of HTTP to what listens on a port of loopback in a client's agent container. The request goes on stdin, for it holds what a login is opened with.
 * @returns the first line of the answer, as somebody in there wrote it, 200 letters at most; or why there is none
 */
export async function handIn(engine: Reach, client: string, port: number, request: string): Promise<Look<string>> {
  const args = ["exec", "--interactive", names(client).agent, "/bin/bash", "-c", SEND, "hand-in", String(port)];
  const said = await runClient(engine, args, { input: request, seconds: 40, most: 4096 });
  if (said.ok) return { seen: said.stdout.slice(0, 200) };
  if (said.code === 7) return { unseen: `nothing listens on port ${port} in the sandbox` };
  if (said.code === 8) return { unseen: `what listens on port ${port} in the sandbox gave no answer` };
  return { unseen: said.why };
}
