import { quoted } from "./quoted.ts";

/** An engine as people name it: its address, or a docker context that has one. */
export type NamedEngine =
  | { by: "unix"; path: string }
  | { by: "tcp"; host: string; port: string }
  | { by: "ssh"; user?: string; host: string; port?: string }
  | { by: "context"; name: string };

/** @returns nothing for what names no engine */
export function readEngine(text: string): NamedEngine | undefined {
  const [, path] = UNIX.exec(text) ?? [];
  if (path !== undefined) return { by: "unix", path };
  const [, name] = CONTEXT.exec(text) ?? [];
  if (name !== undefined) return { by: "context", name };
  const tcp = TCP.exec(text)?.groups;
  if (tcp?.host && tcp.port) return isPort(tcp.port) ? { by: "tcp", host: tcp.host, port: tcp.port } : undefined;
  const ssh = SSH.exec(text)?.groups;
  if (!ssh?.host || (ssh.port !== undefined && !isPort(ssh.port))) return undefined;
  return {
    ...{ by: "ssh", host: ssh.host },
    ...(ssh.user !== undefined && { user: ssh.user }),
    ...(ssh.port !== undefined && { port: ssh.port }),
  };
}

/** Why a text names no engine, or nothing. */
export function refuseEngine(text: string): string | undefined {
  return readEngine(text) ? undefined : `${quoted(withoutPassword(text))} names no engine; ${WRITE}`;
}

/** Of `ssh://joe:hunter2@box` what a person has to recognise: what may be a password, from the first colon behind the scheme to the last @, is in no message. */
function withoutPassword(text: string): string {
  const [, scheme = "", rest = ""] = /^([a-z]+:\/\/)?(.*)$/s.exec(text) ?? [];
  return scheme + rest.replace(/:.*@/s, ":…@");
}

/** How it is written. */
export const WRITE =
  "write unix:///PATH, tcp://HOST:PORT, ssh://[USER@]HOST[:PORT], or context:NAME of a docker context, like ssh://dev@gpu-box";

/** Whether an address is on another machine, whatever that one is called: nothing that is looked at here is there. */
export function isFar(address: string): boolean {
  const named = readEngine(address);
  if (named?.by === "tcp") return !isLoopback(named.host);
  return named?.by === "ssh";
}

/** Whether a TCP connection to a host stays on this machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);
}

// Users and hosts are words of other programs' command lines, of ssh's own and of what its settings start by %h and %r: none begins as an option does, and none has a sign that a
// shell knows.
const HOST = String.raw`(?<host>[A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])`;
const UNIX = /^unix:\/\/(\/[^\s%?#\p{C}]+)$/u;
const CONTEXT = /^context:([A-Za-z0-9][A-Za-z0-9_.+-]*)$/;
const TCP = new RegExp(String.raw`^tcp:\/\/${HOST}:(?<port>\d{1,5})$`);
const SSH = new RegExp(String.raw`^ssh:\/\/(?:(?<user>[A-Za-z0-9_][A-Za-z0-9._-]*)@)?${HOST}(?::(?<port>\d{1,5}))?$`);

function isPort(text: string): boolean {
  return Number(text) >= 1 && Number(text) <= 65_535;
}
