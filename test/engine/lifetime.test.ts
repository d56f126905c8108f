import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Scalar } from "yaml";
import { stateFolder } from "../../host/folders.ts";
import { names } from "../../plan/names.ts";
import { describeMoment } from "../../stack-file/moment.ts";
import { freePort } from "./free-port.ts";
import { eventually, useProject } from "./harness.ts";
import { Transfer } from "./transfer.ts";

const project = useProject();
const { engine } = project;
const BASE = { agents: ["shell"], egress: { allow: ["allowed.test"] } };

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
const quoted = (text: string) => {
  const scalar = new Scalar(text);
  scalar.type = "QUOTE_DOUBLE";
  return scalar;
};

describe("a client with an end", () => {
  const acme = project.client("acme", BASE);
  const box = names(acme.name);
  const key = `stacks/Pulumi.${acme.name}.yaml`;
  let expires: string;

  test("is told with its days at each preview, and in its status", async () => {
    acme.write({ ...BASE, expires: "2099-12-31" });
    const { text } = await acme.mustUp();
    expect(text).toMatch(/expires: the sandbox ends in \d+ days, 2099-12-31 00:00 UTC/);
    expect((await project.agentbox("status", acme.name)).stdout).toMatch(/ok +expires: the sandbox ends in \d+ days/);
    expect(await project.agentbox("sweep", acme.name)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ open +ends 2099-12-31/),
    });
  });

  test("is shut at its end by the gateway alone: what is open is cut, and one line tells of it", async () => {
    const before = await acme.running();
    expires = inSeconds(150);
    acme.write({ ...BASE, expires: quoted(expires) });
    expect((await acme.mustUp()).text).toContain(`narrows  expires       ~ ${describeMoment("2099-12-31T00:00:00Z")}`);
    expect(await acme.running()).toEqual(before);
    const open = new Transfer(acme);
    await open.start("allowed.test");
    await new Promise((resolve) => setTimeout(resolve, Date.parse(expires) - Date.now()));
    await eventually(
      () => open.said(),
      (said) => said.includes("cut"),
    );
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expires));
    expect((await acme.curl("https://allowed.test/", "--max-time", "5")).code).not.toBe(0);
    const lines = await eventually(
      () => acme.audit(),
      (all) => all.some(({ reason }) => reason === "expired"),
    );
    expect(lines.filter(({ reason }) => reason === "expired")).toMatchObject([{ kind: "policy", verdict: "deny" }]);
    expect(await acme.running()).toEqual(before);
  });

  test("stays shut over a start of the gateway, and its walls are as planned", async () => {
    const tries = acme.exec(
      "for try in $(seq 60); do curl -sSf --max-time 1 https://allowed.test/ && echo reached; sleep 0.1; done 2>/dev/null; true",
    );
    await engine.ask("restart", "--time", "1", acme.gateway);
    expect((await tries).stdout).toBe("");
    expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
  });

  test("is refused to whoever brings it up, starts it or goes in, with file, key, moment and what to do", async () => {
    const sentence = new RegExp(
      `expires.*${describeMoment(expires)} is over, .* give it a later day and bring it up, or take the line out`,
    );
    for (const words of [["enter"], ["run", "--", "true"], ["resume", "shell"], ["start"], ["restart"]]) {
      const [word, ...more] = words;
      const { code, text } = await project.agentbox(word!, acme.name, ...more);
      expect([code, text]).toEqual([2, expect.stringMatching(sentence)]);
      expect(text).toContain(key);
    }
    for (const said of [await acme.up(), await acme.preview()]) {
      expect(said.code).not.toBe(0);
      expect(said.text).toMatch(sentence);
    }
    expect((await engine.inspect(box.agent)).State.Status).toBe("running");
  });

  test("is stopped by a sweep, also where its file says nothing of it any more; a later day brings it back", async () => {
    acme.write(BASE);
    const swept = await project.agentbox("sweep", acme.name);
    expect([swept.code, swept.stdout]).toEqual([
      0,
      `${acme.name}  stopped  its end has come (expires, ${describeMoment(expires)})\n`,
    ]);
    expect((await engine.inspect(box.agent)).State.Status).toBe("exited");
    expect((await project.agentbox("sweep", acme.name)).stdout).toBe(`${acme.name}  off      does not run\n`);
    expect((await project.agentbox("start", acme.name)).text).toContain(
      `is shut since ${describeMoment(expires)}, by \`expires\` of its last up`,
    );
    acme.write({ ...BASE, expires: "2099-12-31" });
    await acme.mustUp();
    expect((await acme.curl("https://allowed.test/")).code).toBe(0);
  });
});

describe("a client that is stopped when nobody is in it", () => {
  let port: number;
  const globex = project.client("globex", BASE);
  const box = names(globex.name);
  const sweep = async () => (await project.agentbox("sweep", globex.name)).stdout.slice(globex.name.length + 2);
  /** As if nobody had been in it for hours at the last sweep. */
  const idleForHours = async () => {
    const file = join(stateFolder(), "idle", (await engine.inspect(box.agent)).Id);
    const count = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...count, idle: 9 * 3600 }));
  };

  test("is in use by a terminal, by a command and by a connection to a port of it, and idle without", async () => {
    port = await freePort();
    globex.write({ ...BASE, idle: "8h", ports: [port] });
    await globex.mustUp();
    expect(await sweep()).toBe("idle     nobody is in it for 0m of 8h\n");
    const command = engine.start("exec", box.agent, "sleep", "300");
    await eventually(sweep, (said) => said === "in use   a command is under way\n");
    command.kill();
    await engine.ask("exec", box.agent, "pkill", "-f", "^sleep 300$");
    await eventually(sweep, (said) => said.startsWith("idle"));
    const terminal = spawn("script", ["-qec", `docker exec -it ${box.agent} sleep 300`, "/dev/null"], {
      stdio: "ignore",
    });
    await eventually(sweep, (said) => said === "in use   a terminal is open\n");
    await engine.ask("exec", box.agent, "pkill", "-f", "^sleep 300$");
    terminal.kill();
    await globex.exec(`setsid python3 -m http.server ${port} >/dev/null 2>&1 </dev/null & sleep 2`);
    const client = spawn("bash", ["-c", `exec 3<>/dev/tcp/127.0.0.1/${port}; exec sleep 300`]);
    await eventually(sweep, (said) => said === `in use   somebody is connected to port ${port}\n`);
    client.kill("SIGKILL");
    await eventually(sweep, (said) => said.startsWith("idle"));
  });

  test("loses who is in it by an up that makes its agent anew: a preview says whose sessions end, and nothing where none does", async () => {
    await globex.exec("tmux new-session -d -s night sleep 300");
    const command = engine.start("exec", box.agent, "sleep", "300");
    const said = async (change: object) => {
      globex.write({ ...BASE, idle: "8h", ports: [port], ...change });
      return (await globex.preview("--diff")).text;
    };
    const told = `ENDS     sessions      ${globex.name}: 1 command, tmux "night"\n`;
    await eventually(
      () => said({ limits: { shm: "128MiB" } }),
      (text) => text.includes(told),
    );
    expect(await said({ egress: { allow: ["allowed.test", "also.test"] } })).not.toMatch(/ENDS/);
    command.kill();
    await globex.exec("tmux kill-server; pkill -f '^sleep 300$'");
    globex.write({ ...BASE, idle: "8h", ports: [port] });
  });

  test("is not stopped while somebody is, whatever was counted; a visit between two sweeps begins the count anew", async () => {
    const command = engine.start("exec", box.agent, "sleep", "300");
    await eventually(sweep, (said) => said.startsWith("in use"));
    await idleForHours();
    expect(await sweep()).toBe("in use   a command is under way\n");
    command.kill();
    await engine.ask("exec", box.agent, "pkill", "-f", "^sleep 300$");
    await eventually(sweep, (said) => said.startsWith("idle     nobody is in it for 0m"));
    await idleForHours();
    expect(await project.agentbox("run", globex.name, "--", "true")).toMatchObject({ code: 0 });
    expect(await sweep()).toBe("idle     nobody is in it for 0m of 8h\n");
  });

  test("is stopped when that has gone on for so long, and starts again", async () => {
    await idleForHours();
    expect((await project.agentbox("status", globex.name)).stdout).toMatch(
      /ok +idle: stopped after 8h: nobody in it for 9h/,
    );
    expect(await sweep()).toMatch(/^stopped {2}nobody was in it for 9h/);
    expect((await engine.inspect(box.agent)).State.Status).toBe("exited");
    expect(await project.agentbox("start", globex.name)).toMatchObject({ code: 0 });
    expect(await sweep()).toBe("idle     nobody is in it for 0m of 8h\n");
  });

  test("counts as in use while nobody can look, and that is told", async () => {
    await idleForHours();
    await engine.ask("pause", box.gateway);
    const { code, stdout } = await project.agentbox("sweep", globex.name);
    await engine.ask("unpause", box.gateway);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/ UNSEEN +counts as in use, for nobody could look: /)]);
    await engine.ask("pause", box.agent);
    expect(await sweep()).toBe("open     its agent is paused\n");
    await engine.ask("unpause", box.agent);
    expect((await engine.inspect(box.agent)).State.Status).toBe("running");
  });
});

test("four new clients that are brought up in one moment, in a range that has room for four, all have networks of their own", async () => {
  // Of four that choose one of four places by their names, two or more choose the same in nine of ten runs.
  const [a, b] = randomBytes(2);
  const addresses = `100.${64 + (a! % 64)}.${8 * (b! % 32)}.0/21`;
  const four = ["a", "b", "c", "d"].map((name) => project.client(name, { ...BASE, addresses }));
  const ups = await Promise.all(four.map((client) => client.up()));
  expect(ups.flatMap(({ code, text }) => (code === 0 ? [] : [text]))).toEqual([]);
  const subnets = await Promise.all(
    four.flatMap(({ name }) =>
      [names(name).inner, names(name).outer].map((network) =>
        engine.ask("network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", network),
      ),
    ),
  );
  expect(new Set(subnets).size).toBe(8);
  for (const client of four) expect((await client.curl("https://allowed.test/")).code).toBe(0);
  // What was taken is what was planned.
  expect((await four[0]!.mustUp()).text).toMatch(/Resources:\s+\d+ unchanged\n/);
});

test("of two `up`s of one client the second says who has the lock, since when and what to do, and changes nothing", async () => {
  const client = project.client("twice", BASE);
  await client.preview();
  const first = project.start(["up", "--stack", client.name, "--yes", "--skip-preview"]);
  const locks = join(project.folder, "state/.pulumi/locks/organization/agent-sandbox", client.name);
  await eventually(async () => {
    try {
      return readdirSync(locks).length;
    } catch {
      return 0;
    }
  }, Boolean);
  const { code, stdout, stderr } = await client.up();
  expect([code, stdout, stderr]).toEqual([
    1,
    "",
    expect.stringMatching(
      new RegExp(
        `^Another command of pulumi has the lock of ${client.name}: process ${first.process.pid} of \\S+ on \\S+, since \\S+ \\S+ UTC\\. Wait until it has ended, then run this again\\. Nothing was changed\\.\n$`,
      ),
    ),
  ]);
  expect((await first.done).code).toBe(0);
  expect((await client.mustUp()).text).toMatch(/Resources:\s+\d+ unchanged\n/);
});
