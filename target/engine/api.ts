import type { z } from "zod";
import { oneLine } from "../../stack-file/printable.ts";
import { UserError } from "../../stack-file/user-error.ts";

// `require` and no import: an import makes Node list all exports of the module, and so load its WebSocket client: 60 ms (Node 24).
const http = process.getBuiltinModule("node:http");

/** The engine cannot be used; the message says what was tried, and what to do. */
export class EngineError extends UserError {
  /** The status of the engine's answer, if there was an answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(3, message);
    this.status = status;
  }
}

/** What a request is besides its path. */
export interface RequestOptions {
  method?: "GET" | "DELETE" | "POST";
  /** Sent as JSON. */
  words?: object;
  /** Seconds for the whole answer: 30, or 120 where the engine has something to do. */
  seconds?: number;
  /** Bytes that the answer may have at most: 256 MiB. */
  most?: number;
}

/**
 * One request to the engine's HTTP API. Its answer is read by a schema that names what is used of it. An answer of another program, or of
 * an engine that nobody has tried, ends here in one sentence.
 * @throws EngineError
 */
export async function request<Schema extends z.ZodType>(
  host: string,
  path: string,
  schema: Schema,
  options: RequestOptions = {},
): Promise<z.output<Schema>> {
  const body = await exchange(host, path, options);
  let raw: unknown;
  try {
    raw = JSON.parse(body);
  } catch {
    throw new EngineError(
      `what answers at ${host} is no engine: it says ${JSON.stringify(body.slice(0, 60))} to ${path}. Point DOCKER_HOST to the engine itself`,
    );
  }
  const parsed = schema.safeParse(raw, ONCE);
  if (parsed.success) return parsed.data;
  throw new EngineError(`the engine at ${host} answers ${path} ${unexpected(parsed.error)}`);
}

/** Reads an answer without compiling the schema, which is used once: 3 ms of an `up` instead of 15 (zod 4.6, ten containers and networks; with 300 the same). */
export const ONCE = { jitless: true } as const;

/** What is wrong with an answer that is JSON but has another shape, and which engines' answers are known. */
export function unexpected({ issues: [issue] }: z.ZodError): string {
  const at = issue?.path.join(".");
  return `in a way that this version does not know (${at ? `${at}: ` : ""}${issue?.message}). It is tested with Docker 20.10 and later, and Podman 4.3 and later`;
}

/** The body of an answer. @throws EngineError */
function exchange(
  host: string,
  path: string,
  { method = "GET", words, seconds = method === "GET" ? 30 : 120, most = 2 ** 28 }: RequestOptions,
): Promise<string> {
  const target = connectTo(host);
  return new Promise((resolve, reject) => {
    const fail = (message: string, status?: number) => {
      reject(new EngineError(message, status));
      sent.destroy();
    };
    const sent = http.request(
      {
        ...{ ...target, path, method, agent: false },
        ...(words && { headers: { "Content-Type": "application/json" } }),
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          body += chunk;
          if (body.length > most)
            fail(
              `what answers at ${host} is no engine: its answer to ${path} has more than ${most} bytes. Point DOCKER_HOST to the engine itself`,
            );
        });
        // A connection that is cut in the middle of an answer gives no `end`.
        response.on(
          "close",
          () =>
            response.complete ||
            fail(`the engine at ${host} broke off its answer to ${path}; run the same command again`),
        );
        response.on("end", () => {
          if (!response.complete) return;
          const { statusCode: status } = response;
          if (status === 200 || status === 201) return resolve(body);
          fail(`the engine at ${host} answers ${path} with ${status}: ${oneLine(body).slice(0, 300)}`, status);
        });
      },
    );
    sent.end(words && JSON.stringify(words));
    // A limit for the whole request, and no time-out of the socket: an answer of a byte now and then would never reach one.
    const late = setTimeout(
      () =>
        fail(
          `the engine at ${host} gives no answer to ${path} in ${seconds} s. See whether it answers others, then run the same command again`,
        ),
      seconds * 1000,
    );
    sent.on("close", () => clearTimeout(late));
    sent.on("error", (error: NodeJS.ErrnoException) => fail(unreachable(host, error)));
  });
}

/**
 * What a request connects to. A path is taken as it is written, as engines' clients do: a URL has its letters in another form, and `josé` was no folder.
 * @throws EngineError
 */
function connectTo(host: string): { socketPath: string } | { host: string; port: string } {
  if (host.startsWith("unix:///")) return { socketPath: host.slice("unix://".length) };
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url?.protocol !== "tcp:")
    throw new EngineError(
      `the engine's address ${host} is neither unix:///PATH nor tcp://HOST:PORT; give DOCKER_HOST one of these`,
    );
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port || "2375" };
}

function unreachable(host: string, error: NodeJS.ErrnoException): string {
  if (error.code === "EACCES")
    return `no permission on the engine's socket ${host}. Join the group that owns it (\`sudo usermod -aG docker $USER\`, then log in again), or use rootless Podman`;
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED")
    return `no engine answers at ${host} (${error.code}). Start it (\`make setup\` does on Debian and Ubuntu), or point DOCKER_HOST to one that runs`;
  return `the engine at ${host} cannot be asked: ${error.message}`;
}
