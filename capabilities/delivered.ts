import { WAY_OUT } from "../gateway/contract.ts";
import { describeSecretSource, type SecretSource } from "./credentials/source.ts";

/**
 * A file that is delivered into the sandbox, read-only, or into its gateway: what it is, for whom, and where its content is read on the host (or what it is, where it is
 * no secret). Where it lies follows from what it is (`placeOf`).
 */
export type DeliveredFile = What & {
  source: SecretSource | { text: string };
  /** The day from which its issuer takes it no more, where the stack file says one. */
  expires?: string;
  /** The key that declares it, for messages. */
  key: string;
};

type What =
  /** Whoever knows its name reads it. */
  | { role: "secret"; name: string }
  /** A variable of an agent, or of all agents and shells. */
  | { role: "variable"; reader: string | typeof ALL; name: string }
  /** An agent's login, copied into its home once. */
  | { role: "login"; reader: string }
  /** Linked at its place below the home. */
  | { role: "dotfile"; at: string }
  /** Trust anchors, by their number in `ca`. */
  | { role: "certificates"; number: number }
  /** Given by git's credential helper to this host alone. */
  | { role: "git"; reader: string; name: "token" | "username" }
  /** The hosts that ssh knows, what git is told of its own key, and which hosts it asks over HTTPS. */
  | { role: "ssh"; name: "known_hosts" | "gitconfig" | "over-https.gitconfig" }
  /** The keys of people who come in by ssh. */
  | { role: "sshd" }
  /** What the gateway signs in with to the company's proxy: delivered to it alone (`isOfGateway`). */
  | { role: "way-out"; name: "username" | "password" }
  /** The rules of the command guards. */
  | { role: "guards" }
  /** What the agent is told of its own sandbox. */
  | { role: "policy" };

/** All agents and shells. No agent can have this name (stack-file/patterns.ts). */
export const ALL = "_all";

/** Where a file lies below the volume of delivered files (`SANDBOX.secrets`): programs in images/runtime look there. */
export function placeOf(file: What): string {
  switch (file.role) {
    case "secret":
      return file.name;
    case "variable":
      return `env/${file.reader}/${file.name}`;
    case "login":
      return `login/${file.reader}`;
    case "dotfile":
      return `home/${file.at}`;
    case "certificates":
      return `ca/${file.number}.pem`;
    case "git":
      return `git/${file.reader}/${file.name}`;
    case "ssh":
      return `ssh/${file.name}`;
    case "sshd":
      return "sshd/authorized_keys";
    case "way-out":
      return `${WAY_OUT}/${file.name}`;
    case "guards":
      return "guards.json";
    case "policy":
      return "policy.json";
  }
}

/** A delivered file at its place, as the engine is given it. */
export interface PlacedFile extends Pick<DeliveredFile, "source" | "key"> {
  path: string;
}

/** Whether a file is the gateway's. Every other one is read by what runs in the sandbox. */
export function isOfGateway({ role }: Pick<DeliveredFile, "role">): boolean {
  return role === "way-out";
}

/** Files at their places, sorted by them. */
export function place(files: readonly DeliveredFile[]): PlacedFile[] {
  return sorted(files).map((file) => ({ path: placeOf(file), source: file.source, key: file.key }));
}

/** Files sorted by where they lie. */
export function sorted(files: readonly DeliveredFile[]): DeliveredFile[] {
  return [...files].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

/** Where a file comes from, in one line, for previews and messages. */
export function describeSource(source: DeliveredFile["source"]): string {
  return "text" in source ? `text ${source.text}` : describeSecretSource(source);
}
