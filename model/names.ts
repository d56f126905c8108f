import { createHash } from "node:crypto";

/** The fixed names of everything a client has on the engine. People and tests rely on them. */
export function names(client: string) {
  return {
    agent: `${client}-agent`,
    gateway: `${client}-gateway`,
    lock: `${client}-lock`,
    /** The inner network's bridge, an interface of the engine's host: 15 characters at most. */
    bridge: `asb-${createHash("sha256").update(client).digest("hex").slice(0, 10)}`,
    inner: `${client}-inner`,
    outer: `${client}-outer`,
    volume: (purpose: string) => `${client}-${purpose}`,
  };
}

/** What a container is called while the one that takes its place is made and proven. */
export function aside(container: string): string {
  return `${container}-before`;
}

/** The label that names the client a thing belongs to. */
export const CLIENT_LABEL = "agent-sandbox.client";

/** The label that tells of which spec a container, a network or a volume was made. Where it is another than the planned one, a new one is made. */
export const SPEC_LABEL = "agent-sandbox.spec";

/** The labels that everything of a client carries, so that `what is left of acme?` is one question to the engine. */
export function labels(client: string, role: string): Record<string, string> {
  return { [CLIENT_LABEL]: client, "agent-sandbox.role": role };
}
