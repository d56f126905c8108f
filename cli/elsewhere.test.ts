import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LabelledEngine } from "../test/labelled-engine.ts";
import { OneProcess } from "../test/one-process.ts";

/** This checkout, and another one that made acme; an engine, and a docker and a pulumi that write down how they were called. */
const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-elsewhere-"));
const [here, other] = [join(folder, "here"), join(folder, "other")];
let engine: LabelledEngine;
let called: OneProcess;
beforeAll(async () => {
  mkdirSync(join(folder, "fake"));
  program("fake/docker", `echo "docker $*" >>${folder}/calls; case $1 in images) echo 123456789abc ;; esac`);
  engine = await LabelledEngine.in(folder);
  called = new OneProcess(here, {
    ...{ HOME: folder, PATH: `${folder}/fake:${process.env.PATH}`, DOCKER_HOST: engine.host },
    ...{ AGENT_SANDBOX_ROOT: here, AGENT_SANDBOX_FILES: join(here, ".state") },
    ...{ AGENT_SANDBOX_STATE: "aaaa", AGENT_SANDBOX_STATE_PATH: here },
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  });
});
beforeEach(() => {
  rmSync(join(folder, "calls"), { force: true });
  for (const own of ["stacks", ".state"])
    for (const checkout of [here, other]) rmSync(join(checkout, own), { recursive: true, force: true });
  for (const own of ["here/stacks", "here/bin", "other/stacks"]) mkdirSync(join(folder, own), { recursive: true });
  const file = "config:\n  agent-sandbox:workspace: /srv/acme\n  agent-sandbox:agents: [shell]\n";
  for (const checkout of [here, other]) writeFileSync(join(checkout, "stacks/Pulumi.acme.yaml"), file);
  program("here/bin/pulumi", `echo "pulumi $*" >>${folder}/calls; exit 6`);
  madeBy({ state: "bbbb", path: other });
});
afterAll(() => {
  called.stop();
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function program(path: string, script: string): void {
  writeFileSync(join(folder, path), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
}

function madeBy(maker: { state?: string; path?: string }): void {
  const one = (name: string) => ({ name, client: "acme", ...maker });
  engine.containers = [one("acme-agent"), one("acme-gateway"), one("acme-lock")];
  engine.networks = [one("acme-inner")];
  engine.volumes = [one("acme-home")];
}

async function agentbox(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { code, stdout: out, stderr: err } = await called.agentbox(...args);
  return { code, out, err };
}

const calls = () => (existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8") : "");
/** What changes something. */
const changes = () => calls().match(/^(pulumi (up|destroy)|docker (rm|stop|start|network|volume)).*$/gm) ?? [];
/** A state of this checkout's that has something of acme. */
function placedHere(): void {
  mkdirSync(join(here, ".state/.pulumi/stacks/agent-sandbox"), { recursive: true });
  writeFileSync(
    join(here, ".state/.pulumi/stacks/agent-sandbox/acme.json"),
    JSON.stringify({ version: 3, checkpoint: { stack: "acme", latest: { resources: [{ urn: "a" }] } } }),
  );
}

test.each([
  [
    ["destroy"],
    "Destroy it there; or take it over with `agentbox take-over acme`; or remove it from here with `agentbox wipe acme`, which asks",
  ],
  [["destroy", "--yes"], "Destroy it there; or take"],
  // As bin/pulumi asks before a destroy, with a stack here and without.
  [["wipe", "--before-destroy"], "Destroy it there; or take"],
  [["stop"], "Stop it there; or take it over with `agentbox take-over acme`\n"],
  [["start"], "Start it there; or take"],
  [["restart"], "Restart it there; or take"],
  [["rollback", "--yes"], "Roll it back there; or take"],
  [["grant", "npm", "--for", "30m", "--why", "a test", "--yes"], "Grant it there; or take"],
])(
  "%j of what another checkout made is refused, with its folder and the ways, and touches nothing",
  async ([command = "", ...more], ways) => {
    for (const place of [() => {}, placedHere]) {
      place();
      const { code, out, err } = await agentbox(command, "acme", ...more);
      expect({ code, out, changes: changes() }).toEqual({ code: 2, out: "", changes: [] });
      expect(err).toContain(
        `acme is not this checkout's: it was made from the checkout ${other}. Nothing was changed. ${ways}`,
      );
    }
  },
);

test("volumes alone are as much another checkout's to a destroy, unless the state here has more of the client", async () => {
  [engine.containers, engine.networks] = [[], []];
  expect(await agentbox("wipe", "acme", "--before-destroy")).toMatchObject({
    ...{ code: 2, out: "" },
    err: expect.stringContaining(
      "Destroy it there; or bring it up here on the volumes with `agentbox up acme`; or remove",
    ),
  });
  // Taken over, and brought up here: they keep the labels of who made them first.
  placedHere();
  expect(await agentbox("wipe", "acme", "--before-destroy")).toMatchObject({ code: 0, err: "" });
});

test.each([
  ["this checkout", () => ({ state: "aaaa", path: here })],
  ["this checkout with a state that is gone", () => ({ state: "cccc", path: here })],
  ["an older version", () => ({})],
])("what %s made is destroyed from here", async (_who, maker) => {
  madeBy(maker());
  const { code, out, err } = await agentbox("wipe", "acme", "--before-destroy");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(JSON.parse(out).things).toHaveLength(5);
});

describe("a wipe of what another checkout made", () => {
  const protect = (text: string) => writeFileSync(join(other, "stacks/Pulumi.acme.yaml"), text);
  const removed = () => changes().filter((call) => /^docker (rm|network rm|volume rm)/.test(call));

  test("asks with the folder", async () => {
    const { code, err } = await agentbox("wipe", "acme");
    expect(code).toBe(2);
    expect(err).toContain(
      `Remove 3 containers, 1 network, 1 volume of acme, made from the checkout ${other}, with all that is in the volumes?`,
    );
    await agentbox("wipe", "acme", "--yes");
    expect(removed()).toHaveLength(5);
  });

  test.each([
    [
      "config: {agent-sandbox:protect: true}\n",
      /acme is protected by `protect: true` in \S+\/other\/stacks\/Pulumi\.acme\.yaml: nothing was removed\. Take `protect: true` out of its stack file, run `pulumi up --stack acme` there, then/,
    ],
    [
      "config: {agent-sandbox:protect: yes}\n",
      /\/other\/stacks\/Pulumi\.acme\.yaml protect: "yes" is not true or false/,
    ],
    [
      "config: {agent-sandbox:protect: true\n",
      /\/other\/stacks\/Pulumi\.acme\.yaml is not YAML, and has the word protect in it/,
    ],
  ])("is refused where its stack file there protects it, or may: %j", async (text, why) => {
    protect(text);
    const { code, err } = await agentbox("wipe", "acme", "--yes");
    expect({ code, removed: removed() }).toEqual({ code: 2, removed: [] });
    expect(err).toMatch(why);
  });

  test("is refused where its last up there protected it", async () => {
    mkdirSync(join(other, ".state/.pulumi/stacks/agent-sandbox"), { recursive: true });
    writeFileSync(
      join(other, ".state/.pulumi/stacks/agent-sandbox/acme.json"),
      JSON.stringify({ checkpoint: { latest: { resources: [{ urn: "a", protect: true }] } } }),
    );
    const { code, err } = await agentbox("wipe", "acme", "--yes");
    expect({ code, removed: removed() }).toEqual({ code: 2, removed: [] });
    expect(err).toContain(`acme is protected by its last up from ${other}: nothing was removed`);
  });

  test.each([
    [
      "file",
      () => rmSync(join(other, "stacks/Pulumi.acme.yaml")),
      /\/other\/stacks\/Pulumi\.acme\.yaml is not there$/m,
    ],
    [
      "folder",
      () => rmSync(other, { recursive: true }),
      /there is no \S+\/other on this machine that this user may look into$/m,
    ],
    ["path in its labels", () => madeBy({ state: "bbbb" }), /its labels do not say which folder that is$/m],
  ])("goes on where there is no %s any more, and says so", async (_what, takeAway, why) => {
    takeAway();
    const { err } = await agentbox("wipe", "acme", "--yes");
    expect(err).toMatch(/^whether acme is protected where it was made is not known: /m);
    expect(err).toMatch(why);
    expect(removed()).toHaveLength(5);
  });
});

describe("a destroy of", () => {
  const NOTHING = { containers: [], networks: [], volumes: [] };

  test("a client that does not exist says that alone", async () => {
    Object.assign(engine, NOTHING);
    const { code, out, err } = await agentbox("destroy", "nosuch", "--yes");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(
      /^agentbox: there is no client "nosuch": no file in stacks\/, no stack, nothing on the engine\.[^\n]*\n$/,
    );
    expect(changes()).toEqual([]);
  });

  test("what is destroyed already claims nothing that was not there", async () => {
    Object.assign(engine, NOTHING);
    const was = (things: object[]) => JSON.stringify({ engine: { host: engine.host }, things, images: [] });
    const destroyed = (things: object[]) => agentbox("wipe", "acme", "--after-destroy", "--was", was(things));
    const none = await destroyed([]);
    expect(none.out).toMatch(
      /^There was nothing of acme to remove: the engine has nothing of it, and this machine what stays$/m,
    );
    expect(none.out).not.toMatch(/gone|What there was/);
    const all = await destroyed([{ kind: "container", name: "acme-lock" }]);
    expect(all.out).toMatch(
      /^What there was of acme, and what became of it:\n {2}gone {4}1 container: acme-lock\n {2}gone {4}rules in the packet filter/,
    );
    // Rules are its lock's.
    expect((await destroyed([{ kind: "volume", name: "acme-home" }])).out).not.toContain("packet filter");
  });

  test("a client that lives elsewhere than DOCKER_HOST says says so before it asks", async () => {
    mkdirSync(join(here, ".state/engines"), { recursive: true });
    writeFileSync(join(here, ".state/engines/acme"), `unix://${folder}/./engine.sock\n`);
    madeBy({ state: "aaaa", path: here });
    const said = `agentbox: acme lives at unix://${folder}/./engine.sock; DOCKER_HOST is not used\n`;
    for (const command of ["destroy", "wipe"]) expect((await agentbox(command, "acme")).err).toContain(said);
    rmSync(join(here, ".state/engines/acme"));
    expect((await agentbox("destroy", "acme")).err).not.toContain("DOCKER_HOST");
  });
});

describe("what a client should be", () => {
  test.each([
    ["posture", "nosuch"],
    ["drift", "nosuch"],
  ])("%s %s: of one without a file is told as status tells it", async (...words) => {
    const { code, err } = await agentbox(...words);
    expect(code).toBe(2);
    expect(err).not.toContain("pulumi up");
    expect(err).toMatch(
      words[0] === "posture"
        ? /there is no stacks\/Pulumi\.nosuch\.yaml\. Clients: acme$/m
        : /nothing on this engine belongs to a client "nosuch"/,
    );
  });

  test.each(["posture", "drift"])("%s: of one that has no stack is told with what makes it", async (command) => {
    Object.assign(engine, { containers: [], networks: [], volumes: [] });
    expect(await agentbox(command, "acme")).toMatchObject({
      code: 2,
      err: "agentbox: acme is not up: there is no stack acme here; `agentbox up acme` brings it up\n",
    });
  });
});
