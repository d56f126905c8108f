import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const acme = project.client("acme", { agents: ["shell"] });
const environment = { ...project.environment(), PLANTED: "secret" };

let here: string;
let port: number;
let publicKey: (name: string) => string;

/** ssh by the port, with this key and no settings of the person's; it knows the sandbox by what `agentbox run` shows of its host key. */
const ssh = (args: string[], { key = "anna", address = "127.0.0.1", input = "" } = {}) =>
  spawnSync("ssh", [...words(key), ...args.map((arg) => (arg === "@" ? `dev@${address}` : arg))], {
    ...{ input, env: environment, timeout: 60_000, encoding: "utf8" as const },
  });
const words = (key: string) => [
  ...["-F", "none", "-p", String(port), "-i", join(here, key), "-o", "IdentitiesOnly=yes", "-o", "HostKeyAlias=acme"],
  ...["-o", `UserKnownHostsFile=${join(here, "known")}`, "-o", "GlobalKnownHostsFile=none", "-o", "BatchMode=yes"],
  ...["-o", "ConnectTimeout=10", "-o", "StrictHostKeyChecking=yes"],
];
const hostKey = () => {
  const shown = spawnSync(
    join(project.folder, "bin/agentbox"),
    ["run", acme.name, "--", "cat", "/home/dev/.local/state/ssh-host-key.pub"],
    { env: environment, encoding: "utf8" },
  );
  expect([shown.status, shown.stdout]).toEqual([0, expect.stringMatching(/^ssh-ed25519 \S+ sandbox\n$/)]);
  return shown.stdout;
};
const soon = (look: () => Promise<boolean>) => eventually(look, Boolean);
const answers = (options = {}) => soon(async () => ssh(["@", "true"], options).status === 0);

beforeAll(async () => {
  here = mkdtempSync(join(tmpdir(), "ssh-port-"));
  port = await freePort();
  for (const name of ["anna", "bob", "other"])
    spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(here, name)]);
  publicKey = (name) => readFileSync(join(here, `${name}.pub`), "utf8").trim();
  acme.write({ agents: ["shell"], ssh: { port, authorizedKeys: [publicKey("anna")] } });
  await acme.mustUp();
  await soon(async () => (await acme.exec("test -s ~/.local/state/ssh-host-key.pub")).code === 0);
  writeFileSync(join(here, "known"), `acme ${hostKey()}`);
  await answers();
});
afterAll(() => rmSync(here, { recursive: true, force: true }));

test("who has a key comes in as the agent's user, with what the container's environment has and nothing of the person's", () => {
  expect(ssh(["@", "exit 42"]).status).toBe(42);
  expect(ssh(["@", "cat"], { input: "one\n" }).stdout).toBe("one\n");
  const { stdout } = ssh(["-o", "SendEnv=PLANTED", "-o", "SetEnv=OTHER=planted", "@", "id -un; umask; env"]);
  expect(stdout).toMatch(/^dev\n0022\n/);
  expect(stdout).toMatch(/^SSL_CERT_FILE=\/etc\/ssl\/certs\/ca-certificates.crt$/m);
  expect(stdout).not.toMatch(/PLANTED|planted/);
});

test("there is a terminal", () => {
  const { stdout } = ssh(["-tt", "@", "tty; stty size; exit 6"]);
  expect(stdout).toMatch(/^\/dev\/pts\/\d/);
});

test("sftp carries files", () => {
  writeFileSync(join(here, "sent"), "data");
  const args = words("anna").flatMap((word) => (word === "-p" ? ["-P"] : [word]));
  const sent = spawnSync("scp", ["-q", ...args, join(here, "sent"), "dev@127.0.0.1:/workspace/sent"], {
    env: environment,
    encoding: "utf8",
  });
  expect([sent.status, sent.stderr]).toEqual([0, ""]);
  expect(ssh(["@", "cat /workspace/sent"]).stdout).toBe("data");
});

test("nobody else comes in: another key, root, a password, another user, no key", () => {
  const refused = (found: { status: number | null; stderr: string }) =>
    expect([found.status, found.stderr]).toEqual([255, expect.stringMatching(/Permission denied \(publickey\)/)]);
  refused(ssh(["@", "true"], { key: "other" }));
  for (const user of ["root", "nobody"]) refused(ssh([`${user}@127.0.0.1`, "true"]));
  for (const way of ["password", "keyboard-interactive", "hostbased", "none"])
    refused(ssh(["-o", `PreferredAuthentications=${way}`, "@", "true"]));
});

test.each([
  ["a port of the person's machine", ["-R", "18080:127.0.0.1:22"], /remote port forwarding failed/],
  ["a socket of the person's machine", ["-R", "/tmp/way.sock:127.0.0.1:22"], /remote port forwarding failed/],
  ["a tunnel", ["-w", "any:any"], /unnel/],
])("the sandbox gets no way to %s", (_what, args, says) => {
  const { status, stderr } = ssh(["-o", "ExitOnForwardFailure=yes", ...args, "@", "true"]);
  expect([status, stderr]).toEqual([255, expect.stringMatching(says)]);
});

test("the sandbox gets neither the person's ssh-agent nor their display", () => {
  const agent = spawnSync("ssh-agent", ["-c"], { encoding: "utf8" }).stdout;
  const [, socket] = /SSH_AUTH_SOCK (\S+);/.exec(agent)!;
  const [, pid] = /SSH_AGENT_PID (\d+);/.exec(agent)!;
  try {
    const args = [...words("anna"), "-A", "-Y", "dev@127.0.0.1", 'echo "agent=$SSH_AUTH_SOCK display=$DISPLAY"'];
    const env = { ...environment, SSH_AUTH_SOCK: socket, DISPLAY: ":0" };
    expect(String(spawnSync("ssh", args, { env }).stdout)).toBe("agent= display=\n");
  } finally {
    process.kill(Number(pid));
  }
});

test("a forwarded port leads to the sandbox itself and nowhere else, by -D as by -L", async () => {
  await acme.exec("(python3 -m http.server 8765 --bind 127.0.0.1 >/dev/null 2>&1 &) ; sleep 1");
  const { stdout } = ssh(["-W", "localhost:8765", "@"], { input: "GET / HTTP/1.0\r\n\r\n" });
  expect(stdout).toMatch(/^HTTP\/1.0 200/);
  const { IPAddress: gateway } = (await project.engine.inspect(acme.gateway)).NetworkSettings.Networks[
    `${acme.name}-inner`
  ]!;
  for (const elsewhere of [`${gateway}:53`, "acme.example:443"]) {
    const { status, stderr } = ssh(["-W", elsewhere, "@"]);
    expect([elsewhere, status, stderr]).toEqual([elsewhere, 255, expect.stringMatching(/prohibited|Bad |forwarding/)]);
  }
  const socks = await freePort();
  const proxy = spawn("ssh", [...words("anna"), "-N", "-D", `127.0.0.1:${socks}`, "dev@127.0.0.1"], {
    env: environment,
    stdio: "ignore",
  });
  const through = (url: string) =>
    spawnSync("curl", ["-sS", "-m", "5", "--noproxy", "", "--socks5-hostname", `127.0.0.1:${socks}`, url]).status;
  try {
    await soon(async () => through("http://localhost:8765/") === 0);
    expect(through(`http://${gateway}:53/`)).not.toBe(0);
  } finally {
    proxy.kill();
  }
});

test("a forwarded port leads to no socket of the sandbox", async () => {
  const serve =
    "import http.server as h, socketserver as s; s.UnixStreamServer('/tmp/way.sock', h.SimpleHTTPRequestHandler).serve_forever()";
  await acme.exec(`(python3 -c "${serve}" >/dev/null 2>&1 &) ; until [ -S /tmp/way.sock ]; do sleep 0.1; done`);
  expect(
    (await acme.exec("python3 -c \"import socket; socket.socket(socket.AF_UNIX).connect('/tmp/way.sock')\"")).code,
  ).toBe(0);
  const [open, shut] = [await freePort(), await freePort()];
  await acme.exec("(python3 -m http.server 8766 --bind 127.0.0.1 >/dev/null 2>&1 &)");
  const ways = ["-L", `127.0.0.1:${open}:localhost:8766`, "-L", `127.0.0.1:${shut}:/tmp/way.sock`];
  const session = spawn("ssh", [...words("anna"), "-N", ...ways, "dev@127.0.0.1"], {
    env: environment,
    stdio: "ignore",
  });
  const through = (at: number) =>
    spawnSync("curl", ["-sS", "-m", "5", "--noproxy", "*", `http://127.0.0.1:${at}/`], { encoding: "utf8" });
  try {
    await soon(async () => through(open).status === 0);
    expect(through(shut).status).not.toBe(0);
  } finally {
    session.kill();
  }
});

test("the agent can add no key: the file is delivered, and sshd reads none of its home", async () => {
  await acme.exec(`mkdir -p -m 700 ~/.ssh; echo '${publicKey("other")}' >~/.ssh/authorized_keys`);
  expect((await acme.exec(`echo '${publicKey("other")}' >>/run/secrets/sshd/authorized_keys`)).code).not.toBe(0);
  expect((await acme.exec("cd /run/secrets/sshd && chmod u+w . && mv authorized_keys x")).code).not.toBe(0);
  expect(ssh(["@", "true"], { key: "other" }).status).toBe(255);
});

test("an sshd that ends is there again, and so it is after the container was stopped and started", async () => {
  await acme.exec("pkill -x sshd");
  await answers();
  await project.engine.ask("restart", "--time", "1", acme.agent);
  await answers();
});

test("another key replaces no container, and the one that is left out comes in no more", async () => {
  const before = await acme.running();
  acme.write({ agents: ["shell"], ssh: { port, authorizedKeys: [publicKey("bob")] } });
  await acme.mustUp();
  expect(await acme.running()).toEqual(before);
  await answers({ key: "bob" });
  expect(ssh(["@", "true"]).status).toBe(255);
});

test("a new container has the same host key; at 0.0.0.0 it is reached at each address of the host", async () => {
  const { agent } = await acme.running();
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === "IPv4" && !one.internal)!.address;
  expect(ssh(["@", "true"], { key: "bob", address: outside }).status).toBe(255);
  acme.write({
    ...{ agents: ["shell"], git: { name: "bot" } },
    ssh: { port, authorizedKeys: [publicKey("bob")], listen: "0.0.0.0" },
  });
  await acme.mustUp();
  expect((await acme.running()).agent).not.toBe(agent);
  await answers({ key: "bob" });
  expect(`acme ${hostKey()}`).toBe(readFileSync(join(here, "known"), "utf8"));
  expect(ssh(["@", "true"], { key: "bob", address: outside }).status).toBe(0);
  expect((await acme.outputs()).posture).toMatch(/^ssh +SHA256:\S+ at 0\.0\.0\.0$/m);
});

test("without the key in the stack file nothing listens", async () => {
  acme.write({ agents: ["shell"] });
  await acme.mustUp();
  await soon(async () => (await acme.exec("! pgrep -x sshd")).code === 0);
  expect(ssh(["@", "true"], { key: "bob" }).status).toBe(255);
});
