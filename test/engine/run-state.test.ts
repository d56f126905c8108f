import { once } from "node:events";
import { names } from "../../plan/names.ts";
import { useProject } from "./harness.ts";

const project = useProject();
const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });
const box = names(acme.name);

const statuses = async () =>
  Object.fromEntries(
    await Promise.all(
      [box.lock, box.gateway, box.agent].map(async (name) => [name, (await project.engine.inspect(name)).State.Status]),
    ),
  );

beforeAll(async () => {
  await acme.mustUp();
  await acme.exec("echo kept > ~/.cache/kept; echo kept > /workspace/kept; echo gone > /tmp/gone");
});

test("a client that was stopped keeps what it keeps, and comes back proven", async () => {
  const ids = async () => Object.values(await acme.running()).map((said) => said.split(" ")[0]);
  const before = await ids();
  expect(await project.agentbox("stop", acme.name)).toMatchObject({
    code: 0,
    stdout: `stopped  ${box.agent}\nstopped  ${box.gateway}\n`,
  });
  expect(await statuses()).toEqual({ [box.lock]: "running", [box.gateway]: "exited", [box.agent]: "exited" });
  expect(await project.agentbox("stop", acme.name)).toMatchObject({ code: 0, stdout: `${acme.name} does not run\n` });
  const { code, stdout } = await project.agentbox("start", acme.name);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      new RegExp(
        `^started  ${box.gateway}\nstarted  ${box.agent}\n${acme.name} runs, as planned: \\d+ checks\\. \`agentbox enter ${acme.name}\`\n$`,
      ),
    ),
  });
  expect(await ids()).toEqual(before);
  expect((await acme.exec("cat ~/.cache/kept /workspace/kept; ls /tmp")).stdout).toMatch(/^kept\nkept\n(?!.*gone)/s);
  expect((await acme.curl("https://allowed.test/")).code).toBe(0);
});

test("one whose walls got a hole meanwhile is stopped again", async () => {
  expect(await project.agentbox("stop", acme.name)).toMatchObject({ code: 0 });
  await project.engine.ask("network", "connect", "bridge", box.agent);
  const { code, text } = await project.agentbox("start", acme.name);
  expect(code).toBe(1);
  expect(text).toContain("FOUND");
  expect(text).toContain(`${acme.name} is not as planned, and was stopped again`);
  expect(await statuses()).toMatchObject({ [box.gateway]: "exited", [box.agent]: "exited" });
  await acme.mustUp("--refresh");
  expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
});

test("one of which somebody says Ctrl-C before its walls were tried is stopped again", async () => {
  await project.agentbox("stop", acme.name);
  const { process, output } = project.startAgentbox("start", acme.name);
  // Once: a second one, after all is stopped, ends it as it would any program.
  let said = false;
  process.stdout!.on("data", () => {
    if (!said && output().includes(`started  ${box.agent}`)) said = process.kill("SIGINT");
  });
  expect(await once(process, "exit")).toEqual([130, null]);
  expect(output()).toMatch(new RegExp(`stopped  ${box.agent}\nstopped  ${box.gateway}\n$`));
  expect(await statuses()).toMatchObject({ [box.gateway]: "exited", [box.agent]: "exited" });
});

test("an up has one that was stopped run again, and a restart is a stop and a start", async () => {
  await project.agentbox("stop", acme.name);
  const { text } = await acme.mustUp();
  expect(text).toContain(`${box.agent}: `);
  expect(await statuses()).toEqual({ [box.lock]: "running", [box.gateway]: "running", [box.agent]: "running" });
  expect((await acme.exec("cat ~/.cache/kept")).stdout).toBe("kept\n");
  const { code, stdout } = await project.agentbox("restart", acme.name);
  expect(code).toBe(0);
  expect(stdout.match(/^(stopped|started)/gm)).toEqual(["stopped", "stopped", "started", "started"]);
});

test("a client without a container of its own is told what makes it", async () => {
  await project.engine.ask("rm", "--force", box.agent);
  expect(await project.agentbox("start", acme.name)).toMatchObject({
    code: 3,
    text: expect.stringMatching(new RegExp(`there is no container ${box.agent}[^]*pulumi up --stack ${acme.name}`)),
  });
});
