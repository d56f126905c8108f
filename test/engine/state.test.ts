import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, eventually, Project, useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });
const nothing = { containers: [], networks: [], volumes: [] };

/** As a person says it to pulumi, with no stack made before. */
const say = (command: string, client: Client, ...args: string[]) =>
  client.project.pulumi([command, "--stack", client.name, "--non-interactive", ...args]);
const up = (client: Client, ...args: string[]) => say("up", client, "--yes", "--skip-preview", ...args);
const destroy = (client: Client, ...args: string[]) => say("destroy", client, "--skip-preview", ...args);

/** What `rm -rf .state` does to a checkout. */
function loseState(of: Project): void {
  rmSync(join(of.folder, "state"), { recursive: true });
  mkdirSync(join(of.folder, "state"));
}

function statesOf(of: Project): string[] {
  const folder = join(of.folder, "state/.pulumi/stacks/agent-sandbox");
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe("a stack file is all that a client takes", () => {
  test("a preview of it leaves no stack behind, and the file as it was", async () => {
    const before = readFileSync(acme.path, "utf8");
    const { code, text } = await say("preview", acme);
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(statesOf(project)).toEqual([]);
    expect(readFileSync(acme.path, "utf8")).toBe(before);
  });

  test("a preview of a wrong one leaves none either", async () => {
    const wrong = project.client("wrong", { profile: "none" });
    const { code, text } = await up(wrong);
    expect(code).not.toBe(0);
    expect(text).toContain("nothing was changed");
    expect(statesOf(project)).toEqual([]);
    wrong.forget();
  });

  test("an `up` works at once", async () => {
    const { code, text } = await up(acme);
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(statesOf(project)).toContain(`${acme.name}.json`);
    expect((await up(acme)).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });
});

describe("a client that nobody declares any more", () => {
  const text = () => readFileSync(acme.path, "utf8");

  test("is told by every preview, and by those who ask for a client", async () => {
    const kept = text();
    const globex = project.client("globex");
    acme.forget();
    const preview = await say("preview", globex);
    const verify = await project.agentbox("verify");
    writeFileSync(acme.path, kept);
    globex.forget();
    // After the client's own review, and once.
    const stray = `there is no stacks/Pulumi.${acme.name}.yaml`;
    expect(preview.text.split(stray)).toHaveLength(2);
    expect(preview.text.indexOf(stray)).toBeGreaterThan(preview.text.indexOf("new      profile"));
    expect(preview.text).toContain(`make destroy STACK=${acme.name}`);
    expect(verify.text).toContain(`${acme.name} (no file in stacks/)`);
  });

  test("keeps its workspace: no other client gets it", async () => {
    const kept = text();
    const globex = project.client("globex", { workspace: acme.workspace });
    acme.forget();
    const { code, text: said } = await say("preview", globex);
    writeFileSync(acme.path, kept);
    globex.forget();
    expect(code).not.toBe(0);
    expect(said).toContain(`is shared with client ${acme.name}`);
  });
});

describe("a client that another state made", () => {
  const other = new Project(engine);
  afterAll(() => other.remove());

  test("is told in the preview and the `up` of another checkout, which change nothing", async () => {
    const before = await acme.running();
    const same = new Client(other, acme.name, {});
    for (const { code, text } of [await say("preview", same), await up(same)]) {
      expect(code).not.toBe(0);
      expect(text).toContain(
        `${acme.name} lives on this engine already: its containers and networks were made from the checkout ${project.folder}`,
      );
      expect(text).toContain(`agentbox take-over ${acme.name}`);
    }
    expect(statesOf(other)).toEqual([]);
    expect(await acme.running()).toEqual(before);
  });

  test("is not wiped by a destroy there, also with a yes, which names who made it", async () => {
    const before = await acme.running();
    for (const words of [[], ["--yes"]]) {
      const { code, text } = await destroy(new Client(other, acme.name, {}), ...words);
      expect(code).toBe(2);
      expect(text).toContain(`it was made from the checkout ${project.folder}. Nothing was changed`);
      expect(await acme.running()).toEqual(before);
    }
  });

  test("is not taken over by the checkout that has it", async () => {
    expect(await project.agentbox("take-over", acme.name, "--yes")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("this checkout's already"),
    });
  });

  test("is taken over with its data, when its state is gone", async () => {
    await acme.exec("echo kept > ~/note");
    loseState(project);
    const refused = await up(acme);
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain("from this checkout, with a state that is gone");
    const taken = await project.agentbox("take-over", acme.name, "--yes");
    if (taken.code !== 0) throw new Error(taken.text);
    const again = await up(acme);
    if (again.code !== 0) throw new Error(again.text);
    expect((await acme.exec("cat ~/note")).stdout).toBe("kept\n");
  });
});

describe("a destroy", () => {
  test("recommends nothing that takes the stack file away", async () => {
    const globex = project.client("globex");
    expect((await globex.pulumi("preview")).code).toBe(0);
    const { code, stdout, stderr } = await destroy(globex, "--yes");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`stacks/Pulumi.${globex.name}.yaml stays`);
    // What pulumi recommends there.
    expect((await project.pulumi(["stack", "rm", globex.name, "--yes", "--non-interactive"])).code).toBe(0);
    expect(existsSync(globex.path)).toBe(true);
    globex.forget();
  });

  test("without a state asks the engine, and removes all on a yes", async () => {
    loseState(project);
    const unasked = await destroy(acme);
    expect(unasked.code).not.toBe(0);
    expect(unasked.text).toContain(`container ${acme.agent}`);
    expect((await engine.residue(acme.name)).containers).toEqual([acme.agent, acme.gateway, `${acme.name}-lock`]);
    const { code, stdout } = await destroy(acme, "--yes");
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toContain(`${acme.name}: 0 containers, 0 networks, 0 volumes left`);
    expect(await engine.residue(acme.name)).toEqual(nothing);
    // Nor of its rules in the host's packet filter.
    const image = (await engine.ask("images", "--quiet", "agent-sandbox/gateway")).split("\n")[0]!;
    const nft = ["--network", "host", "--cap-add", "NET_ADMIN", "--entrypoint", "nft", image, "list", "tables"];
    expect(await engine.ask("run", "--rm", ...nft)).not.toContain(`agent-sandbox-${acme.name}`);
  });

  test("of what is nowhere says so", async () => {
    acme.forget();
    const { code, stderr } = await destroy(acme, "--yes");
    expect(code).toBe(2);
    expect(stderr).toContain(`there is no client "${acme.name}": no file in stacks/, no stack, nothing on the engine`);
  });

  test("finds what no state knows and no file declares", async () => {
    await engine.ask("volume", "create", "--label", `agent-sandbox.client=${acme.name}`, `${acme.name}-left`);
    const { code, stdout } = await destroy(acme, "--yes");
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("0 volumes left") });
    expect(await engine.residue(acme.name)).toEqual(nothing);
  });
});

describe("a stack file that was committed with another machine's salt", () => {
  // Of the passphrase "another one".
  const SALT = "v1:RtoYn3zlXIM=:v1:kq5jM/0sJ5vEtzPF:zFlMEQAzV2P5hG7CYOsoJ0Rw7iRLJg==";

  test("is previewed in the next clone, also by one that has the client", async () => {
    const initech = project.client("initech");
    const salted = () => writeFileSync(initech.path, `encryptionsalt: ${SALT}\n${readFileSync(initech.path, "utf8")}`);
    salted();
    expect(await say("preview", initech)).toMatchObject({ code: 0 });
    await project.pulumi(["stack", "init", initech.name, "--non-interactive"]);
    writeFileSync(initech.path, readFileSync(initech.path, "utf8").replace(/^encryptionsalt:.*\n/m, ""));
    salted();
    expect(await say("preview", initech)).toMatchObject({ code: 0 });
    initech.forget();
  });

  test("and with a value that is encrypted says which file and what to do", async () => {
    const hooli = project.client("hooli");
    writeFileSync(
      hooli.path,
      `encryptionsalt: ${SALT}\n${readFileSync(hooli.path, "utf8")}  other:token: {secure: v1:AAAA}\n`,
    );
    const { code, stderr } = await say("preview", hooli);
    expect(code).not.toBe(0);
    expect(stderr).toContain(`${hooli.file} has values under \`secure:\``);
    expect(readFileSync(hooli.path, "utf8")).toContain(SALT);
    hooli.forget();
  });
});

describe("a disk that is full", () => {
  const small = new Project(engine);
  const state = join(small.folder, "state");
  const client = small.client("small");
  const fill = join(state, "fill");
  beforeAll(() => engine.must(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", state]));
  afterAll(async () => {
    rmSync(fill, { force: true });
    await destroy(client, "--yes");
    await engine.must(["umount", state]);
    await small.remove();
  });

  test("stops an `up` before anything is changed", async () => {
    await engine.run("version");
    writeFileSync(fill, Buffer.alloc(12 * 2 ** 20));
    const { code, stderr } = await up(client);
    rmSync(fill);
    expect(code).toBe(1);
    expect(stderr).toContain("where there are 11 MiB: free 16 MiB or more. Nothing was changed.");
    expect(await engine.residue(client.name)).toEqual(nothing);
  });

  test("while an `up` runs leaves a whole state, with which the next one goes on", async () => {
    const { done } = small.start(["up", "--stack", client.name, "--non-interactive", "--yes", "--skip-preview"]);
    await eventually(
      () => engine.residue(client.name),
      ({ networks }) => networks.length > 0,
    );
    // What a torn state lets go of is taken at once, too.
    const filling = execFile("bash", ["-c", `while sleep 0.02; do head -c 40000000 /dev/zero >>'${fill}'; done`]);
    const checkpoint = join(state, `.pulumi/stacks/agent-sandbox/${client.name}.json`);
    const torn = () => {
      try {
        JSON.parse(readFileSync(checkpoint, "utf8"));
        return false;
      } catch {
        return true;
      }
    };
    // Pulumi tries a write for half a minute, and then says it; or it ends at once. Whoever waits no longer kills it.
    let ended = false;
    void done.then(() => {
      ended = true;
    });
    await eventually(async () => ended || torn(), Boolean);
    // The pulumi that bin/pulumi waits for, and not bin/pulumi, which looks after what it leaves. The name is this client's alone.
    const killed = !ended;
    if (killed) await engine.must(["pkill", "-KILL", "-f", `^[^ ]+/pulumi up --stack ${client.name} `]);
    const first = await done;
    filling.kill();
    await engine.must(["rm", "-f", fill]);
    expect(first.code).not.toBe(0);
    expect(torn()).toBe(false);
    if (killed) await small.pulumi(["cancel", "--stack", client.name, "--yes"]);
    const told = await up(client);
    // The networks were being made: where the state that is left does not know them, no `up` fails half-way because of it.
    if (told.text.includes("agentbox take-over")) {
      expect(told.text).toContain("nothing was changed");
      expect((await small.agentbox("take-over", client.name, "--yes")).code).toBe(0);
    }
    const again = told.code === 0 ? told : await up(client);
    if (again.code !== 0) throw new Error(again.text);
  });
});
