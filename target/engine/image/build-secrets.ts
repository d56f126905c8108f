import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { runProgram } from "../../../host/program.ts";
import { oneLine } from "../../../stack-file/printable.ts";

/** What a build needs of this host that must be in no layer. */
export interface BuildSecrets {
  /** All certificates this host trusts, for builds behind a proxy that re-signs TLS. */
  trust: string;
  /** The registry this host's npm uses, and what it signs in with. */
  npmrc: string;
}

const BUNDLES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/** Reads what this host has, as npm is configured on it. */
export async function readBuildSecrets(): Promise<BuildSecrets> {
  const npm = await npmSettings();
  const { SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, npm_config_registry } = process.env;
  const files = [...BUNDLES, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, npm.cafile].flatMap((file) =>
    file && existsSync(file) && statSync(file).size > 0 ? [realpathSync(file)] : [],
  );
  const lines = [`registry=${npm.registry ?? npm_config_registry ?? ""}`, ...logins(npm.userconfig)];
  return {
    trust: [...new Set(files)].map((file) => `${readFileSync(file, "utf8")}\n`).join(""),
    npmrc: lines.map((line) => `${line}\n`).join(""),
  };
}

async function npmSettings(): Promise<Record<string, string | undefined>> {
  const { code, lost, why, stdout, stderr } = await runProgram(
    "npm",
    ["config", "get", "registry", "cafile", "userconfig"],
    { seconds: 30 },
  );
  // A host without npm has no settings of its own. Of one whose npm fails they are not known, and a build would ask another registry.
  if (code !== 0 && lost !== "missing")
    throw new Error(
      `npm config get does not say which registry this host uses: ${lost ? `it ${why}` : oneLine(stderr) || `it ended with status ${code}`}`,
    );
  const settings = stdout.split("\n").map((line) => /^(\w+)=(.*)$/.exec(line));
  return Object.fromEntries(
    settings.flatMap((found) => {
      const [, name, value] = found ?? [];
      return name && value && !["null", "undefined"].includes(value) ? [[name, value]] : [];
    }),
  );
}

/** `npm config get` hides what npm signs in with, so it is read where npm reads it; ${NAME} stands for a variable there. */
function logins(file: string | undefined): string[] {
  if (!file || !existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => /^\/\/.*:(_authToken|_auth)=/.test(line))
    .map((line) => line.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name) => process.env[name] ?? ""));
}
