import { networkInterfaces } from "node:os";
import type { AuditLine } from "../../gateway/audit-line.ts";
import { run } from "./engine.ts";
import { LIBRARY } from "./fault/lab.ts";
import { freePort } from "./free-port.ts";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine, internet } = project;
const acme = project.client("acme");
let port: number;
let second: number;

beforeAll(async () => {
  [port, second] = [await freePort(), await freePort()];
  acme.write({ ports: [port], egress: { allow: ["allowed.test"] } });
  await acme.mustUp();
  // The second as dev servers listen unless they are told otherwise.
  await serve(port, "0.0.0.0");
  await serve(second, "127.0.0.1");
  await acme.exec(
    `for port in ${port} ${second}; do until exec 3<>/dev/tcp/127.0.0.1/$port; do sleep 0.1; done; done 2>/dev/null; echo hello > /workspace/hello.txt`,
  );
});

const gateway = (script: string) => engine.ask("exec", acme.gateway, "bash", "-euc", `${LIBRARY}\n${script}`);

function serve(at: number, address: string): Promise<unknown> {
  const server = ["python3", "-m", "http.server", String(at), "--bind", address, "--directory", "/workspace"];
  return engine.ask("exec", "--detach", acme.agent, ...server);
}

describe("a declared port", () => {
  test("of a server in the agent is reached on 127.0.0.1 of the host", async () => {
    expect(await fromHost("127.0.0.1", port)).toMatchObject({ code: 0, stdout: "hello\n" });
  });

  test("is published by the gateway, on no other address of the host", async () => {
    const { HostConfig } = await engine.inspect(acme.gateway);
    expect(Object.values(HostConfig.PortBindings)).toEqual([[{ HostIp: "127.0.0.1", HostPort: String(port) }]]);
    const { HostConfig: agent } = await engine.inspect(acme.agent);
    expect(agent.PortBindings ?? {}).toEqual({});
    const others = Object.values(networkInterfaces()).flatMap((list) =>
      list!.filter(({ family, internal }) => family === "IPv4" && !internal).map(({ address }) => address),
    );
    expect(others.length).toBeGreaterThan(0);
    for (const address of others) expect((await fromHost(address, port)).code).not.toBe(0);
  });

  test("is answered to nobody on the LAN, who may have a route to the gateway's outer network through this machine", async () => {
    const { IPAddress } = (await engine.inspect(acme.gateway)).NetworkSettings.Networks[`${acme.name}-outer`];
    const neighbour = await Neighbour.on("198.18.83");
    try {
      const address = `http://${IPAddress}:${port}/hello.txt`;
      expect(await neighbour.curl(address)).toMatchObject({ code: 28, stdout: "" });
      // The way there is open: the gateway itself refuses. Its watchdog would put the rules back within the tenth of a second.
      await gateway(`rest_watchdog; nft insert rule inet gateway input ip saddr ${neighbour.address} accept`);
      expect(await neighbour.curl(address)).toMatchObject({ code: 0, stdout: "hello\n" });
      await gateway("wake_watchdog");
    } finally {
      await neighbour.leave();
    }
    expect(await fromHost("127.0.0.1", port)).toMatchObject({ code: 0, stdout: "hello\n" });
  });

  test("is the only one: a server on another port is the agent's own", async () => {
    expect((await fromHost("127.0.0.1", second)).code).not.toBe(0);
  });

  test("more is given without replacing the agent, and what runs in it goes on", async () => {
    const { agent } = await acme.running();
    acme.write({ ports: [port, second], egress: { allow: ["allowed.test"] } });
    expect(Object.keys(await acme.plannedChanges())).not.toContain(acme.agent);
    await acme.mustUp();
    expect((await acme.running()).agent).toBe(agent);
    for (const at of [port, second])
      expect(await fromHost("127.0.0.1", at)).toMatchObject({ code: 0, stdout: "hello\n" });
    expect((await acme.curl("https://allowed.test/")).code).toBe(0);
  });
});

describe("a server on loopback alone", () => {
  test("is reached again when the agent has ended what leads there", async () => {
    await acme.exec("pkill -f /serve-loop[b]ack");
    expect(await fromHost("127.0.0.1", port)).toMatchObject({ code: 0, stdout: "hello\n" });
    await eventually(
      () => fromHost("127.0.0.1", second),
      ({ stdout }) => stdout === "hello\n",
    );
  });

  test("is led to for the gateway alone: whoever else asks is answered nothing", async () => {
    const ask = (address: string) =>
      `exec 3<>/dev/tcp/${address}/22023; printf '\\x04\\x01\\x${hex(second >> 8)}\\x${hex(second & 255)}\\x7f\\x00\\x00\\x01\\x00' >&3; timeout 5 cat <&3 | wc -c`;
    for (const address of ["127.0.0.1", "$(hostname -i)"])
      expect(await acme.exec(ask(address))).toMatchObject({ code: 0, stdout: "0\n" });
    expect(await acme.exec("bash -c 'exec 3<>/dev/tcp/127.0.0.1/22023'")).toMatchObject({ code: 0 });
  });

  test("that ends is told as unreachable, like any other", async () => {
    await acme.exec(`pkill -f 'http[.]server ${second}'`);
    expect((await fromHost("127.0.0.1", second)).code).not.toBe(0);
    const told = ({ kind, port: at, reason }: AuditLine) =>
      kind === "inbound" && at === second && reason === "unreachable";
    const seen = await eventually(
      () => acme.audit(),
      (lines) => told(lines.findLast(({ kind }) => kind === "inbound")!),
    );
    expect(seen.filter(({ port: at, reason }) => at === second && reason === "allowed").length).toBeGreaterThan(0);
    await serve(second, "127.0.0.1");
    await eventually(
      () => fromHost("127.0.0.1", second),
      ({ stdout }) => stdout === "hello\n",
    );
  });
});

test("a port may be another one on the host than in the sandbox", async () => {
  const other = await freePort();
  acme.write({ ports: [port, `${other}:${second}`], egress: { allow: ["allowed.test"] } });
  await acme.mustUp();
  for (const at of [port, other]) expect(await fromHost("127.0.0.1", at)).toMatchObject({ code: 0, stdout: "hello\n" });
  expect((await fromHost("127.0.0.1", second)).code).not.toBe(0);
});

describe("profile offline", () => {
  test("closes every way out of the sandbox, and keeps its ports", async () => {
    acme.write({ profile: "offline", ports: [port] });
    await acme.mustUp();
    // Nobody else of this run asks for it.
    const own = `${acme.name}.wild.test`;
    for (const url of [`https://${own}/`, "https://evil.test/", `http://${internet.addresses.evil}/`])
      expect((await acme.curl(url)).code).not.toBe(0);
    expect(await internet.asked(own)).toBe(0);
    expect(await internet.reached("evil.test")).toMatchObject({ packets: 0 });
    const { posture } = await acme.outputs();
    expect(posture).toMatch(/^profile +offline$/m);
    expect(posture).not.toMatch(/^(egress|endpoints) /m);
    expect(posture).toMatch(new RegExp(`^ports +127\\.0\\.0\\.1:${port} to ${port}$`, "m"));
    expect(await fromHost("127.0.0.1", port)).toMatchObject({ code: 0, stdout: "hello\n" });
  });

  test("without ports leaves the gateway itself no network but the agent's", async () => {
    acme.write({ profile: "offline" });
    await acme.mustUp();
    expect(Object.keys((await engine.inspect(acme.gateway)).NetworkSettings.Networks)).toEqual([`${acme.name}-inner`]);
    expect((await acme.curl("https://allowed.test/")).code).not.toBe(0);
  });
});

/** A machine beside this one, with this one as its router. */
class Neighbour {
  readonly address: string;
  private readonly name = `neighbour-${acme.name.slice(0, 40)}`;
  private readonly link = `nb${process.pid}`;

  private constructor(net: string) {
    this.address = `${net}.2`;
  }

  /** @param net the first three numbers of a network that nobody else has */
  static async on(net: string): Promise<Neighbour> {
    const neighbour = new Neighbour(net);
    const { name, link } = neighbour;
    await ip("netns", "add", name);
    await ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name);
    await ip("address", "add", `${net}.1/30`, "dev", link);
    await ip("link", "set", link, "up");
    await ip("-n", name, "address", "add", `${net}.2/30`, "dev", "eth0");
    await ip("-n", name, "link", "set", "eth0", "up");
    await ip("-n", name, "route", "add", "default", "via", `${net}.1`);
    return neighbour;
  }

  curl(url: string) {
    const [command, ...args] = asRoot(
      "ip",
      "netns",
      "exec",
      this.name,
      "curl",
      "-sS",
      "--noproxy",
      "*",
      "-m",
      "2",
      url,
    );
    return run(command!, args, process.env);
  }

  async leave(): Promise<void> {
    await ip("link", "del", this.link);
    await ip("netns", "del", this.name);
  }
}

function ip(...args: string[]): Promise<string> {
  return engine.must(asRoot("ip", ...args));
}

function asRoot(...command: string[]): string[] {
  return process.getuid?.() === 0 ? command : ["sudo", "-n", ...command];
}

function fromHost(address: string, at: number) {
  return run("curl", ["-sS", "--noproxy", "*", "--max-time", "10", `http://${address}:${at}/hello.txt`], process.env);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
