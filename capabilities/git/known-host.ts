import { z } from "zod";
import { isHostName } from "../../stack-file/network.ts";
import { KEY_TYPES, type PublicKey, readPublicKey } from "../../stack-file/public-key.ts";
import { isNot, quoted } from "../../stack-file/quoted.ts";

/** A host of ssh, and one of the keys by which it is known. */
export interface KnownHost extends Pick<PublicKey, "type" | "key"> {
  host: string;
  port: number;
}

const EXAMPLE = "git.acme.example ssh-ed25519 AAAA…, or [git.acme.example]:2222 ssh-ed25519 AAAA…";

/** A line of ssh's known_hosts, as `ssh-keyscan` prints it. */
export const KnownHostLine = z
  .string({ error: ({ input }) => `${isNot(input, "a host with its key")}; write it like ${EXAMPLE}` })
  .superRefine((line, ctx) => {
    const read = readKnownHost(line);
    if (typeof read === "string") ctx.addIssue(read);
  });

/** Lines of known_hosts: a list, or one text of them, from which comments and empty lines are left out. */
export const KnownHosts = z
  .preprocess(
    (given) =>
      typeof given === "string"
        ? given
            .split("\n")
            .map((line) => line.trim())
            .filter((line) => line !== "" && !line.startsWith("#"))
        : given,
    z.array(KnownHostLine, {
      error: ({ input }) => `${isNot(input, "a list of hosts with their keys")}; write a line each, like ${EXAMPLE}`,
    }),
  )
  // What JSON Schema would say of it is what comes of it alone.
  .meta({ type: ["string", "array"] });

/** Reads a line. @returns what is wrong with it, as the end of a sentence, where something is */
export function readKnownHost(line: string): KnownHost | string {
  const [name = "", ...rest] = line.split(" ");
  const short = quoted(name.slice(0, 60));
  if (name.startsWith("@"))
    return `${short} marks an authority or a key that is called back, and only plain keys are taken; write it like ${EXAMPLE}`;
  if (name.startsWith("|")) return `${short} is the hash of a name; write the name, like ${EXAMPLE}`;
  const [, bracketed, port] = /^\[([^\]]*)\]:([1-9]\d{0,4})$/.exec(name) ?? [];
  const host = bracketed ?? name;
  if (!isSshHost(host) || Number(port ?? 22) > 65535)
    return `${short} is not a host; write one name a line, in small letters and without wildcard, like ${EXAMPLE}`;
  if (port === "22") return `${short} has the port that ssh has anyway; write ${host}`;
  const key = readPublicKey(rest.join(" "));
  if (!key)
    return `has no key of ${host} that could be read; after the name comes one of ${KEY_TYPES.join(", ")} and the whole key in base64, as \`ssh-keyscan ${host}\` prints it`;
  return { host, port: Number(port ?? 22), type: key.type, key: key.key };
}

/** A name of one label is one of `egress.lan`. */
function isSshHost(name: string): boolean {
  return isHostName(name) || /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name);
}

/** The line of known_hosts. */
export function renderKnownHost({ host, port, type, key }: KnownHost): string {
  return `${port === 22 ? host : `[${host}]:${port}`} ${type} ${key}`;
}
