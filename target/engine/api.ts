import type { z } from "zod";
import { oneLine } from "../../stack-file/printable.ts";
import type { Address } from "./address.ts";
import { connection } from "./connection.ts";
import { EngineError } from "./engine-error.ts";
import { callBegins } from "./watched.ts";

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
  address: Address,
  path: string,
  schema: Schema,
  options: RequestOptions = {},
): Promise<z.output<Schema>> {
  const { host } = address;
  const body = await exchange(address, path, options);
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
  address: Address,
  path: string,
  { method = "GET", words, seconds = method === "GET" ? 30 : 120, most = 2 ** 28 }: RequestOptions,
): Promise<string> {
  const { host } = address;
  const { by, to } = connection(address);
  const ends = callBegins([method, path]);
  return new Promise((resolve, reject) => {
    const fail = (message: string, status?: number) => {
      ends(status === undefined ? message : String(status));
      reject(new EngineError(message, status));
      sent.destroy();
    };
    const sent = by.request(
      {
        ...{ agent: false, ...to, path, method },
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
          if (status === 200 || status === 201) {
            ends(String(status));
            return resolve(body);
          }
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

function unreachable(host: string, error: NodeJS.ErrnoException): string {
  if (error.code === "EACCES")
    return `no permission on the engine's socket ${host}. Join the group that owns it (\`sudo usermod -aG docker $USER\`, then log in again), or use rootless Podman`;
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED")
    return `no engine answers at ${host} (${error.code}). Start it (\`make setup\` does on Debian and Ubuntu), or point DOCKER_HOST to one that runs`;
  // A login that ends in another program than the one that was asked for says something, too.
  if (error.code?.startsWith("HPE_"))
    return `what answers at ${host} is no engine: it does not speak HTTP. See what \`docker --host ${host} version\` says`;
  if (NOT_KNOWN.test(error.code ?? ""))
    return `who answers at ${host} is not the engine that its ca.pem speaks of (${error.message}): nothing was told to it. See who answers there, and whether DOCKER_CERT_PATH or the docker context has this engine's own ca.pem`;
  return `the engine at ${host} cannot be asked: ${error.message}`;
}

/** What Node says of a certificate that it does not take: none of the authority's, one of another name, or one of another time. */
const NOT_KNOWN = /^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO_SELF_SIGNED|CERT_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;
