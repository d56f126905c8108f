import { createServer, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Look } from "../../target/look.ts";
import { type Callback, judgeAnswer, statusOf } from "./callback.ts";

/** A login that waits for its callback. */
export interface Flow {
  /** How it ended, as a sentence without its subject; nothing where it was ended from outside. */
  outcome: Promise<string | undefined>;
  end(): void;
}

/** Requests that are no answer, until nobody waits any longer: a page that guesses states is not listened to for ever. */
const WRONG = 50;

/**
 * Listens on 127.0.0.1 for one callback, and hands it into the sandbox. The first that is the login's ends it; so does the time.
 * @param handIn gives a request to the sandbox, and has the first line of its answer
 * @returns why nobody can listen there
 */
export async function listenFor(
  callback: Callback,
  seconds: number,
  handIn: (request: string) => Promise<Look<string>>,
): Promise<{ flow: Flow } | { taken: string }> {
  // A browser takes ::1 first for `localhost`: whoever listens there would get the answer.
  if (callback.host.startsWith("localhost") && (await answers(callback.port)))
    return { taken: `port ${callback.port} of this machine's ::1 is taken by another program` };
  const ended = Promise.withResolvers<string | undefined>();
  let [carried, wrong] = [false, 0];
  const server = createServer(
    { maxHeaderSize: 32_768, headersTimeout: 5000, requestTimeout: 5000 },
    async (request, response) => {
      request.resume();
      const judged = judgeAnswer(callback, { method: request.method, target: request.url, host: request.headers.host });
      if (!("request" in judged)) {
        answer(response, judged.status, judged.says);
        // Browsers ask for an icon by themselves.
        if (judged.status !== 404 && ++wrong >= WRONG)
          ended.resolve("was given up: too many requests came that were none of it");
        return;
      }
      if (carried) return answer(response, 410, "This login's answer was handed over already.");
      carried = true;
      clearTimeout(limit);
      const look = await handIn(judged.request);
      const status = "seen" in look ? statusOf(look.seen) : undefined;
      const why =
        "unseen" in look ? look.unseen : status === undefined ? "what listens there does not speak HTTP" : undefined;
      await answer(
        response,
        why === undefined ? 200 : 502,
        why === undefined
          ? `The answer was handed to the sandbox, which said ${status}. You can close this page.`
          : "The answer could not be handed to the sandbox. See where agentbox runs.",
      );
      ended.resolve(
        why === undefined ? `was handed to the sandbox, which said ${status}` : `could not be handed over: ${why}`,
      );
    },
  );
  server.maxConnections = 16;
  const listening = await new Promise<string | undefined>((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === "EADDRINUSE"
          ? `port ${callback.port} of this machine is taken by another program`
          : error.message,
      ),
    );
    server.listen({ host: "127.0.0.1", port: callback.port, exclusive: true }, () => resolve(undefined));
  });
  if (listening !== undefined) return { taken: listening };
  server.on("error", () => {});
  const limit = setTimeout(() => ended.resolve(`ended: nothing came back in ${seconds} s`), seconds * 1000);
  const outcome = ended.promise.finally(() => {
    clearTimeout(limit);
    server.close();
    server.closeAllConnections();
  });
  return { flow: { outcome, end: () => ended.resolve(undefined) } };
}

/** A page of our own: what the sandbox would show here would be the agent's, with the rights of this machine's other pages. */
function answer(response: ServerResponse, status: number, says: string): Promise<void> {
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    Connection: "close",
  });
  return new Promise((resolve) => {
    // A browser may be gone by now.
    if (response.destroyed) return resolve();
    response.once("close", resolve);
    response.end(`${says}\n`);
  });
}

/** Whether something listens on a port of ::1. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "::1", port, timeout: 1000 });
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket
      .once("connect", () => end(true))
      .once("error", () => end(false))
      .once("timeout", () => end(false));
  });
}
