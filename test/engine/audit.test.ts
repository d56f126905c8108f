import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditLine, AuditLineSchema } from "../../gateway/audit-line.ts";
import { freePort } from "./free-port.ts";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });

/** What `agentbox audit --json` prints, each line judged by the schema. */
async function audit(...args: string[]): Promise<AuditLine[]> {
  const { code, stdout, text } = await project.agentbox("audit", acme.name, "--json", ...args);
  if (code !== 0) throw new Error(`audit: exit ${code}\n${text}`);
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => AuditLineSchema.parse(JSON.parse(line)));
}

/** The audit, once it tells of this. */
const told = (like: Partial<AuditLine>) =>
  eventually(
    () => audit(),
    (lines) =>
      lines.some((line) => Object.entries(like).every(([key, value]) => line[key as keyof AuditLine] === value)),
  );

const unlisted = "curl -sSk -m 5 --connect-to evil.test:443:allowed.test:443 https://evil.test/";

/** What the canary tries and the gateway refuses, as the audit has it. */
const PROBED = [
  ...["dns unlisted.invalid 53", "http 169.254.169.254 80", "http unlisted.invalid 80"],
  ...["kernel  443", "kernel  5353", "tls unlisted.invalid 443"],
];

beforeAll(async () => {
  await acme.mustUp();
  await acme.curl("https://allowed.test/");
  await acme.curl("http://allowed.test/");
  await acme.exec(`${unlisted}; getent hosts secret.evil.test; curl -s -m 3 http://allowed.test:8080/`);
});

describe("the audit tells", () => {
  test.each<[string, Partial<AuditLine>]>([
    ["the start of the gateway", { kind: "gateway", verdict: "allow", reason: "started" }],
    ["the policy that is in force", { kind: "policy", verdict: "allow", reason: "live" }],
    ["an allowed connection", { kind: "tls", name: "allowed.test", port: 443, verdict: "allow", reason: "allowed" }],
    ["an allowed request", { kind: "http", name: "allowed.test", port: 80, verdict: "allow", reason: "allowed" }],
    [
      "a connection by a name that is on no list",
      { kind: "tls", name: "evil.test", verdict: "deny", reason: "domain" },
    ],
    ["a question for a name that is on no list", { kind: "dns", name: "secret.evil.test", verdict: "deny" }],
    ["a packet to a port that is shut", { kind: "kernel", port: 8080, verdict: "deny", reason: "closed" }],
  ])("%s", async (_what, like) => {
    await told(like);
  });

  test("the bytes that an allowed connection carried", async () => {
    const line = (await audit()).findLast(({ kind, name }) => kind === "tls" && name === "allowed.test")!;
    expect(line.up).toBeGreaterThan(200);
    expect(line.down).toBeGreaterThan(500);
    expect(line.address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });

  test("names whatever is in them, and none of them ends a line or begins one", async () => {
    const send = `python3 - <<'END'
import socket, struct
def hello(name):
    sni = struct.pack("!HBH", len(name) + 3, 0, len(name)) + name
    ext = struct.pack("!HH", 0, len(sni)) + sni
    body = b"\\x03\\x03" + b"r" * 32 + b"\\0" + struct.pack("!HH", 2, 0x1301) + b"\\1\\0" + struct.pack("!H", len(ext)) + ext
    shake = b"\\1" + struct.pack("!I", len(body))[1:] + body
    return b"\\x16\\x03\\1" + struct.pack("!H", len(shake)) + shake
for name in [b'quote"and\\\\slash.test', b'two\\nlines{"time":"forged"}.test', b'\\x1b[2Jescape.test', b'\\xff\\xfebytes.test', b'long' * 400 + b'.test', b'","verdict":"allow","x":".test']:
    s = socket.create_connection(("allowed.test", 443)); s.settimeout(3); s.sendall(hello(name))
    try: s.recv(10)
    except OSError: pass
for label in [b'q"uote', b'back\\\\slash', b'new\\nline', b'\\x1b[2J', b'\\xff' * 60]:
    q = b"\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0" + bytes([len(label)]) + label + b"\\4evil\\4test\\0\\0\\1\\0\\1"
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(1); s.sendto(q, (open("/etc/resolv.conf").read().split()[1], 53))
    try: s.recv(512)
    except OSError: pass
END`;
    const { code, text } = await acme.exec(send);
    expect({ code, text }).toEqual({ code: 0, text: "" });
    const lines = await eventually(
      () => audit(),
      (seen) =>
        seen.filter(({ kind, name }) => kind === "tls" && /quote|escape|bytes|verdict|lines/.test(name)).length >= 5,
    );
    for (const line of lines.filter(({ name }) => /quote|lines|escape|bytes|longlong|verdict|line|\[2J/.test(name)))
      expect(line).toMatchObject({ client: acme.name, verdict: "deny" });
    expect(lines.every(({ name }) => name.length <= 1020)).toBe(true);
    // No byte vanishes, and none is taken for a letter.
    const names = lines.filter(({ kind }) => kind === "tls").map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "\\xFF\\xFEbytes.test",
        "quote\\x22and\\x5Cslash.test",
        "\\x1B\\x5B2jescape.test",
        "two\\x0Alines\\x7B\\x22time\\x22\\x3A\\x22forged\\x22\\x7D.test",
      ]),
    );
    expect(lines.filter(({ kind }) => kind === "dns").map(({ name }) => name)).toEqual(
      expect.arrayContaining(['q"uote.evil.test', "back\\x5Cslash.evil.test", "<name unprintable>"]),
    );
    const { stdout } = await project.agentbox("audit", acme.name);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});

test("the agent reads what was refused, with the line to propose, and nothing that the probes of `up` caused", async () => {
  const { stdout } = await eventually(
    () => acme.exec("refused"),
    (said) => said.stdout.includes("8080"),
  );
  expect(stdout).toMatch(/ {2}evil\.test:443 {2}.*\(domain\)\n.*ask-for evil\.test .*egress\.allow: \[evil\.test\]\n/);
  expect(stdout).toMatch(/ {2}secret\.evil\.test {2}.*\(domain\)\n/);
  expect(stdout).toMatch(/:8080 {2}.*\(closed\)\n/);
  expect(stdout).not.toMatch(/unlisted\.invalid|169\.254/);
  const write = "touch /run/refusals/x || rm -f /run/refusals/last || mv /run/refusals /run/other || echo none";
  expect((await acme.exec(write)).stdout).toBe("none\n");
});

test("a text that is longer than a line has room for ends in a mark, and is one line in the engine's log", async () => {
  const forged = JSON.stringify((await audit()).find(({ kind }) => kind === "tls"));
  const say =
    '/usr/local/lib/gateway/gatewayd tell drift "$(head -c 20000 /dev/zero | tr "\\0" "\\1")$1" deny "$1$1$1$1$1$1"';
  await engine.ask("exec", acme.gateway, "bash", "-c", say, "say", `long${forged}`);
  const lines = await eventually(
    () => audit(),
    (all) => all.some(({ kind }) => kind === "drift"),
  );
  const line = lines.find(({ kind }) => kind === "drift")!;
  expect(line.name.replaceAll("\u0001", "")).toBe("…");
  expect(line.reason).toMatch(/^long\{"time":.*…$/);
  const log = (await engine.ask("logs", acme.gateway)).split("\n");
  const whole = log.filter((text) => text.includes('"kind":"drift"'));
  expect(whole.map((text) => AuditLineSchema.parse(JSON.parse(text)))).toEqual([line]);
  expect(Math.max(...log.map((text) => Buffer.byteLength(text)))).toBeLessThan(4096);
});

describe("agentbox audit", () => {
  test("shows a person a line for each event, and what it comes to", async () => {
    const { code, stdout } = await project.agentbox("audit", acme.name);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^\d\d-\d\d \d\d:\d\d:\d\d {2}allow {2}tls +allowed\.test:443 +allowed +↑\S+ ↓\S+ {2}\d+ms$/m,
    );
    expect(stdout).toMatch(/most refused {2}\S+/);
    expect(stdout).toMatch(/^ {2}to open it {4}egress\.allow: \[.*evil\.test/m);
  });

  test("shows only what was refused, or only what is new", async () => {
    const denied = await audit("--denied");
    expect(denied.length).toBeGreaterThan(0);
    expect(new Set(denied.map(({ verdict }) => verdict))).toEqual(new Set(["deny"]));
    // More may come while we look: a connection's line is written when it ends.
    const since = new Date().toISOString();
    const before = await audit();
    expect((await audit("--since", since)).filter(({ time }) => time < since)).toEqual([]);
    expect(await audit("--since", "1h")).toEqual(expect.arrayContaining(before));
  });

  test("leaves out what `up` and `verify` tried, unless it is asked for", async () => {
    expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
    const probes = await eventually(
      async () => (await audit("--denied", "--probes")).filter(({ probe }) => probe),
      (lines) => lines.length >= 2 * PROBED.length,
    );
    expect([...new Set(probes.map(({ kind, name, port }) => `${kind} ${name} ${port}`))].sort()).toEqual(PROBED);
    const denied = await audit("--denied");
    expect(denied.filter(({ name }) => /unlisted|^169/.test(name))).toEqual([]);
    expect(denied.filter(({ probe }) => probe)).toEqual([]);
    const { stdout } = await project.agentbox("audit", acme.name, "--summary");
    expect(stdout).not.toContain("unlisted");
    expect((await project.agentbox("audit", acme.name, "--summary", "--probes")).stdout).toContain("unlisted.invalid");
    expect((await audit()).filter(({ probe }) => probe).length).toBeGreaterThanOrEqual(probes.length);
  });

  test("tells what the agent does as the agent's, though it copies a probe while one is announced", async () => {
    const copies = async (...flags: string[]) =>
      (await audit(...flags)).filter(({ kind, name }) => kind === "tls" && name === "unlisted.invalid");
    const before = { told: (await copies("--denied")).length, all: (await copies()).length };
    await engine.ask("exec", acme.gateway, "sh", "-c", "echo shut tls 0.0.0.0 unlisted.invalid | announce");
    const hello = "curl -sSk -m 5 --connect-to unlisted.invalid:443:allowed.test:443 https://unlisted.invalid/";
    await acme.exec(`for i in 1 2 3; do ${hello}; done`);
    await eventually(copies, (lines) => lines.length === before.all + 3);
    expect((await copies("--denied")).length).toBe(before.told + 2);
  });

  test("goes on with what comes", async () => {
    const { process, output } = project.startAgentbox("audit", acme.name, "--follow", "--denied");
    await eventually(
      async () => output(),
      (text) => text.includes("evil.test"),
    );
    await acme.exec("getent hosts later.evil.test");
    await eventually(
      async () => output(),
      (text) => text.includes("later.evil.test"),
    );
    process.kill("SIGINT");
    // A resolver asks more than once; each question is told once.
    const asked = (await audit()).filter(({ name }) => name === "later.evil.test").length;
    expect(output().match(/later\.evil\.test/g)!.length).toBeLessThanOrEqual(asked);
  });

  test("goes on with what comes, whatever times the agent wrote into what it asks for", async () => {
    const place = "/var/lib/agent-sandbox/requests";
    const forged = JSON.stringify({ time: "2999-01-01T00:00:00Z", want: "future.test", why: "x".repeat(400) });
    await acme.exec(
      `printf '%s\\n' '${forged}' >>${place}; printf '{"time":"2026-11-21T09:00:00Z","want":"bad\\377byte.test"}\\n' >>${place}`,
    );
    const { process, output } = project.startAgentbox("audit", acme.name, "--follow");
    await eventually(
      async () => output(),
      (text) => text.includes("future.test"),
    );
    expect(output()).not.toContain("2999");
    expect(output()).toContain("bad\\xffbyte.test");
    await acme.exec("getent hosts after.evil.test");
    await eventually(
      async () => output(),
      (text) => text.includes("after.evil.test"),
    );
    process.kill("SIGINT");
    expect((await audit()).filter(({ time }) => Date.parse(time) > Date.now() + 60_000)).toEqual([]);
    await acme.exec(`: >${place}`);
  });

  test.each([
    ["a client that is not there", ["audit", "nobody"], 2, "Clients on this engine:"],
    ["no client", ["audit"], 2, "which client?"],
    ["a time that is none", ["audit", "x", "--since", "yesterday"], 2, "is no time"],
    ["an option that is none", ["audit", "x", "--all"], 2, "--all"],
  ])("refuses %s", async (_what, args, code, text) => {
    expect(await project.agentbox(...args)).toMatchObject({ code, stderr: expect.stringContaining(text) });
  });
});

describe("the audit is kept", () => {
  test("where the agent cannot reach it", async () => {
    const { Mounts } = await engine.inspect(acme.agent);
    expect(Mounts.map(({ Name }: { Name?: string }) => Name)).not.toContain(`${acme.name}-audit`);
  });

  test("when the gateway is replaced, and the new one goes on with it", async () => {
    const before = (await audit()).filter(({ kind }) => kind === "tls");
    const { gateway } = await acme.running();
    // Another published port is another container.
    acme.write({ egress: { allow: ["allowed.test"] }, ports: [await freePort()] });
    // With the time to say so: a replacement gives it two seconds, and a busy machine may need more.
    await engine.ask("stop", "--time", "60", acme.gateway);
    await acme.mustUp();
    expect((await acme.running()).gateway).not.toBe(gateway);
    const since = new Date().toISOString();
    await acme.curl("https://allowed.test/");
    const after = await eventually(
      () => audit(),
      (lines) => lines.some(({ kind, time }) => kind === "tls" && time > since),
    );
    expect(after.filter(({ kind }) => kind === "tls")).toEqual(expect.arrayContaining(before));
    expect(after).toContainEqual(expect.objectContaining({ kind: "gateway", reason: "stopped" }));
  });

  test("and can be read while the gateway is stopped", async () => {
    const before = await audit();
    await engine.ask("stop", acme.gateway);
    expect((await audit()).length).toBeGreaterThanOrEqual(before.length);
    await engine.ask("start", acme.gateway);
  });

  test("until it is exported, and destroyed with all else", async () => {
    const file = join(project.folder, "audit.jsonl");
    expect(await project.agentbox("audit", acme.name, "--export", file)).toMatchObject({ code: 0 });
    const exported = readFileSync(file, "utf8").split("\n").filter(Boolean);
    expect(exported.length).toBeGreaterThan(10);
    for (const line of exported) AuditLineSchema.parse(JSON.parse(line));
    expect(await project.agentbox("audit", acme.name, "--export", file)).toMatchObject({ code: 2 });
    expect(await acme.destroy()).toMatchObject({ code: 0 });
    expect((await engine.residue(acme.name)).volumes).toEqual([]);
    expect(await project.agentbox("audit", acme.name)).toMatchObject({ code: 2 });
  });
});
