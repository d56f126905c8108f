import { createServer } from "node:net";

// Linux hands out 32768 and up to whoever connects (ip_local_port_range): a port of those, free now, may be the source
// port of another suite's connection when the engine binds it ("address already in use" was seen in CI).
// And 22023 of an agent is the sandbox's own, which a range of a hundred that began below it had in it once.
const FIRST = 22_100;
const LAST = 32_000;

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once("error", () => resolve(false))
      .listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
