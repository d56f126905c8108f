import http from "node:http";
import { eventually, useProject } from "./harness.ts";
import { SIGN_IN } from "./internet/company-proxy.ts";

const project = useProject();
const { internet } = project;
const acme = project.client("acme");
/** Names that nobody else of this run asks for: the authoritative server counts questions of all suites together. Each has an address in the DNS, of another machine. */
const [declared, unasked, proxied] = ["declared", "unasked", "proxied"].map((name) => `${acme.name}-${name}.wild.test`);
const database = http.createServer((_request, response) => response.end("of the host\n"));
const undeclared = http.createServer((_request, response) => response.end("never told\n"));
const portOf = (server: http.Server) => (server.address() as { port: number }).port;

beforeAll(async () => {
  for (const server of [database, undeclared])
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const { nas, lan } = internet.addresses;
  acme.write({
    egress: {
      allow: ["allowed.test", unasked],
      lan: { ollama: `${nas}:11434`, [declared!]: nas },
      host: [portOf(database)],
    },
    // Nobody answers questions there but for one domain's names.
    resolvers: [lan, { domain: "allowed.test", servers: [internet.dns] }],
  });
  await acme.mustUp();
});
afterAll(() => {
  for (const server of [database, undeclared]) server.close();
});

describe("a declared endpoint", () => {
  test("of the LAN is reached by its name, and by nothing else of the LAN", async () => {
    expect(await acme.curl("http://ollama:11434/")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`site=${internet.addresses.nas}`),
    });
    const { packets } = await internet.arrived("nas");
    expect((await acme.curl("http://ollama/")).code).not.toBe(0);
    expect((await acme.curl(`http://${internet.addresses.nas}:11434/`)).code).not.toBe(0);
    expect((await acme.curl(`http://${internet.addresses.nas}/`)).code).not.toBe(0);
    // The last connection's goodbye may still be on its way.
    expect((await internet.arrived("nas")).packets - packets).toBeLessThanOrEqual(2);
  });

  test("of a host name is reached by that name, at the declared address, and no resolver is asked for it", async () => {
    expect(await acme.curl(`https://${declared}/`)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("by=tls"),
    });
    expect(await acme.curl(`http://${declared}/`)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`site=${internet.addresses.nas} host=${declared}`),
    });
    expect(await internet.asked(declared!)).toBe(0);
    // What the machine serves besides is as shut as the name of another site there.
    expect((await acme.curl(`http://${declared}:11434/`)).code).not.toBe(0);
    expect((await acme.curl("https://evil.test/", "--connect-to", `evil.test:443:${declared}:443`)).code).not.toBe(0);
    expect((await acme.exec(`curl -s -H 'Host: evil.test' http://${declared}/`)).stdout).toContain("refused (domain)");
    expect((await internet.names()).connections["evil.test"] ?? 0).toBe(0);
  });

  test("needs no resolver, and a domain's own one is asked for its names and for no other", async () => {
    expect(await acme.curl("https://allowed.test/")).toMatchObject({ code: 0 });
    expect((await acme.curl(`https://${unasked}/`)).code).not.toBe(0);
    expect(await internet.asked(unasked!)).toBe(0);
  });

  test("of the host is the declared port of it, and no other", async () => {
    expect(await acme.curl(`http://host:${portOf(database)}/`)).toMatchObject({ code: 0, stdout: "of the host\n" });
    expect((await acme.curl(`http://host:${portOf(undeclared)}/`)).code).not.toBe(0);
    expect((await acme.curl(`http://ollama:${portOf(database)}/`)).code).not.toBe(0);
    expect((await acme.curl(`http://host:11434/`)).code).not.toBe(0);
  });

  test("of the host has the names by which engines call it, and these have no other port", async () => {
    for (const name of ["host.docker.internal", "host.containers.internal", "gateway.docker.internal"]) {
      expect(await acme.curl(`http://${name}:${portOf(database)}/`)).toMatchObject({
        code: 0,
        stdout: "of the host\n",
      });
      expect((await acme.curl(`http://${name}:${portOf(undeclared)}/`)).code).not.toBe(0);
    }
  });

  test("is told in the outputs", async () => {
    const { endpoints } = await acme.outputs();
    expect(endpoints).toBe(`host:${portOf(database)}, ollama:11434 (OLLAMA_HOST), ${declared}:80, ${declared}:443`);
  });

  test("is where its programs look for it", async () => {
    const asked = await acme.exec(`enter shell -c 'curl -sSf --max-time 10 "$OLLAMA_HOST"'`);
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining(`site=${internet.addresses.nas}`) });
  });

  describe("behind a company's proxy", () => {
    const { lan, nas } = internet.addresses;
    const behind = (password: string) => {
      acme.shell = { PROXY_PASSWORD: password };
      acme.write({
        egress: {
          allow: ["allowed.test", "*.wild.test", { host: "git.test", ports: [22, 8443] }],
          lan: { ollama: `${nas}:11434`, [declared!]: nas },
          host: [portOf(database)],
        },
        resolvers: undefined,
        upstreamProxy: { url: `http://${lan}:3128`, username: SIGN_IN.username, password: { env: "PROXY_PASSWORD" } },
      });
      return acme.mustUp();
    };

    beforeAll(() => behind(SIGN_IN.password));

    test("a name is reached by it, over TLS, as a request and on another port", async () => {
      expect(await acme.curl("https://allowed.test/")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("by=tls"),
      });
      expect(await acme.curl(`https://${proxied}/`)).toMatchObject({ code: 0 });
      const plain = await acme.curl("http://allowed.test/", "-i");
      expect(plain.stdout).toMatch(/Via: 1.1 company[\s\S]*host=allowed.test by=http/i);
      const ssh = await acme.exec("exec 3<>/dev/tcp/git.test/22; echo SSH-2.0-x >&3; head -n 1 <&3");
      expect(ssh.stdout).toContain("SSH-2.0-fake_internet");
      const large = await acme.curl("https://allowed.test/bytes/30000000", "-o", "/dev/null", "-w", "%{size_download}");
      expect(large.stdout).toBe("30000000");
    });

    test("what no line has is refused before the proxy hears of it, and what the proxy refuses is closed on", async () => {
      expect((await acme.curl("https://evil.test/")).code).not.toBe(0);
      expect((await acme.curl("https://evil.test/", "--connect-to", "evil.test:443:allowed.test:443")).code).not.toBe(
        0,
      );
      expect((await acme.curl("https://git.test:8443/")).code).not.toBe(0);
      expect((await internet.names()).connections["evil.test"] ?? 0).toBe(0);
      // Nothing but the gateway speaks to it, and that only as the gateway does.
      expect((await acme.curl("http://allowed.test/", "--proxy", `http://${lan}:3128`)).code).not.toBe(0);
    });

    test("no question leaves, and endpoints are dialled as they are", async () => {
      expect(await acme.curl(`https://${declared}/`)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("by=tls"),
      });
      expect((await acme.curl(`http://${declared}/`, "-i")).stdout).not.toMatch(/via:/i);
      expect(await acme.curl("http://ollama:11434/")).toMatchObject({ code: 0 });
      // As a request, too; and one that no line has, which is refused.
      expect(await acme.curl(`http://${proxied}/`)).toMatchObject({ code: 0 });
      const refused = `${acme.name}.evil.test`;
      expect((await acme.curl(`https://${refused}/`)).code).not.toBe(0);
      for (const name of [declared!, proxied!, refused]) expect(await internet.asked(name)).toBe(0);
    });

    test("who signs in is the gateway: its password is in no file, variable, state or site that could be read", async () => {
      const { password } = SIGN_IN;
      const basic = Buffer.from(`${SIGN_IN.username}:${password}`).toString("base64");
      await acme.exec("curl -s -H 'Proxy-Authorization: Basic eDp5' http://allowed.test/");
      expect((await internet.shown()).filter((said) => said.includes(basic) || said.includes("eDp5"))).toEqual([]);
      const held = await acme.exec(`grep -rsl -e ${password} -e ${basic} /run /home/dev /etc /proc/*/environ; true`);
      expect(held.stdout).toBe("");
      for (const name of ["acme-gateway", "acme-agent"]) {
        const { stdout } = await project.engine.run("inspect", name.replace("acme", acme.name));
        expect(stdout).not.toContain(password);
      }
      const { stdout: state } = await acme.pulumi("stack", ["export"]);
      expect(state).toContain("way-out");
      expect(state).not.toContain(password);
      expect(state).not.toContain(basic);
    });

    test("another password is delivered without a container made anew, and one that is wrong is told", async () => {
      const gateway = await project.engine.run("inspect", "--format", "{{.Id}}", `${acme.name}-gateway`);
      await behind("wrong");
      expect((await acme.curl("https://allowed.test/")).code).not.toBe(0);
      expect((await acme.exec("curl -s http://allowed.test/")).stdout).toContain("wants another sign-in");
      const told = (await acme.audit()).filter(({ kind, name }) => kind === "tls" && name === "allowed.test");
      expect(told.at(-1)).toMatchObject({ verdict: "allow", reason: "unreachable", address: lan });
      // One reason in ten seconds is told, and the one before may be that fresh: it is asked until this one is.
      const told407 = `the proxy ${lan}:3128 answers HTTP/1.1 407 Proxy Authentication Required (allowed.test:443)`;
      const log = await eventually(
        async () => {
          await acme.curl("https://allowed.test/");
          return project.engine.run("logs", `${acme.name}-gateway`);
        },
        ({ text }) => text.includes(told407),
      );
      expect(log.text).toContain(told407);
      await behind(SIGN_IN.password);
      expect(await acme.curl("https://allowed.test/")).toMatchObject({ code: 0 });
      expect(await project.engine.run("inspect", "--format", "{{.Id}}", `${acme.name}-gateway`)).toMatchObject(gateway);
    });
  });

  test("that is taken out of the file is shut at the next `up`", async () => {
    const opened = async () => (await internet.reached(declared!)).connections;
    const before = await opened();
    const download = acme.curl(`https://${declared}/stream`, "-o", "/dev/null", "--max-time", "300");
    await eventually(opened, (count) => count > before);
    acme.write({});
    await acme.mustUp();
    // What was open is cut, not left to end by itself.
    expect([0, 28]).not.toContain((await download).code);
    expect((await acme.curl("http://ollama:11434/")).code).not.toBe(0);
    expect((await acme.curl(`https://${declared}/`)).code).not.toBe(0);
    expect((await acme.curl(`http://host:${portOf(database)}/`)).code).not.toBe(0);
    expect((await acme.exec(`enter shell -c 'echo "\${OLLAMA_HOST-none}"'`)).stdout).toBe("none\n");
  });
});
