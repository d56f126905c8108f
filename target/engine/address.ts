import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { isLoopback, readEngine, refuseEngine } from "../../stack-file/named-engine.ts";
import { EngineError } from "./engine-error.ts";

/** Where an engine answers, and with what it is asked. */
export interface Address {
  /** As DOCKER_HOST writes it. */
  host: string;
  /** Where TLS is spoken: the folder with ca.pem, cert.pem and key.pem. */
  certificates?: string;
}

/**
 * The address of an engine: the one that is named, or without a name the one that DOCKER_HOST, the docker context in use or a well-known socket says. Nothing is asked.
 * @param named as a stack file names it
 * @throws EngineError where there is none, or it cannot be asked safely
 */
export function findEngine(named?: string): Address {
  if (named === undefined) return byEnvironment();
  const refused = refuseEngine(named);
  if (refused !== undefined) throw new EngineError(refused);
  const engine = readEngine(named);
  return engine?.by === "context" ? ofContext(engine.name) : checked({ host: named }, named);
}

/** What an engine's client program is told by its environment. */
export function variablesOf({ host, certificates }: Address): Record<string, string> {
  return {
    ...{ DOCKER_HOST: host, CONTAINER_HOST: host },
    ...(certificates !== undefined && { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: certificates }),
  };
}

/** The same over a person's whole environment, where another engine's certificates may be named. */
export function variablesOver(environment: NodeJS.ProcessEnv, address: Address): NodeJS.ProcessEnv {
  return { ...environment, DOCKER_TLS_VERIFY: "", DOCKER_CERT_PATH: "", ...variablesOf(address) };
}

/** What the person chose, else the first well-known socket that exists. */
function byEnvironment(): Address {
  const { DOCKER_HOST, DOCKER_CONTEXT, XDG_RUNTIME_DIR } = process.env;
  if (DOCKER_HOST) return checked({ host: DOCKER_HOST }, "DOCKER_HOST");
  const context =
    DOCKER_CONTEXT || readClientFile(join(clientFolder(), "config.json"), ClientConfig)?.currentContext || "default";
  if (context !== "default") return ofContext(context);
  const sockets = [
    "/var/run/docker.sock",
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, "podman/podman.sock")] : []),
    "/run/podman/podman.sock",
  ];
  const found = sockets.find((socket) => existsSync(socket));
  if (!found)
    throw new EngineError(
      `no engine: DOCKER_HOST and the docker context name none, and there is no ${sockets.join(", ")}. Run \`make setup\`, or start Docker or Podman`,
    );
  return { host: `unix://${found}` };
}

/** The endpoint of a docker context, and its certificates, as the docker client stores both. */
function ofContext(name: string): Address {
  const [folder, key] = [clientFolder(), createHash("sha256").update(name).digest("hex")];
  const endpoint = readClientFile(join(folder, "contexts/meta", key, "meta.json"), ClientContext)?.Endpoints.docker;
  if (!endpoint?.Host) throw new EngineError(`the docker context "${name}" is not there; see \`docker context ls\``);
  if (endpoint.SkipTLSVerify)
    throw new EngineError(
      `the docker context "${name}" does not look at who answers (skip-tls-verify): whoever is on the way is root on that engine. Make it anew with the engine's ca.pem: \`docker context update ${name} --docker host=${endpoint.Host},ca=ca.pem,cert=cert.pem,key=key.pem\``,
    );
  const certificates = join(folder, "contexts/tls", key, "docker");
  return checked(
    { host: endpoint.Host, ...(existsSync(certificates) && { certificates }) },
    `the docker context "${name}"`,
  );
}

/** @param by who names it, for messages @throws EngineError */
function checked({ host, certificates }: Address, by: string): Address {
  const engine = readEngine(host);
  if (engine?.by !== "tcp") return { host };
  const { DOCKER_TLS_VERIFY, DOCKER_CERT_PATH, AGENT_SANDBOX_TLS_VERIFY, AGENT_SANDBOX_CERT_PATH } = process.env;
  const verified =
    certificates === undefined && (!isLoopback(engine.host) || DOCKER_TLS_VERIFY || AGENT_SANDBOX_TLS_VERIFY);
  // The second as bin/pulumi hands it on.
  const folder = verified ? DOCKER_CERT_PATH || AGENT_SANDBOX_CERT_PATH || clientFolder() : certificates;
  if (folder === undefined) return { host };
  const missing = ["ca.pem", "cert.pem", "key.pem"].filter((file) => !existsSync(join(folder, file)));
  if (missing.length === 0) return { host, certificates: folder };
  throw new EngineError(
    `${host} (${by}) is reached over a network, and without TLS whoever is on the way is root on that engine; ${folder} has no ${missing.join(", ")}. Put the three files there or name their folder by DOCKER_CERT_PATH, use a docker context that has them, or go by ssh: ssh://${engine.host}`,
  );
}

function clientFolder(): string {
  return process.env.DOCKER_CONFIG || join(homedir(), ".docker");
}

const ClientConfig = z.object({ currentContext: z.string().optional() });
const ClientContext = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string().optional(), SkipTLSVerify: z.boolean().optional() }) }),
});

/** A file of the docker client's own; nothing where there is none. @throws EngineError when it is not what that client writes */
function readClientFile<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    throw new EngineError(
      `${path} is not what the docker client writes there. Mend it, or say where the engine is with DOCKER_HOST`,
    );
  }
}
