import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, writeFileSync } from "node:fs";
import type http from "node:http";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";

/** Hosts of git: each takes its own token alone. */
export const GIT_NAMES = ["code.test", "partner.test", "tokenless.test", "stale.test"];

/** The password that a host takes, with any user's name; below `/public/` it takes all without one. */
export function tokenOf(host: string): string {
  return `token-of-${host}`;
}

/**
 * The git hosts of the fake internet: git's own `http-backend` and a server of large files (git-lfs: batch API, transfer `basic`), over a folder of repositories
 * that are there as soon as somebody asks for them. `/moved/HOST/…` is a redirect to another host.
 */
export function serveGit(folder: string) {
  return (name: string, request: http.IncomingMessage, response: http.ServerResponse): void => {
    const url = new URL(request.url ?? "/", `https://${request.headers.host}`);
    const [, moved, rest] = /^\/moved\/([^/]+)(\/.*)$/.exec(url.pathname) ?? [];
    const [, repository, asked = ""] = /^((?:\/[a-z-]+)+\.git)(\/.*)$/.exec(url.pathname) ?? [];
    if (moved) response.writeHead(302, { location: `https://${moved}${rest}${url.search}` }).end();
    else if (!repository) response.writeHead(404).end();
    else if (!repository.startsWith("/public/") && passwordOf(request) !== tokenOf(name)) {
      const realm = `Basic realm="${name}"`;
      response.writeHead(401, { "www-authenticate": realm, "lfs-authenticate": realm }).end();
    } else {
      const at = join(folder, name, repository);
      if (!existsSync(at)) {
        mkdirSync(at, { recursive: true });
        execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", at], { env: environment(folder) });
      }
      const answer = asked.startsWith("/info/lfs/") || asked.startsWith("/lfs/") ? largeFiles : backend;
      answer({ folder: join(folder, name), repository, asked, url, request, response }).catch(() => response.destroy());
    }
  };
}

interface Question {
  folder: string;
  repository: string;
  /** The path below the repository. */
  asked: string;
  url: URL;
  request: http.IncomingMessage;
  response: http.ServerResponse;
}

/** No settings of the machine's. */
function environment(folder: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: "1" };
}

export function passwordOf({ headers }: Pick<http.IncomingMessage, "headers">): string {
  const [, credentials = ""] = /^Basic (.*)$/.exec(headers.authorization ?? "") ?? [];
  return Buffer.from(credentials, "base64").toString().split(":").slice(1).join(":");
}

/** Hands a request to `git http-backend` as RFC 3875 (CGI) says. */
async function backend({ folder, url, request, response }: Question): Promise<void> {
  const { headers } = request;
  const git = spawn("git", ["http-backend"], {
    env: {
      ...environment(folder),
      ...{ GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: "", REMOTE_USER: "bot", REMOTE_ADDR: "of-a-test" },
      ...{ REQUEST_METHOD: request.method, PATH_INFO: url.pathname, QUERY_STRING: url.search.slice(1) },
      ...{ CONTENT_TYPE: headers["content-type"], CONTENT_LENGTH: headers["content-length"] },
      ...{ HTTP_CONTENT_ENCODING: headers["content-encoding"], GIT_PROTOCOL: String(headers["git-protocol"] ?? "") },
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  // It hangs up where it has heard enough.
  pipeline(request, git.stdin).catch(() => undefined);
  let head = "";
  for await (const part of git.stdout) {
    if (response.headersSent) {
      response.write(part);
      continue;
    }
    head += part.toString("latin1");
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const lines = head.slice(0, end).split("\r\n");
    const fields = lines.map((line) => line.split(": ", 2) as [string, string]);
    const status = fields.find(([field]) => field === "Status")?.[1] ?? "200";
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(fields));
    response.write(Buffer.from(head.slice(end + 4), "latin1"));
  }
  response.end();
}

/** The batch API tells where objects go; there they are put and got. Locks it has none. */
async function largeFiles({ folder, repository, asked, url, request, response }: Question): Promise<void> {
  const objects = join(folder, repository, "large");
  mkdirSync(objects, { recursive: true });
  const file = join(objects, basename(asked));
  if (request.method === "GET" && asked.startsWith("/lfs/") && existsSync(file)) {
    await pipeline(createReadStream(file), response);
  } else if (request.method === "PUT" && asked.startsWith("/lfs/")) {
    const content = await whole(request);
    const right = createHash("sha256").update(content).digest("hex") === basename(asked);
    if (right) writeFileSync(file, content);
    response.writeHead(right ? 200 : 422).end();
  } else if (request.method === "POST" && asked === "/info/lfs/objects/batch") {
    const { operation, objects: wanted } = JSON.parse((await whole(request)).toString()) as Batch;
    const answer = wanted.map(({ oid, size }) => {
      const there = existsSync(join(objects, oid));
      const action = { [operation]: { href: `${url.origin}${repository}/lfs/${oid}` } };
      if (operation === "upload") return { oid, size, ...(!there && { actions: action }) };
      return { oid, size, ...(there ? { actions: action } : { error: { code: 404, message: "not here" } }) };
    });
    response
      .writeHead(200, { "content-type": "application/vnd.git-lfs+json" })
      .end(JSON.stringify({ transfer: "basic", objects: answer }));
  } else response.writeHead(404, { "content-type": "application/vnd.git-lfs+json" }).end('{"message":"not here"}');
}

interface Batch {
  operation: "upload" | "download";
  objects: { oid: string; size: number }[];
}

async function whole(request: http.IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}
