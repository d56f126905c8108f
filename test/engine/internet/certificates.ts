import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Files of the lab's own authority, and of the one certificate that all its sites show. PEM. */
export interface Certificates {
  ca: string;
  certificate: string;
  key: string;
}

/** Makes an authority and a certificate for the names, good for two days, in a folder. Needs the openssl command. */
export function makeCertificates(folder: string, names: readonly string[]): Certificates {
  const at = (file: string) => join(folder, file);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  writeFileSync(
    at("extensions.cnf"),
    [
      "[authority]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash",
      "[site]\nbasicConstraints=CA:false\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid",
      `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}\n`,
      "[req]\ndistinguished_name=subject\n[subject]\n",
    ].join("\n"),
  );
  const config = ["-config", "extensions.cnf"];
  openssl(
    "req",
    "-x509",
    ...ec,
    ...config,
    "-extensions",
    "authority",
    "-subj",
    "/CN=fake internet",
    "-days",
    "2",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
  );
  openssl("req", ...ec, ...config, "-subj", "/CN=site", "-keyout", "site.key", "-out", "site.csr");
  openssl(
    ...["x509", "-req", "-in", "site.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"],
    ...["-extfile", "extensions.cnf", "-extensions", "site", "-out", "site.pem"],
  );
  return { ca: at("ca.pem"), certificate: at("site.pem"), key: at("site.key") };
}
