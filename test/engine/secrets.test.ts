import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme");
const value = () => `value-${randomBytes(12).toString("hex")}`;
const given = { file: value(), env: value(), token: value(), other: value() };
const secretFile = join(project.folder, "secret-of-acme");
const seen: string[] = [];

beforeAll(async () => {
  writeFileSync(secretFile, given.file, { mode: 0o600 });
  acme.shell = { TEST_ENV_SECRET: given.env, TEST_TOKEN: given.token, TEST_OTHER: given.other };
  acme.write({
    secrets: {
      FROM_FILE: { file: secretFile, export: true },
      FROM_ENV: { env: "TEST_ENV_SECRET" },
      end: { env: "TEST_ENV_SECRET" },
    },
    environment: { TZ: "Europe/Berlin", home: "of all", shell: { home: "of $HOME", verb: "x" } },
    egress: { allow: ["allowed.test", { host: "git.test", ports: [443, 8443] }] },
    git: {
      name: "acme-bot",
      email: "bot@acme.example",
      tokens: { "allowed.test": { env: "TEST_TOKEN" }, "git.test:8443": { env: "TEST_OTHER", username: "bot" } },
    },
  });
  const { process, done } = await acme.start("up", "--yes", "--skip-preview");
  const watched = watchArguments(() => process.exitCode === null);
  const { code, text } = await done;
  seen.push(...(await watched), text);
  if (code !== 0) throw new Error(text);
});

describe("a secret", () => {
  test("arrives as a file that the agent may read and nobody may write", async () => {
    const { stdout } = await acme.exec(
      "cd /run/secrets; cat FROM_FILE; echo; cat FROM_ENV; echo; cat git/allowed.test/token; echo; cat end",
    );
    expect(stdout.split("\n")).toEqual([given.file, given.env, given.token, given.env]);
    expect(
      (await acme.exec("echo x > /run/secrets/FROM_FILE; rm -f /run/secrets/FROM_ENV; echo x > /run/secrets/NEW"))
        .stderr,
    ).toMatch(/(Read-only|Permission)(.|\n)*(Read-only|Permission)(.|\n)*(Read-only|Permission)/);
    expect((await acme.exec("stat -c %A /run/secrets/FROM_FILE")).stdout).toBe("-r--------\n");
  });

  test("is a variable, too, of what `enter` starts and of nothing else, where it is exported; plain ones as they were written", async () => {
    const show = `printf '%s,' "$TZ" "$home" "\${verb-none}" "$FROM_FILE" "\${FROM_ENV-none}" "\${end-none}"`;
    const all = async (command: string) => (await acme.exec(command)).stdout;
    expect(await all(`enter shell -c '${show.replaceAll("'", `'\\''`)}'`)).toBe(
      `Europe/Berlin,of $HOME,x,${given.file},none,none,`,
    );
    expect(await all(`enter shell <<'END'\n${show}; echo $#\nEND`)).toContain(
      `,of $HOME,x,${given.file},none,none,0\n`,
    );
    expect(await all(`enter <<'END'\n${show}\nEND`)).toBe(`Europe/Berlin,of all,none,${given.file},none,none,`);
    expect(await all(show)).toBe(",,none,,none,none,");
  });

  test("makes git ask with the token, at the host and port that it is for and nowhere else", async () => {
    const asked = async (url: string) =>
      (await acme.exec(`echo url=${url} | GIT_TERMINAL_PROMPT=0 git credential fill`)).stdout;
    expect(await asked("https://allowed.test/x")).toContain(`username=x-access-token\npassword=${given.token}\n`);
    expect(await asked("https://git.test:8443/x")).toContain(`username=bot\npassword=${given.other}\n`);
    for (const url of [
      ...["https://git.rogue.test/x", "https://git.test/x", "https://allowed.test:8443/x", "https://allowed.test./x"],
      ...["http://allowed.test/x", "https://allowed.test@git.rogue.test/x", "https://x.allowed.test/x"],
    ])
      expect([url, await asked(url)]).toEqual([url, expect.not.stringContaining("value-")]);
    expect((await acme.exec("git var GIT_COMMITTER_IDENT")).stdout).toContain("acme-bot <bot@acme.example>");
  });

  test("is in no document of the engine: no container, no volume, no image, no log", async () => {
    const { containers, volumes } = await engine.residue(acme.name);
    for (const name of [...containers, ...volumes]) seen.push(await engine.ask("inspect", name));
    for (const name of containers) {
      const image = (await engine.inspect(name)).Image;
      seen.push(
        (await engine.run("logs", name)).text,
        await engine.ask("history", "--no-trunc", image),
        await engine.ask("inspect", image),
      );
    }
    expectNoValue(seen);
  });

  test("is in no argument and no variable of a program in the sandbox", async () => {
    const everything =
      "for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do tr '\\0' '\\n' < $file; done 2>/dev/null; env";
    expectNoValue([
      (await acme.exec(everything)).stdout,
      (await engine.run("exec", acme.gateway, "sh", "-c", everything)).stdout,
    ]);
  });

  test("is in no file of the project but its own: not in the state, not in the stack file", () => {
    const files = ["state", "stacks"].flatMap((folder) => filesBelow(join(project.folder, folder)));
    expect(files.length).toBeGreaterThan(1);
    expectNoValue(files.map((file) => readFileSync(file, "latin1")));
  });
});

describe("rotating a secret", () => {
  const rotated = value();

  test("shows its name, and neither the old nor the new value", async () => {
    writeFileSync(secretFile, rotated);
    const { code, text } = await acme.preview("--diff");
    expect(code).toBe(0);
    expect(text).toContain("FROM_FILE");
    expect(text).not.toMatch(/FROM_ENV.*=>/);
    expectNoValue([text], [rotated]);
    expect(Object.keys(await acme.plannedChanges()).filter((name) => !/secret|credential/.test(name))).toEqual([]);
  });

  test("changes the file in the running sandbox, whose containers stay", async () => {
    const before = await acme.running();
    await acme.mustUp();
    expect((await acme.exec("cat /run/secrets/FROM_FILE")).stdout).toBe(rotated);
    expect(await acme.running()).toEqual(before);
    expectNoValue(
      filesBelow(join(project.folder, "state")).map((file) => readFileSync(file, "latin1")),
      [rotated],
    );
  });

  test("to nothing, by removing its line, removes the file", async () => {
    acme.write({ secrets: { FROM_ENV: { env: "TEST_ENV_SECRET" } } });
    await acme.mustUp();
    expect((await acme.exec("ls -A /run/secrets")).stdout).not.toMatch(/FROM_FILE|git/);
  });

  test("to a source that is not there is refused by its key, and what was delivered stays", async () => {
    acme.write({ secrets: { FROM_ENV: { env: "NOT_SET_ANYWHERE" } } });
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(/secrets\.FROM_ENV .*NOT_SET_ANYWHERE is not set/);
    expect((await acme.exec("cat /run/secrets/FROM_ENV")).stdout).toBe(given.env);
  });
});

/** No value in any of the texts, neither as it is nor as what it is usually written as. */
function expectNoValue(texts: readonly string[], values: readonly string[] = []): void {
  for (const secret of [...Object.values(given), ...values]) {
    const forms = [secret, Buffer.from(secret).toString("base64").slice(0, -4), Buffer.from(secret).toString("hex")];
    for (const form of forms)
      expect(texts.filter((text) => text.includes(form)).map((text) => text.slice(0, 200))).toEqual([]);
  }
}

/** The arguments of every program of this machine, looked at again and again while it goes on. */
async function watchArguments(goesOn: () => boolean): Promise<string[]> {
  const found = new Set<string>();
  while (goesOn()) {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        found.add(readFileSync(`/proc/${pid}/cmdline`, "latin1"));
      } catch {
        // It has ended.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return [...found];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
