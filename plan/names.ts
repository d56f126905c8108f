import { createHash } from "node:crypto";
import { LABELS } from "../gateway/contract.ts";

/** The fixed names of everything a client has on the engine. People and tests rely on them. */
export function names(client: string) {
  return {
    agent: `${client}-agent`,
    gateway: `${client}-gateway`,
    lock: `${client}-lock`,
    /** With a dot, which no name of a client's or a helper's has: with a hyphen `secrets` of acme's would be the volume of secrets of a client `acme-helper`. */
    helper: (name: string) => `${client}-helper.${name}`,
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
  return `${container}.before`;
}

/** What the folder begins with that a build of an image has its context in, among the temporary ones: it says for which image. */
export function buildFolder(tag: string): string {
  return `agent-sandbox-build-${tag.replace(/[^a-z0-9]/g, "-")}-`;
}

/** The labels that everything of a client carries, so that `what is left of acme?` is one question to the engine. */
export function labels(client: string, role: string, maker?: Maker): Record<string, string> {
  return {
    [LABELS.client]: client,
    [LABELS.role]: role,
    ...(maker && { [LABELS.state]: maker.state }),
    ...(maker?.path && { [LABELS.path]: maker.path }),
  };
}

/** Who makes things: the id of the state (setup/state.sh), and the folder it began in, of a state of files. */
export interface Maker {
  state: string;
  path?: string;
}
