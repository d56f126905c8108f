import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { certificatesOf, subject } from "../certificates.ts";

/** Where a machine's own administrators put the authorities that it is to trust beside the public ones. */
export interface TrustPlaces {
  /** All certificates in and below them: what the distribution makes its bundle of. */
  folders: readonly string[];
  /** What variables of programs name. */
  files: readonly string[];
}

/** An authority of a machine that is none of the public ones, and the file that `ca` can name. */
export interface OwnAuthority {
  name: string;
  file: string;
}

/** A file of more certificates than this is a whole distribution's bundle, and no company's own. */
const MOST = 20;

/** Debian and its kin, Fedora and its kin, Arch, SUSE; and variables that programs on this machine are given. A keychain of macOS is not looked into: it takes a program. */
export function trustPlaces(env: Readonly<Record<string, string | undefined>>): TrustPlaces {
  const variables = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "GIT_SSL_CAINFO"];
  return {
    folders: [
      "/usr/local/share/ca-certificates",
      "/etc/pki/ca-trust/source/anchors",
      "/etc/ca-certificates/trust-source/anchors",
      "/etc/pki/trust/anchors",
    ],
    files: variables.flatMap((name) => env[name] || []),
  };
}

/**
 * Finds authorities that a machine trusts and that are in no public list (Mozilla's, which Node has with it), each once. Only files are read, and what cannot be read is
 * none: 10 ms where there are two (measured 2026-11-29), so every preview can.
 */
export function ownAuthorities({ folders, files }: TrustPlaces, now: Date): OwnAuthority[] {
  const found = new Map<string, OwnAuthority>();
  for (const file of new Set([...folders.flatMap(filesBelow), ...files]))
    for (const certificate of certificatesIn(file)) {
      const known = found.has(certificate.fingerprint256) || isPublic(certificate.toString());
      if (certificate.ca && !known && new Date(certificate.validTo) > now)
        found.set(certificate.fingerprint256, { name: subject(certificate), file });
    }
  return [...found.values()];
}

/** The line that offers them for the sandbox; nothing where there are none. */
export function describeOwnAuthorities(authorities: readonly OwnAuthority[]): string | undefined {
  if (authorities.length === 0) return undefined;
  const files = [...new Set(authorities.map(({ file }) => file))];
  const named = authorities.map(({ name, file }) => `"${name}" (${file})`).join(" and ");
  return `this machine trusts ${named}, as one does whose TLS is re-signed; inside the sandbox nothing does, and there npm and others fail or hang: add  agent-sandbox:ca: [${files.join(", ")}]  (or ca: [] to leave it so)`;
}

function filesBelow(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return names
      .filter((name) => /\.(crt|pem|cer|der)$/.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function certificatesIn(file: string) {
  try {
    if (!statSync(file).isFile()) return [];
    const content = readFileSync(file);
    // Counted before they are read: a distribution's takes 40 ms to read.
    if (content.toString("latin1").split("-----BEGIN ").length > MOST + 1) return [];
    const read = certificatesOf(content);
    return "certificates" in read ? read.certificates : [];
  } catch {
    return [];
  }
}

let listed: ReadonlySet<string> | undefined;

function isPublic(pem: string): boolean {
  listed ??= new Set(rootCertificates.map(letters));
  return listed.has(letters(pem));
}

/** Lists differ in the length of their lines. */
function letters(pem: string): string {
  return pem.replace(/\s/g, "");
}
