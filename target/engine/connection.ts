import { readFileSync } from "node:fs";
import type http from "node:http";
import { join } from "node:path";
import { readEngine } from "../../stack-file/named-engine.ts";
import type { Address } from "./address.ts";
import { EngineError } from "./engine-error.ts";
import { overSsh } from "./over-ssh.ts";

/** How requests get to an engine: the module that sends them, and what it connects to. */
export interface Connection {
  by: Pick<typeof http, "request">;
  to: object;
}

/**
 * How requests get to the engine at an address. A path is taken as it is written, as engines' clients do: a URL has its letters in another form, and `josé` was no folder.
 * @throws EngineError
 */
export function connection(address: Address): Connection {
  const key = JSON.stringify([address.host, address.certificates]);
  const known = KNOWN.get(key);
  if (known) return known;
  const made = connect(address);
  KNOWN.set(key, made);
  return made;
}

/** Each engine's, for connections by ssh are kept for the next request. */
const KNOWN = new Map<string, Connection>();

function connect({ host, certificates }: Address): Connection {
  // No import: that makes Node list all exports of the module, and so load its WebSocket client: 60 ms (Node 24).
  const plain = process.getBuiltinModule("node:http");
  if (host.startsWith("unix:///")) return { by: plain, to: { socketPath: host.slice("unix://".length) } };
  const engine = readEngine(host);
  if (engine?.by === "ssh") return { by: plain, to: { agent: overSsh(plain, engine) } };
  if (engine?.by !== "tcp")
    throw new EngineError(
      `the engine's address ${host} is none of unix:///PATH, tcp://HOST:PORT and ssh://[USER@]HOST[:PORT]; give DOCKER_HOST one of these`,
    );
  const to = { host: engine.host.replace(/^\[|\]$/g, ""), port: engine.port };
  if (certificates === undefined) return { by: plain, to };
  const [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map((file) => certificate(join(certificates, file)));
  // Said once more, for NODE_TLS_REJECT_UNAUTHORIZED=0 of the person's environment would have anybody taken for the engine.
  return { by: process.getBuiltinModule("node:https"), to: { ...to, ca, cert, key, rejectUnauthorized: true } };
}

function certificate(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new EngineError(`what the engine is asked with cannot be read: ${(error as Error).message}`);
  }
}
