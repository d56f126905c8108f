import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const AGENTBOX = join(__dirname, "agentbox.ts");
let folder: string;
let engine: Server;
let asked: Promise<void>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "verbose-"));
  for (const name of ["stacks", "tmp"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "stacks/Pulumi.acme.yaml"), "config:\n  agent-sandbox:workspace: /srv/acme\n");
  // An engine that takes a question, and answers none.
  let heard: () => void;
  asked = new Promise((resolve) => {
    heard = resolve;
  });
  engine = createServer(() => heard()).listen(join(folder, "engine"));
  await new Promise((resolve) => engine.on("listening", resolve));
});
afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const verbose = (...words: string[]) => agentbox("--verbose", ...words);

function agentbox(...words: string[]) {
  const env = {
    ...process.env,
    AGENT_SANDBOX_ROOT: folder,
    TMPDIR: join(folder, "tmp"),
    DOCKER_HOST: `unix://${folder}/engine`,
  };
  const child = spawn(process.execPath, [AGENTBOX, ...words], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (text += part));
  const ended = new Promise<{ code: number | null; signal: string | null; text: string }>((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal, text })),
  );
  return { child, ended };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends it as it ends any program, and it leaves nothing",
  async (signal) => {
    const { child, ended } = verbose("status", "--brief");
    await asked;
    child.kill(signal);
    expect(await ended).toMatchObject({ code: null, signal });
    expect(readdirSync(join(folder, "tmp"))).toEqual([]);
  },
);

test.each([
  [["--verbose", "completions", "bash"]],
  [["completions", "--verbose", "bash"]],
  [["completions", "bash", "--verbose"]],
])("%j: wherever it stands it is the same, and no option of the command", async (words) => {
  const { code, text } = await agentbox(...words).ended;
  expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/^# Completes agentbox in bash/) });
});

test("behind -- it is another program's", async () => {
  const { code, text } = await agentbox("status", "--brief", "--", "--verbose").ended;
  expect({ code, text }).toEqual({ code: 2, text: expect.stringMatching(/Pulumi\.--verbose\.yaml/) });
});

test("behind a command that hands words on it is refused, for it may have been meant for an agent", async () => {
  const { code, text } = await agentbox("enter", "acme", "claude", "--verbose").ended;
  expect({ code, text }).toEqual({
    code: 2,
    text: expect.stringMatching(/^agentbox: agentbox enter: --verbose is no option of it\. Usage: /),
  });
});

test("it leaves nothing when it ends by itself", async () => {
  expect(await verbose("help").ended).toMatchObject({ code: 0, text: expect.stringMatching(/^agentbox /) });
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});

test("where there is no place for what started programs tell, that is said, and the command goes on", async () => {
  rmSync(join(folder, "tmp"), { recursive: true });
  writeFileSync(join(folder, "tmp"), "");
  const { code, text } = await verbose("help").ended;
  expect({ code, text }).toEqual({
    code: 0,
    text: expect.stringMatching(
      /^agentbox: calls of programs that this one starts are not told: ENOTDIR.*\nagentbox COMMAND/,
    ),
  });
});
