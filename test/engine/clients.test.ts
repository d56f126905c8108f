import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });
const globex = project.client("globex", { egress: { allow: ["also.test"] } });

beforeAll(async () => {
  writeFileSync(join(acme.workspace, "code.txt"), "of acme");
  await Promise.all([acme.mustUp(), globex.mustUp()]);
});

describe("two clients side by side", () => {
  test("come up at the same time, each with its own policy", async () => {
    expect((await acme.curl("https://allowed.test/")).code).toBe(0);
    expect((await acme.curl("https://also.test/")).code).not.toBe(0);
    expect((await globex.curl("https://also.test/")).code).toBe(0);
    expect((await globex.curl("https://allowed.test/")).code).not.toBe(0);
  });

  test("share no network, no range of addresses and no volume", async () => {
    const of = async (client: typeof acme) => {
      const { networks, volumes } = await engine.residue(client.name);
      const subnets = await Promise.all(
        networks.map(async (name) => (await engine.inspect(name)).IPAM.Config[0].Subnet),
      );
      const mounts = (await Promise.all([client.agent, client.gateway].map((name) => engine.inspect(name)))).flatMap(
        ({ Mounts }) => Mounts.map((mount: { Name?: string; Source: string }) => mount.Name ?? mount.Source),
      );
      return new Set([...networks, ...volumes, ...subnets, ...mounts]);
    };
    const [ours, theirs] = await Promise.all([of(acme), of(globex)]);
    expect([...ours].filter((thing) => theirs.has(thing))).toEqual([]);
  });

  test("cannot reach each other: no address, no port, no name", async () => {
    await engine.ask("exec", "--detach", globex.agent, "python3", "-m", "http.server", "8000", "--bind", "0.0.0.0");
    await eventually(
      () => globex.curl("http://127.0.0.1:8000/"),
      ({ code }) => code === 0,
    );
    const addresses = (await Promise.all([globex.agent, globex.gateway].map((name) => engine.inspect(name)))).flatMap(
      ({ NetworkSettings }) =>
        Object.values(NetworkSettings.Networks as Record<string, { IPAddress: string }>).map(
          ({ IPAddress }) => IPAddress,
        ),
    );
    expect(addresses).toHaveLength(3);
    const { code, stdout } = await acme.exec(`
      for address in ${addresses.join(" ")} ${globex.agent} ${globex.gateway}; do
        for port in 53 80 443 8000; do timeout 1 bash -c "exec 3<>/dev/tcp/$address/$port" 2>/dev/null && echo "open $address:$port"; done
      done; true`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    // Not from the gateway either, should one be taken over.
    for (const address of addresses.slice(0, 2))
      expect(
        (await engine.run("exec", acme.gateway, "bash", "-c", `timeout 1 bash -c 'exec 3<>/dev/tcp/${address}/8000'`))
          .code,
      ).not.toBe(0);
  });

  test("on one workspace are refused, by name", async () => {
    const initech = project.client("initech", { workspace: acme.workspace });
    const { code, text } = await initech.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(/^ +workspace .*/m);
    expect(text).toContain(`is shared with client ${acme.name}`);
    expect(await engine.residue(initech.name)).toEqual({ containers: [], networks: [], volumes: [] });
    initech.forget();
  });
});

describe("destroy", () => {
  test("leaves nothing of the client on the engine", async () => {
    await globex.exec("echo token > /home/dev/kept; echo cached > /home/dev/.cache/kept");
    const { code, text } = await globex.destroy();
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(await engine.residue(globex.name)).toEqual({ containers: [], networks: [], volumes: [] });
    expect(await engine.ask("ps", "--all", "--filter", `name=${globex.name}`, "--quiet")).toBe("");
    expect(await engine.ask("volume", "ls", "--filter", `name=${globex.name}`, "--quiet")).toBe("");
  });

  test("does no harm to the other client", async () => {
    expect(await engine.inspect(acme.agent)).toMatchObject({ State: { Status: "running" }, RestartCount: 0 });
    expect((await acme.curl("https://allowed.test/")).code).toBe(0);
    expect((await acme.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });

  test("leaves the workspace as it is", async () => {
    await acme.exec("echo by the agent > /workspace/made.txt");
    expect((await acme.destroy()).code).toBe(0);
    expect(readFileSync(join(acme.workspace, "code.txt"), "utf8")).toBe("of acme");
    expect(readFileSync(join(acme.workspace, "made.txt"), "utf8")).toBe("by the agent\n");
  });

  test("is final: the next `up` starts with an empty home", async () => {
    await globex.mustUp();
    expect((await globex.exec("cat /home/dev/kept /home/dev/.cache/kept")).stdout).toBe("");
  });
});
