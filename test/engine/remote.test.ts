import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ENGINES } from "../engines/engines.ts";
import { type Running, startNested } from "../engines/nested.ts";
import { Engine, run } from "./engine.ts";
import { type Client, useProject } from "./harness.ts";
import { imageTags } from "./image-tags.ts";

const project = useProject();
const near = project.engine;
const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-remote-"));
const NOTHING = { containers: [], networks: [], volumes: [] };
const volume = { workspace: { volume: true }, egress: { allow: [] } };

/** Another engine, whose name is this machine's own and whose address is not. */
let nested: Running;
let far: Engine;
/** Where it answers with TLS, and what it is asked with. */
let tls: { address: string; certificates: string };

beforeAll(async () => {
  const recipe = ENGINES["docker-26.1"]!;
  if ("host" in recipe) throw new Error("a recipe is needed");
  let certificates = "";
  nested = await startNested("remote", {
    ...recipe,
    serve: (socket, group) => {
      certificates = makeCertificates(dirname(socket), bridge());
      const files = ["ca", "server-cert", "server-key"].map((name) => join(certificates, `${name}.pem`));
      const words = ["--tlscacert", "--tlscert", "--tlskey"].flatMap((word, index) => [word, files[index]!]);
      return [...recipe.serve(socket, group), "--tlsverify", ...words, "--host", "tcp://0.0.0.0:2376"];
    },
  });
  far = new Engine(nested.environment.DOCKER_HOST);
  const own = nested.enter.at(-1)!;
  const ip = await near.ask("inspect", "--format", "{{.NetworkSettings.IPAddress}}", own);
  tls = { address: `tcp://${ip}:2376`, certificates };
}, 1_200_000);
afterAll(async () => {
  await nested?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a client on an engine that is reached with TLS", () => {
  let acme: Client;
  let other: Client;
  beforeAll(async () => {
    other = project.client("near", volume);
    // As where a person's shell names them for all.
    other.shell = { DOCKER_CERT_PATH: tls.certificates, DOCKER_TLS_VERIFY: "1" };
    acme = project.client("far", { ...volume, engine: tls.address });
    acme.shell = { DOCKER_CERT_PATH: tls.certificates };
    for (const tag of await imageTags(acme)) await carry(tag);
    await other.mustUp();
  });

  test("is placed there and not here, beside one that lives here, and a second up changes nothing", async () => {
    await acme.mustUp();
    expect(await near.residue(acme.name)).toEqual(NOTHING);
    expect(await far.residue(other.name)).toEqual(NOTHING);
    expect((await far.residue(acme.name)).containers).toContain(acme.agent);
    expect((await acme.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect((await other.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });

  test("is looked at, gone into and stopped there; its workspace is a volume that it may write", async () => {
    const inside = await agentbox(acme, "run", acme.name, "--", "sh", "-c", "echo made >/workspace/x; hostname");
    expect(inside).toMatchObject({ code: 0, stdout: `${acme.name}\n` });
    const verified = await agentbox(acme, "verify", acme.name);
    expect(verified.text).toMatch(/as planned/);
    expect(verified.code).toBe(0);
    const told = await statuses(acme);
    for (const { name } of [acme, other]) expect(told.clients.get(name)).toMatchObject({ runs: "running" });
  });

  test("whose engine does not answer is told as unseen, and stops no other", async () => {
    const { code, clients } = await statuses({ shell: { DOCKER_CERT_PATH: folder } });
    expect(code).toBe(1);
    expect(clients.get(acme.name)?.unseen).toMatch(/has no ca\.pem, cert\.pem, key\.pem/);
    expect(clients.get(other.name)).toMatchObject({ runs: "running" });
  });

  test("is not told anything where another answers than its certificates say", async () => {
    const others = mkdtempSync(join(folder, "others-"));
    makeCertificates(others, bridge());
    const { code, text } = await acme.pulumi("preview", [], { DOCKER_CERT_PATH: join(others, "certificates") });
    expect(code).not.toBe(0);
    expect(text).toMatch(/who answers at tcp:\S+ is not the engine that its ca\.pem speaks of/);
  });

  test("is not made a second time where the key has come to name another engine", async () => {
    acme.write(volume);
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    expect(text).toContain(`${acme.name} was brought up on ${tls.address}, where its containers and volumes are`);
    expect(await near.residue(acme.name)).toEqual(NOTHING);
    // What is asked about it meanwhile is asked where it is.
    expect((await agentbox(acme, "run", acme.name, "--", "cat", "/workspace/x")).stdout).toBe("made\n");
  });

  test("may name the same engine by a docker context", async () => {
    const config = join(folder, "docker");
    const files = ["ca", "cert", "key"].map((name) => `${name}=${join(tls.certificates, `${name}.pem`)}`).join(",");
    const made = ["context", "create", "far", "--docker", `host=${tls.address},${files}`];
    await run("docker", made, { ...process.env, DOCKER_CONFIG: config });
    acme.shell = { DOCKER_CONFIG: config };
    acme.write({ ...volume, engine: "context:far" });
    await acme.mustUp();
    expect((await acme.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect((await agentbox(acme, "run", acme.name, "--", "cat", "/workspace/x")).stdout).toBe("made\n");
  });

  test("goes from there as a whole, though its key names another by then", async () => {
    acme.write(volume);
    const { code, text } = await acme.destroy();
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(text).not.toMatch(/LEFT|UNSEEN/);
    expect(await far.residue(acme.name)).toEqual(NOTHING);
  });

  test("has no directory of this machine", async () => {
    acme.write({ engine: tls.address, mounts: [{ host: "/srv/docs", at: "/docs" }] });
    acme.shell = { DOCKER_CERT_PATH: tls.certificates };
    const { code, text } = await acme.preview();
    expect(code).not.toBe(0);
    expect(text).toMatch(/workspace {2,}\S+ is a place of this machine, and the engine is on another one/);
    expect(text).toMatch(/mounts\[0\]\.host {2,}\/srv\/docs is a place of this machine/);
  });
});

describe("a client whose engine is reached by ssh", () => {
  let acme: Client;
  let server: string;
  beforeAll(async () => {
    acme = project.client("ssh", volume);
    await acme.mustUp();
    server = `agent-sandbox-sshd-${folder.slice(-6).toLowerCase()}`;
    const ip = await serveSsh(server, await near.ask("inspect", "--format", "{{.Image}}", acme.agent));
    acme.shell = { PATH: `${join(folder, "bin")}:${process.env.PATH}` };
    acme.write({ ...volume, engine: `ssh://root@${ip}` });
  });
  afterAll(() => near.run("rm", "--force", server));

  test("is the same as by its socket, for the engine says that it is the same; and a second up changes nothing", async () => {
    await acme.mustUp();
    expect((await acme.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    const verified = await agentbox(acme, "verify", acme.name);
    expect(verified.text).toMatch(/as planned/);
    expect((await agentbox(acme, "run", acme.name, "--", "hostname")).stdout).toBe(`${acme.name}\n`);
  });

  test("is not reached where the host's key is another one", async () => {
    const known = readFileSync(join(folder, "known"), "utf8");
    writeFileSync(join(folder, "known"), "");
    const { code, text } = await acme.preview();
    writeFileSync(join(folder, "known"), known);
    expect(code).not.toBe(0);
    expect(text).toMatch(/engine {2,}the engine at ssh:\S+ cannot be asked: .*Host key verification failed/);
  });

  test("goes as a whole by it", async () => {
    const { code, text } = await acme.destroy();
    if (code !== 0) throw new Error(text);
    expect(await near.residue(acme.name)).toEqual(NOTHING);
  });
});

function agentbox({ shell }: Pick<Client, "shell">, ...args: string[]) {
  const env = { ...project.environment(), ...shell };
  return run(join(project.folder, "bin/agentbox"), args, env, project.folder);
}

/** What `status` says of each client, by name. */
async function statuses(by: Pick<Client, "shell">) {
  const { code, stdout } = await agentbox(by, "status", "--json");
  const clients: { client: string; runs?: string; unseen?: string }[] = JSON.parse(stdout).clients;
  return { code, clients: new Map(clients.map((one) => [one.client, one])) };
}

/** The first 254 addresses that a container of this machine's engine may have. */
function bridge(): string[] {
  const [subnet = ""] = execFileSync("docker", [
    ...["network", "inspect", "bridge", "--format", "{{range .IPAM.Config}}{{.Subnet}} {{end}}"],
  ])
    .toString()
    .split(" ");
  return Array.from({ length: 254 }, (_, index) => subnet.replace(/\d+\/\d+$/, String(index + 1)));
}

/** An authority with a server's certificate for these addresses and a client's, as docker names the files. @returns their folder */
function makeCertificates(below: string, addresses: readonly string[]): string {
  const at = join(below, "certificates");
  mkdirSync(at);
  const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: at, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=lab", "-days", "2");
  const sign = (file: string, keyFile: string, subject: string, extensions: string) => {
    openssl("req", ...key, "-keyout", keyFile, "-out", "request.pem", "-subj", subject);
    writeFileSync(join(at, "extensions"), extensions);
    const by = ["-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-days", "2", "-extfile", "extensions"];
    openssl("x509", "-req", "-in", "request.pem", "-out", file, ...by);
  };
  const names = addresses.map((address) => `IP:${address}`).join(",");
  sign("server-cert.pem", "server-key.pem", "/CN=engine", `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
  sign("cert.pem", "key.pem", "/CN=client", "extendedKeyUsage=clientAuth\n");
  return at;
}

/** An sshd that leads to this machine's engine, and an `ssh` that has a key for it and knows it. @returns its address */
async function serveSsh(name: string, image: string): Promise<string> {
  for (const key of ["host", "id"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, key)]);
  const docker = execFileSync("bash", ["-c", "type -P docker"]).toString().trim();
  const settings = ["UsePAM=no", "HostKey=/k/host", "AuthorizedKeysFile=/k/id.pub", "StrictModes=no"];
  const serve = `mkdir -p /run/sshd; exec /usr/sbin/sshd -D -e -f /dev/null ${settings.map((one) => `-o ${one}`).join(" ")}`;
  await near.ask(
    ...["run", "--detach", "--name", name, "--user", "0:0", "--entrypoint", "/bin/bash", "--volume", `${folder}:/k:ro`],
    ...["--volume", "/var/run/docker.sock:/var/run/docker.sock", "--volume", `${docker}:/usr/local/bin/docker:ro`],
    ...[image, "-c", serve],
  );
  const ip = await near.ask("inspect", "--format", "{{.NetworkSettings.IPAddress}}", name);
  const known = join(folder, "known");
  writeFileSync(known, `${ip} ${readFileSync(join(folder, "host.pub"), "utf8")}`);
  const own = ["IdentitiesOnly yes", `IdentityFile ${join(folder, "id")}`, `UserKnownHostsFile ${known}`];
  writeFileSync(join(folder, "settings"), `${own.join("\n")}\nGlobalKnownHostsFile none\nStrictHostKeyChecking yes\n`);
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F '${join(folder, "settings")}' "$@"\n`);
  chmodSync(join(folder, "bin/ssh"), 0o755);
  return ip;
}

/** An image that this machine's engine has; what it lacks is built there. */
async function carry(tag: string): Promise<void> {
  const has = async (engine: Engine) => (await engine.run("image", "inspect", tag)).code === 0;
  if ((await has(far)) || !(await has(near))) return;
  const pipe = 'docker save "$0" | DOCKER_HOST=$TO docker load --quiet';
  const { code, text } = await run("bash", ["-o", "pipefail", "-c", pipe, tag], {
    ...near.environment(),
    TO: far.host,
  });
  if (code !== 0) throw new Error(`${tag} could not be carried over:\n${text}`);
}
