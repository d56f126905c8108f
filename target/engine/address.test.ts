import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEngine, variablesOf } from "./address.ts";

const names = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"] as const;
const before = names.map((name) => [name, process.env[name]] as const);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "address-"));
  for (const name of names) delete process.env[name];
  process.env.DOCKER_CONFIG = folder;
});
afterEach(() => {
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  rmSync(folder, { recursive: true, force: true });
});

/** The three files of TLS. */
function certificates(at: string): string {
  mkdirSync(at, { recursive: true });
  for (const file of ["ca.pem", "cert.pem", "key.pem"]) writeFileSync(join(at, file), "");
  return at;
}

/** A docker context, as the docker client stores it. */
function context(name: string, docker: object): string {
  const key = createHash("sha256").update(name).digest("hex");
  mkdirSync(join(folder, "contexts/meta", key), { recursive: true });
  writeFileSync(join(folder, "contexts/meta", key, "meta.json"), JSON.stringify({ Endpoints: { docker } }));
  return join(folder, "contexts/tls", key, "docker");
}

test("what a stack file names comes before all that the environment says", () => {
  process.env.DOCKER_HOST = "unix:///other.sock";
  expect(findEngine("unix:///run/docker.sock")).toEqual({ host: "unix:///run/docker.sock" });
  expect(findEngine()).toEqual({ host: "unix:///other.sock" });
});

test.each([
  ["a stack file", () => findEngine("tcp://10.0.0.7:2376")],
  [
    "DOCKER_HOST",
    () => {
      process.env.DOCKER_HOST = "tcp://10.0.0.7:2376";
      return findEngine();
    },
  ],
])("an engine over a network, named by %s, is asked with certificates or not at all", (_by, find) => {
  expect(find).toThrow(
    /without TLS whoever is on the way is root on that engine; .* has no ca\.pem, cert\.pem, key\.pem/,
  );
  certificates(folder);
  expect(find()).toEqual({ host: "tcp://10.0.0.7:2376", certificates: folder });
  process.env.DOCKER_CERT_PATH = certificates(join(folder, "other"));
  expect(variablesOf(find())).toMatchObject({ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: join(folder, "other") });
});

test("at loopback it is asked in the open, unless the person says otherwise", () => {
  expect(variablesOf(findEngine("tcp://127.0.0.1:2375"))).toEqual({
    ...{ DOCKER_HOST: "tcp://127.0.0.1:2375", CONTAINER_HOST: "tcp://127.0.0.1:2375" },
  });
  process.env.DOCKER_TLS_VERIFY = "1";
  expect(() => findEngine("tcp://127.0.0.1:2375")).toThrow(/has no ca\.pem/);
});

test("a docker context has certificates of its own, and one that looks at nobody's is refused", () => {
  const own = context("gpu", { Host: "tcp://10.0.0.7:2376" });
  expect(() => findEngine("context:gpu")).toThrow(/\(the docker context "gpu"\) is reached over a network/);
  certificates(own);
  expect(findEngine("context:gpu")).toEqual({ host: "tcp://10.0.0.7:2376", certificates: own });
  context("blind", { Host: "tcp://10.0.0.7:2376", SkipTLSVerify: true });
  expect(() => findEngine("context:blind")).toThrow(/"blind" does not look at who answers/);
  expect(() => findEngine("context:none")).toThrow(/the docker context "none" is not there/);
});

test("a file of the docker client's that is cut off is named", () => {
  writeFileSync(join(folder, "config.json"), '{"currentContext": ');
  expect(() => findEngine()).toThrow(/config\.json is not what the docker client writes there\. Mend it, or /);
});
