import { isPrivateName } from "../../gateway/private.ts";

/** Where a login's answer comes back to: a page of this machine that the browser is led to, and that the sandbox has. */
export interface Callback {
  /** As browsers write it in their requests: `localhost:1455`. */
  host: string;
  port: number;
  path: string;
  /** What the answer has to repeat: it is how a login that was begun here is told from one that somebody else began. */
  state: string;
}

const LOOPBACK = ["localhost", "127.0.0.1"];

/**
 * The callback that the URL of a login names. A redirect to another site over https is none of this machine's, and no callback. Whatever else would lead the browser to a
 * place of this machine, or of its network, is refused: something could listen there that takes a request of this browser for its owner's word.
 */
export function callbackOf({ searchParams }: URL): { callback?: Callback } | { refused: string } {
  const named = ["redirect_uri", "redirect_url"].flatMap((name) => searchParams.getAll(name));
  const [text, ...more] = named;
  if (text === undefined) return {};
  if (more.length > 0) return { refused: "it names more than one place to come back to (redirect_uri)" };
  if (!URL.canParse(text)) return { refused: "the place to come back to (redirect_uri) is no URL" };
  const to = new URL(text);
  const loopback = LOOPBACK.includes(to.hostname);
  if (to.protocol === "https:" && !isOfAMachine(to.hostname)) return {};
  if (to.protocol !== "http:" || !loopback || to.username || to.password || to.hash)
    return {
      refused:
        "it comes back to a place (redirect_uri) that is neither a site over https nor http://localhost:PORT/ or http://127.0.0.1:PORT/",
    };
  const port = Number(to.port || 80);
  if (port < 1024)
    return { refused: `it comes back to port ${port}, and only ports from 1024 are carried into a sandbox` };
  const [state, ...others] = searchParams.getAll("state");
  if (!state || others.length > 0)
    return {
      refused:
        "it comes back to this machine without one `state`, so nobody could tell whose login it is; nothing is carried",
    };
  return { callback: { host: to.host, port, path: to.pathname, state } };
}

/** True for addresses, names without a dot, and those that no public server has: those are no site's. */
function isOfAMachine(host: string): boolean {
  return /^\[|^[\d.]+$/.test(host) || !/\.[a-z]/.test(host) || isPrivateName(host.replace(/\.$/, ""));
}

/** What a browser asked for, as far as it is looked at. */
export interface Asked {
  method?: string | undefined;
  /** As it stands in the request's first line. */
  target?: string | undefined;
  /** The header `Host`. */
  host?: string | undefined;
}

/**
 * Judges whether a request is the answer that a login waits for. A page of any site can send this machine requests, so the name that it was asked by, the path and the
 * state have to be the login's.
 * @returns the request for the sandbox, made anew of path and query alone; or the status and sentence that the browser gets
 */
export function judgeAnswer(
  callback: Callback,
  { method, target = "", host }: Asked,
): { request: string } | { status: number; says: string } {
  if (method !== "GET") return { status: 405, says: "A login comes back by GET." };
  if (host !== callback.host) return { status: 421, says: "Nothing is here by that name." };
  if (target.length > LONGEST) return { status: 414, says: "This is longer than a login's answer." };
  if (!target.startsWith("/") || !URL.canParse(target, `http://${host}`))
    return { status: 400, says: "This is no page." };
  const url = new URL(target, `http://${host}`);
  if (url.host !== host || url.pathname !== callback.path) return { status: 404, says: "Nothing is here." };
  const [state, ...others] = url.searchParams.getAll("state");
  if (state !== callback.state || others.length > 0)
    return { status: 403, says: "This is not the answer to the login that was begun: its state is another one." };
  const headers = [`Host: ${host}`, "Accept: */*", "Connection: close"];
  return { request: [`GET ${url.pathname}${url.search} HTTP/1.1`, ...headers, "", ""].join("\r\n") };
}

/** Letters of a callback's path and query at most. */
const LONGEST = 8192;

/** The status that a first line of HTTP says; nothing where it is none. */
export function statusOf(line: string): number | undefined {
  const [, status] = /^HTTP\/1\.[01] ([1-5]\d\d)(?!\d)/.exec(line) ?? [];
  return status === undefined ? undefined : Number(status);
}
