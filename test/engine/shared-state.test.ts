import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine, type Run } from "./engine.ts";
import { Client, eventually, Project } from "./harness.ts";
import { type S3, startS3 } from "./s3/s3.ts";

/** A person at a machine: a checkout and a home of its own, and a state that others have, too. */
class Machine extends Project {
  readonly home = mkdtempSync(join(tmpdir(), "agent-sandbox-test-home-"));
  private readonly backend: NodeJS.ProcessEnv;

  constructor(backend: NodeJS.ProcessEnv) {
    super(new Engine());
    this.backend = backend;
  }

  override environment(): NodeJS.ProcessEnv {
    const { XDG_CONFIG_HOME: _, ...theirs } = super.environment();
    return { ...theirs, HOME: this.home, ...this.backend };
  }

  override async remove(): Promise<void> {
    await super.remove();
    rmSync(this.home, { recursive: true });
  }
}

const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-test-shared-"));
let s3: S3;
beforeAll(async () => {
  s3 = await startS3("states");
});
afterAll(() => {
  s3.stop();
  rmSync(folder, { recursive: true });
});

/** As a person says it to pulumi, with no stack made before. */
const say = (command: string, client: Client, env: NodeJS.ProcessEnv, ...args: string[]): Promise<Run> =>
  client.project.pulumi([command, "--stack", client.name, "--non-interactive", ...args], env);
const up = (client: Client, env: NodeJS.ProcessEnv) => say("up", client, env, "--yes", "--skip-preview");
const unchanged = /Resources:\s+\d+ unchanged\n/;

describe.each([
  ["a server of S3's API", () => s3.environment],
  ["a directory that both have", () => ({ PULUMI_BACKEND_URL: `file://${folder}?metadata=skip` })],
])("two people, two machines, one client, and the state in %s", (_where, backend) => {
  let ann: Machine;
  let bob: Machine;
  /** The same client in the checkout of each. */
  let hers: Client;
  let his: Client;
  const TOKEN = { TOKEN: "hunter2" };

  beforeAll(async () => {
    [ann, bob] = [new Machine(backend()), new Machine(backend())];
    await ann.engine.mustAnswer();
    hers = ann.client("acme", { secrets: { TOKEN: { env: "TOKEN" } }, egress: { allow: ["allowed.test"] } });
    his = new Client(bob, hers.name, {});
    writeFileSync(his.path, readFileSync(hers.path, "utf8"));
    hers.shell = TOKEN;
    await hers.mustUp();
  });
  afterAll(async () => {
    await bob.remove();
    await ann.remove();
  });

  test("what one brought up is the other's as well, and no secret looks rotated", async () => {
    const { code, text } = await say("preview", his, TOKEN);
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringMatching(unchanged) });
    expect(text).not.toMatch(/WIDENS|neutral|rotated|made anew/);
  });

  test("a rotation is seen once, by whoever looks first, and named", async () => {
    const rotated = { TOKEN: "hunter3" };
    const { code, text } = await up(his, rotated);
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringMatching(/TOKEN \(env TOKEN\): rotated/) });
    expect((await ann.engine.ask("exec", hers.agent, "cat", "/run/secrets/TOKEN")).trim()).toBe("hunter3");
    expect((await say("preview", hers, rotated)).text).toMatch(unchanged);
  });

  test("while one changes it the other is told who does, and changes nothing", async () => {
    const hold = join(ann.folder, "hold");
    const held = join(ann.folder, "held");
    const programs = join(ann.folder, "programs");
    mkdirSync(programs);
    const docker = (await ann.engine.must(["bash", "-c", "type -P docker"])).trim();
    writeFileSync(
      join(programs, "docker"),
      `#!/bin/bash\ncase "$*" in *" apply") touch ${held}; while [ -e ${hold} ]; do sleep 0.1; done ;; esac\nexec ${docker} "$@"\n`,
    );
    chmodSync(join(programs, "docker"), 0o755);
    writeFileSync(hold, "");
    const policy = readFileSync(hers.path, "utf8").replace("- allowed.test", "- allowed.test\n      - other.test");
    writeFileSync(hers.path, policy);
    const env = { TOKEN: "hunter3", PATH: `${programs}:${process.env.PATH}` };
    const { done } = ann.start(["up", "--stack", hers.name, "--non-interactive", "--yes", "--skip-preview"], env);
    await eventually(async () => existsSync(held), Boolean);
    const second = await up(his, { TOKEN: "hunter4" });
    rmSync(hold);
    const first = await done;
    expect({ code: second.code, text: second.text }).toMatchObject({
      code: 1,
      text: expect.stringMatching(
        /^(error: the stack is currently locked by 1 lock\(s\)\..*\n.* created by .+@.+ \(pid|Another command of pulumi has the lock of \S+: process \d+ of \S+ on )/m,
      ),
    });
    expect(first).toMatchObject({ code: 0 });
    expect((await ann.engine.ask("exec", hers.agent, "cat", "/run/secrets/TOKEN")).trim()).toBe("hunter3");
    writeFileSync(his.path, policy);
    expect((await say("preview", his, { TOKEN: "hunter3" })).text).toMatch(unchanged);
  });

  test("a machine with another passphrase is told whose it needs", async () => {
    const { PULUMI_CONFIG_PASSPHRASE: _, ...env } = bob.environment();
    const own = { ...env, PULUMI_CONFIG_PASSPHRASE: undefined, TOKEN: "hunter3" };
    const { code, text } = await say("preview", his, own);
    expect(code).not.toBe(0);
    expect(text).toContain(
      `The stack ${his.name} was made with another passphrase than ${bob.folder}/.state/passphrase`,
    );
  });
});
