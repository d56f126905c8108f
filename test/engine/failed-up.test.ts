import { once } from "node:events";
import { renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const docs = project.directory("docs");
const elsewhere = project.directory("elsewhere");
const fragments = project.directory("fragments");
const allow = ["allowed.test"];
let config: Record<string, unknown>;
const acme = project.client("acme");

beforeAll(async () => {
  const masks = [{ path: ".env", as: "empty" }];
  writeFileSync(join(acme.workspace, ".env"), "KEY=of-the-person");
  config = { egress: { allow }, ports: [await freePort()], mounts: [{ host: docs, at: "/docs" }], masks };
  acme.write(config);
  await acme.mustUp();
});

/** Ids of the client's containers: both of before, and both at work. */
async function expectAsBefore(before: Record<string, string>) {
  const id = (text: string) => text.split(" ").slice(0, 2).join(" ");
  const now = await acme.running();
  expect({ agent: id(now.agent), gateway: id(now.gateway) }).toEqual({
    agent: id(before.agent!),
    gateway: id(before.gateway!),
  });
  const reached = await eventually(
    () => acme.curl("https://allowed.test/"),
    ({ code }) => code === 0,
  );
  expect(reached.stdout).toContain("site=allowed.test");
  expect((await acme.curl("https://evil.test/")).code).not.toBe(0);
}

/** Does it at the moment the engine tells of the event. */
function at(event: string, container: string, act: () => void): void {
  const filters = ["--filter", `container=${container}`, "--filter", `event=${event}`];
  const events = engine.start("events", ...filters, "--format", "{{.Action}}");
  events.stdout!.once("data", () => {
    act();
    events.kill();
  });
}

describe("an `up` that fails leaves the client as it was", () => {
  const fragment = (text: string) => {
    writeFileSync(join(fragments, "Dockerfile"), text);
    return { extend: join(fragments, "Dockerfile") };
  };

  test.each<[string, () => Record<string, unknown>, RegExp]>([
    [
      "a package that there is not",
      () => ({ image: { packages: ["no-such-package-anywhere"] } }),
      /no-such-package-anywhere/,
    ],
    ["a fragment that fails", () => ({ image: fragment("RUN false\n") }), /RUN false|false/],
    [
      "a directory that is not there",
      () => ({ mounts: [{ host: join(docs, "none"), at: "/docs" }] }),
      /does not exist/,
    ],
    ["a secret that is not set", () => ({ secrets: { TOKEN: { env: "NOBODY_SET_THIS" } } }), /NOBODY_SET_THIS/],
    ["a workspace that is not there", () => ({ workspace: join(docs, "none") }), /does not exist/],
    ["an agent that there is not", () => ({ agents: ["nobody"] }), /is not an agent/],
    ["a GPU that there is not", () => ({ gpu: "all" }), /does not offer it: /],
    ["more CPUs than the machine has", () => ({ limits: { cpus: 4096 } }), /cpus|CPUs/],
    [
      "an image that there is not",
      () => ({ image: { ref: `registry.test/none@sha256:${"0".repeat(64)}` } }),
      /registry\.test\/none/,
    ],
    [
      "two mounts at one place",
      () => ({ mounts: ["a", "b"].map(() => ({ host: docs, at: "/docs" })) }),
      /something mounted already/,
    ],
  ])("for %s", async (_what, change, said) => {
    const before = await acme.running();
    acme.write({ ...config, ...change() });
    const { code, text } = await acme.up();
    expect({ code: code !== 0, text }).toEqual({ code: true, text: expect.stringMatching(said) });
    await expectAsBefore(before);
  });

  test("for a port that somebody takes while the gateway is replaced", async () => {
    const before = await acme.running();
    const port = await freePort();
    const server = createServer();
    at("rename", acme.gateway, () => server.listen(port, "127.0.0.1"));
    acme.write({ ...config, ports: [port] });
    const { code, text } = await acme.up();
    expect({ code: code !== 0, text }).toEqual({
      code: true,
      text: expect.stringContaining(`${acme.gateway} is the one of before this up`),
    });
    await expectAsBefore(before);
    server.close();
    await once(server, "close");
    // The cause is mended, and the same command goes on.
    await acme.mustUp();
    expect((await acme.running()).gateway).not.toBe(before.gateway);
    expect((await engine.residue(acme.name)).containers).toEqual([acme.agent, acme.gateway, `${acme.name}-lock`]);
    acme.write(config);
    await acme.mustUp();
  });

  test("for a directory that is a link by the time the agent is placed: nothing of where it leads is mounted", async () => {
    const before = await acme.running();
    const more = project.directory("more");
    writeFileSync(join(elsewhere, "id_ed25519"), "the person's key");
    at("die", acme.agent, () => {
      renameSync(more, `${more}-away`);
      symlinkSync(elsewhere, more);
    });
    acme.write({ ...config, mounts: [...(config.mounts as object[]), { host: more, at: "/more" }] });
    const { code, text } = await acme.up();
    expect({ code: code !== 0, text }).toEqual({
      code: true,
      text: expect.stringContaining(`${more} is not the file or directory it was`),
    });
    expect(text).toContain(`${acme.agent} is the one of before this up`);
    await expectAsBefore(before);
    expect(await acme.exec("cat .env; ls /docs; ls /more")).toMatchObject({ stdout: "" });
    rmSync(more);
  });

  test("and does not bring back what would mount another directory than it had", async () => {
    at("die", acme.agent, () => {
      renameSync(docs, `${docs}-away`);
      symlinkSync(elsewhere, docs);
    });
    acme.write({ ...config, mounts: [{ host: docs, at: "/other" }] });
    const { code, text } = await acme.up();
    expect({ code: code !== 0, text }).toEqual({
      code: true,
      text: expect.stringContaining("could not be brought back"),
    });
    expect((await engine.run("inspect", acme.agent)).code).not.toBe(0);
    rmSync(docs);
    renameSync(`${docs}-away`, docs);
    acme.write(config);
    await acme.mustUp();
    expect((await acme.exec("ls /docs")).stdout).toBe("");
    expect((await engine.residue(acme.name)).containers).toEqual([acme.agent, acme.gateway, `${acme.name}-lock`]);
  });
});
