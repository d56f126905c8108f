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

/** A container on a network of a client's that is none of the client's. */
export interface Stranger {
  name: string;
  network: string;
}

/** What a container is called while the one that takes its place is made and proven. */
export function aside(container: string): string {
  return `${container}-before`;
}

/** The label that names the client a thing belongs to. */
export const CLIENT_LABEL = "agent-sandbox.client";

/** The label that tells of which spec a container, a network or a volume was made. Where it is another than the planned one, a new one is made. */
export const SPEC_LABEL = "agent-sandbox.spec";

/** The label that names the state that made a thing, so that another state does not take it for its own. */
export const STATE_LABEL = "agent-sandbox.state";

/** The label that names the folder that state began in, to tell people: it may have moved since. */
export const PATH_LABEL = "agent-sandbox.path";

/** The label of what a thing is for its client: a container's role, a network's side, a volume's purpose. */
export const ROLE_LABEL = "agent-sandbox.role";

/** The labels that everything of a client carries, so that `what is left of acme?` is one question to the engine. */
export function labels(client: string, role: string, maker?: Maker): Record<string, string> {
  return {
    [CLIENT_LABEL]: client,
    [ROLE_LABEL]: role,
    ...(maker && { [STATE_LABEL]: maker.state }),
    ...(maker?.path && { [PATH_LABEL]: maker.path }),
  };
}

/** Who makes things: the id of the state (setup/state.sh), and the folder it began in, of a state of files. */
export interface Maker {
  state: string;
  path?: string;
}
