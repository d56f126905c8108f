import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { overlaps } from "../../capabilities/network/addresses.ts";
import { PRIVATE_RANGES } from "../../gateway/private.ts";
import { ask, survey } from "../../host/survey.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { type Client, eventually, useProject } from "./harness.ts";
import type { Place } from "./internet/sites.ts";

const project = useProject();
const { engine, internet } = project;

/** Names and addresses that lead inside, or nowhere, whatever the profile: not one of them ends at a site. */
const INSIDE = [
  ...["http://lan.test/", "http://metadata.test/", "http://loopback.test/", "https://lan.test/"],
  ...[internet.addresses.evil, internet.addresses.printer, internet.addresses.metadata].map((at) => `http://${at}/`),
];
/** Where nothing may arrive: hosts of the LAN, clouds' credentials, and what has no IPv4 name. */
const CLOSED: Place[] = ["printer", "metadata", "evil6"];

const arrived = () => Promise.all(CLOSED.map(async (place) => (await internet.arrived(place)).packets));

async function reached(client: Client, url: string, ...args: string[]): Promise<boolean> {
  return (await client.curl(url, ...args)).stdout.includes("site=");
}

describe("lockdown", () => {
  const acme = project.client("locked", { profile: "lockdown", egress: { allow: ["allowed.test"] } });
  beforeAll(() => acme.mustUp());

  test("keeps the allowlist and nothing else", async () => {
    const before = await arrived();
    expect(await reached(acme, "https://allowed.test/")).toBe(true);
    expect(await reached(acme, "https://also.test/")).toBe(false);
    for (const url of INSIDE) expect(await reached(acme, url)).toBe(false);
    expect(await arrived()).toEqual(before);
  });

  test("forgets the home, its history and every agent's state when the container stops", async () => {
    expect(await acme.exec("echo secret >~/notes && ls -A ~")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("notes"),
    });
    // Shells keep their history for as long as the home lasts, and do not complain.
    expect(
      await acme.exec("HISTFILE=~/.local/state/history/bash bash -ic 'history -a' && ls ~/.local/state/history"),
    ).toMatchObject({ code: 0 });
    expect((await acme.exec("stat -f -c %T ~; df --output=size -k ~ | tail -1")).stdout).toMatch(
      /^tmpfs\s+1048576\s*$/,
    );
    expect((await acme.exec("head -c 1100000000 /dev/zero >~/much; stat -c %s ~/much")).stdout).toMatch(/^10737\d+$/m);
    await engine.ask("restart", "--time", "1", acme.agent);
    expect((await acme.exec("cat ~/notes")).code).not.toBe(0);
    expect((await engine.residue(acme.name)).volumes.sort()).toEqual(
      ["audit", "policy", "refusals", "secrets"].map((purpose) => `${acme.name}-${purpose}`),
    );
  });

  test("is converged after one up", async () => {
    expect(await acme.plannedChanges()).toEqual({});
  });

  test("refuses secrets, mounts, tokens and endpoints by their keys, and changes nothing", async () => {
    const before = await acme.running();
    acme.write({
      profile: "lockdown",
      egress: { lan: { db: `${internet.addresses.lan}:5432` }, host: [5432] },
      secrets: { A: { env: "A" } },
      git: { token: { env: "T" } },
      mounts: [{ host: acme.workspace, at: "/more" }],
      dotfiles: { ".vimrc": `${acme.workspace}/vimrc` },
    });
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    for (const key of ["egress.lan", "egress.host", "secrets", "git.token", "mounts", "dotfiles"])
      expect(text).toMatch(new RegExp(`^ *${key} .*but profile is "lockdown"; remove it`, "m"));
    expect(await acme.running()).toEqual(before);
  });
});

describe("web", () => {
  const open = { profile: "web", egress: { allow: [{ host: "git.test", ports: [22] }] } };
  const acme = project.client("open", open);
  beforeAll(() => acme.mustUp());

  test("is told loudly: in the preview before it comes, and in the posture", async () => {
    expect((await acme.preview()).text).toMatch(/warning: profile: "web" is not one of .*guardrail no-web/);
    // The first of what may leave.
    expect((await acme.outputs()).posture.match(/^egress .*$/m)?.[0]).toMatch(
      / ANY PUBLIC HOST 80,443 \(profile web\)$/,
    );
  });

  test("reaches any public name on 80 and 443, and declared ports of declared names", async () => {
    expect(await reached(acme, "https://also.test/")).toBe(true);
    expect(await reached(acme, "http://web.wild.test/")).toBe(true);
    expect(await reached(acme, "https://any.wild.test/")).toBe(true);
    expect((await acme.exec("exec 3<>/dev/tcp/git.test/22; head -n 1 <&3")).stdout).toContain("SSH-2.0");
    expect(await reached(acme, "https://git.test:8443/")).toBe(false);
    expect((await acme.exec("timeout 5 bash -c 'exec 3<>/dev/tcp/also.test/22; head -n 1 <&3'")).stdout).toBe("");
  });

  test("never leads inside, by a name or by an address", async () => {
    const before = await arrived();
    for (const url of INSIDE) expect(await reached(acme, url)).toBe(false);
    for (let i = 0; i < 4; i++)
      expect((await acme.curl("http://mixed.test/")).stdout).not.toContain(`site=${internet.addresses.printer}`);
    expect(await arrived()).toEqual(before);
  });

  const { evil, evil6, metadata } = internet.addresses;
  test.each([
    ["a raw address over TLS", `curl -sSk -m 3 https://${evil}/`],
    [
      "an address as the name in the handshake",
      `curl -sSk -m 5 --connect-to ${evil}:443:also.test:443 https://${evil}/`,
    ],
    ["an address as the Host", `curl -sS -m 5 -H 'Host: ${evil}' http://also.test/ | grep site=`],
    ["the metadata address as the Host", `curl -sS -m 5 -H 'Host: ${metadata}' http://also.test/ | grep site=`],
    ["no name in the handshake", `curl -sSk -m 5 https://$(getent hosts also.test | cut -d' ' -f1)/`],
    ["a name that ends in a dot", `curl -sSk -m 5 -H 'Host: also.test.' http://also.test/ | grep site=`],
    ["a name of one label", "curl -sSk -m 5 -H 'Host: also' http://also.test/ | grep site="],
    ["a name that is private by definition", "curl -sS -m 5 http://printer.local/"],
    ["a private name as the Host", "curl -sS -m 5 -H 'Host: metadata.google.internal' http://also.test/ | grep site="],
    ["CONNECT", "curl -sSk -m 5 -p -x http://also.test:80 https://evil.test/"],
    ["IPv6", `curl -gsSk -m 3 "https://[${evil6}]/"`],
    ["UDP to a raw address", `exec 3<>/dev/udp/${evil}/443; echo x >&3; timeout 2 head -c 1 <&3 | grep .`],
  ])("is shut for %s", async (_way, script) => {
    const { code, stdout } = await acme.exec(script);
    expect({ failed: code !== 0, site: stdout.match(/site=.*/)?.[0] }).toEqual({ failed: true, site: undefined });
  });

  test("asks no resolver for the agent: a name goes out when it is connected to, and not before", async () => {
    expect((await acme.exec("getent hosts secret.evil.test")).code).toBe(0);
    expect(await internet.asked("secret.evil.test")).toBe(0);
    // AAAA has an empty answer: refused, musl's resolver would wait for another.
    const ask = `import socket; server=[l.split()[1] for l in open("/etc/resolv.conf") if l.startswith("nameserver")][0]; s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(2); s.connect((server, 53)); s.send(bytes.fromhex("000101000001000000000000046576696c047465737400001c0001")); a=s.recv(512); print("code", a[3] & 15, "answers", a[7])`;
    expect((await acme.exec(`python3 -c '${ask}'`)).stdout).toBe("code 0 answers 0\n");
    const query = `import socket; s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(2); s.sendto(bytes.fromhex("00010100000100000000000006736563726574046576696c04746573740000010001"), ("${internet.dns}", 53)); print(s.recv(512))`;
    expect((await acme.exec(`python3 -c '${query}'`)).code).not.toBe(0);
  });

  test("is proven by a canary that can tell a name that was dialled from one that was refused", async () => {
    const { Config, NetworkSettings } = await engine.inspect(acme.gateway);
    const inner = NetworkSettings.Networks[`${acme.name}-inner`].IPAddress as string;
    const probe = async (name: string) => {
      const line = `shut name ${inner.replace(/\d+$/, "129")} ${name}`;
      const script = `echo '${line}' | canary`;
      const namespace = `container:${acme.agent}`;
      return (
        await engine.run("run", "--rm", "--network", namespace, "--entrypoint", "bash", Config.Image, "-c", script)
      ).stdout;
    };
    await internet.move("here.test", internet.addresses.dns.replace(/\d+$/, "99") as `${number}.${string}`);
    expect(await probe("also.test")).toMatch(/^LEAK /);
    expect(await probe("here.test")).toMatch(/^LEAK /);
    for (const refused of ["ipv4only.arpa", "lan.test", "nobody.test", "unlisted.invalid"])
      expect(await probe(refused)).toMatch(/^ok /);
  });

  test("comes up and is proven while no resolver answers", async () => {
    acme.write({ ...open, resolvers: [internet.addresses.dns.replace(/\d+$/, "99")] });
    await acme.mustUp();
    acme.write(open);
    await acme.mustUp();
    expect(await reached(acme, "https://also.test/")).toBe(true);
  });

  test("ends at once with the profile, open connections too, and no container is replaced", async () => {
    const before = await acme.running();
    const hold = `
import socket, ssl
s = ssl.create_default_context().wrap_socket(socket.create_connection(("also.test", 443)), server_hostname="also.test")
open("/tmp/held", "w")
try: s.recv(1)
except OSError: pass
open("/tmp/ended", "w")`;
    await acme.exec(`setsid python3 -c '${hold}' >/dev/null 2>&1 </dev/null &`);
    await eventually(
      () => acme.exec("ls /tmp"),
      ({ stdout }) => stdout.includes("held"),
    );
    expect((await acme.exec("ls /tmp")).stdout).not.toContain("ended");
    acme.write({ ...open, profile: "standard" });
    await acme.mustUp();
    await eventually(
      () => acme.exec("ls /tmp"),
      ({ stdout }) => stdout.includes("ended"),
    );
    expect(await reached(acme, "https://also.test/")).toBe(false);
    expect((await acme.exec("getent hosts also.test")).code).not.toBe(0);
    expect((await acme.exec("exec 3<>/dev/tcp/git.test/22; head -n 1 <&3")).stdout).toContain("SSH-2.0");
    expect(await acme.running()).toEqual(before);
  });
});

describe("standard", () => {
  const folder = project.directory("policies-of-acme");
  const file = join(folder, "policy.yaml");
  const acme = project.client("acme", { egress: { from: file, allow: [".dotted.test"] } });
  const say = (text: string) => writeFileSync(file, text);
  beforeAll(async () => {
    say("domains: [allowed.test]\n");
    await acme.mustUp();
  });

  test(".name is the name and all below it", async () => {
    expect(await reached(acme, "https://dotted.test/")).toBe(true);
    expect(await reached(acme, "http://deep.a.dotted.test/")).toBe(true);
    expect(await reached(acme, "https://notdotted.test/")).toBe(false);
  });

  test("a change of a policy file is seen in the preview with its origin, and live without a replacement", async () => {
    expect(await reached(acme, "https://allowed.test/")).toBe(true);
    const before = await acme.running();
    say("domains: [also.test, {host: git.test, ports: [22]}]\n");
    const { code, text } = await acme.preview("--diff");
    expect(code).toBe(0);
    expect(text).toMatch(new RegExp(`WIDENS +egress +\\+ also\\.test 80,443 \\(file ${file}\\)`));
    expect(text).toMatch(new RegExp(`narrows +egress +- allowed\\.test 80,443 \\(file ${file}\\)`));
    expect(text).toMatch(new RegExp(`^ +\\+ egress +also\\.test 80,443 \\(file ${file}\\)$`, "m"));
    expect(await acme.plannedChanges()).toMatchObject({ [`${acme.name}-firewall-init`]: "update" });
    await acme.mustUp();
    expect(await reached(acme, "https://also.test/")).toBe(true);
    expect(await reached(acme, "https://allowed.test/")).toBe(false);
    expect((await acme.exec("exec 3<>/dev/tcp/git.test/22; head -n 1 <&3")).stdout).toContain("SSH-2.0");
    expect(await acme.running()).toEqual(before);
    expect(await acme.plannedChanges()).toEqual({});
  });

  test("mistakes in a policy file are told with the file and the key, and change nothing", async () => {
    say("service: [github]\n");
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    expect(text).toContain(`${file}\n`);
    expect(text).toMatch(/^ *service +is not a key here\. Did you mean "services"\?/m);
    expect(await reached(acme, "https://also.test/")).toBe(true);
    say("domains: [also.test]\n");
  });

  test("a policy file that the agent could write is refused", async () => {
    const inside = join(acme.workspace, "policy.yaml");
    writeFileSync(inside, "domains: [evil.test]\n");
    acme.write({ egress: { from: [file, inside] } });
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(/egress\.from\[1\] .* is inside the workspace, where an agent can change it/);
  });
});

describe("a name that its owner points at this machine", () => {
  const acme = project.client("here");
  const seen: string[] = [];
  let server: Server;
  let address: `${number}.${string}`;

  beforeAll(async () => {
    const { spec } = parseSpec({ workspace: acme.workspace });
    const { facts } = await survey(
      ask(acme.name, undefined, Promise.resolve({ key: Buffer.alloc(32) })),
      acme.name,
      spec!,
      project.folder,
      { agents: [] } as never,
      [],
      {},
    );
    // Where all of them are private, names are shut for that reason.
    const isPrivate = (own: string) => PRIVATE_RANGES.some((range) => overlaps(own, range));
    const { steady } = facts!.host;
    address = (steady.find((own) => !isPrivate(own)) ?? steady[0]) as typeof address;
    server = createServer((socket) => {
      seen.push(String(socket.remoteAddress));
      // Whoever hangs up first is right.
      socket.on("error", () => undefined).end("site=this machine\n");
    });
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    const { port } = server.address() as { port: number };
    await internet.move("here.test", address);
    acme.write({ egress: { allow: [{ host: "here.test", ports: [port] }], host: [port] } });
    await acme.mustUp();
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test("is refused, though a declared port of the host is there as `host`", async () => {
    const { port } = server.address() as { port: number };
    const say = (name: string) => acme.exec(`timeout 8 bash -c 'head -n 1 </dev/tcp/${name}/${port}'`);
    expect((await say("host")).stdout).toContain("site=this machine");
    const before = seen.length;
    expect((await say("here.test")).stdout).toBe("");
    expect(seen.length).toBe(before);
    const told = async () => (await engine.run("logs", acme.gateway)).text;
    await eventually(told, (text) => /"name":"here.test".*"reason":"private-address"/.test(text));
  });
});
