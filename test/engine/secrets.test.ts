import { spawnSync } from "node:child_process";
import { randomBytes, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { socketOf } from "../../host/handover.ts";
import { useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme");
const value = () => `value-${randomBytes(12).toString("hex")}`;
const given = { file: value(), env: value(), token: value(), other: value() };
/** Values of sources that programs have, by what each is called in the sandbox. */
const stored = {
  FROM_KEYRING: value(),
  FROM_COMMAND: value(),
  FROM_OP: value(),
  FROM_SOPS: value(),
  FROM_AGE: value(),
  FROM_STACK: value(),
};
const secretFile = join(project.folder, "secret-of-acme");
/** Password stores and their programs, which print what their manuals say: real ones need a desktop, an account or a cloud. */
const stores = join(project.folder, "stores");
const begun = Date.now();
const seen: string[] = [];
/** Programs of the machine's during the up that had a value of `stored` in their environment: their arguments, and whose value it was. */
let environments: string[] = [];

beforeAll(async () => {
  // As an editor of Windows leaves it.
  writeFileSync(secretFile, `${given.file}\r\n`, { mode: 0o600 });
  acme.shell = {
    ...{ TEST_ENV_SECRET: given.env, TEST_TOKEN: given.token, TEST_OTHER: given.other },
    PATH: `${stores}:${process.env.PATH}`,
  };
  mkdirSync(stores, { mode: 0o700 });
  for (const [name, program, asked] of [
    ["FROM_KEYRING", "secret-tool", "lookup service acme account npm"],
    ["FROM_COMMAND", "store", "show acme/npm"],
    ["FROM_OP", "op", "read --no-newline op://acme/npm/token"],
    ["FROM_SOPS", "sops", `--decrypt --extract ["npm"]["token"] ${join(stores, "FROM_SOPS")}`],
    ["FROM_AGE", "age", `--decrypt --identity ${join(stores, "store")} ${join(stores, "FROM_AGE")}`],
  ] as const) {
    writeFileSync(join(stores, name), stored[name], { mode: 0o600 });
    const script = `#!/bin/sh\n[ "$*" = '${asked}' ] || exit 9\nexec cat '${join(stores, name)}'\n`;
    writeFileSync(join(stores, program), script, { mode: 0o755 });
  }
  acme.write({
    secrets: {
      FROM_KEYRING: { keyring: "acme/npm" },
      FROM_COMMAND: { command: ["store", "show", "acme/npm"], export: true },
      FROM_OP: { op: "op://acme/npm/token" },
      FROM_SOPS: { sops: `${join(stores, "FROM_SOPS")}#/npm/token` },
      FROM_AGE: { age: { file: join(stores, "FROM_AGE"), identity: join(stores, "store") } },
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
  // As a person does: Pulumi writes it into the stack file, encrypted.
  await encrypt("secrets.FROM_STACK.encrypted", stored.FROM_STACK);
  const { process: up, done } = await acme.start("up", "--yes", "--skip-preview");
  const watched = watchPrograms(() => up.exitCode === null);
  const { code, text } = await done;
  const { args, holding } = await watched;
  seen.push(...args, text);
  environments = holding;
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

  test("arrives, of every kind of source", async () => {
    for (const [name, value] of Object.entries(stored))
      expect([name, (await acme.exec(`cat /run/secrets/${name}`)).stdout]).toEqual([name, value]);
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

  test("is in the environment of no program of the machine's, but for what Pulumi itself has decrypted for the one that it runs", () => {
    // It was looked at while that ran, or this would show nothing.
    expect(environments).not.toEqual([]);
    for (const program of environments) expect(program).toMatch(/^FROM_STACK: \S*node .*@pulumi\/pulumi\/cmd\/run\b/);
  });

  test("is in no file of the project but its own: not in the state, not in the stack file", () => {
    const files = ["state", "stacks"].flatMap((folder) => filesBelow(join(project.folder, folder)));
    expect(files.length).toBeGreaterThan(1);
    expectNoValue(files.map((file) => readFileSync(file, "latin1")));
    expect(files.some((file) => readFileSync(file, "latin1").includes("FROM_STACK"))).toBe(true);
  });

  test("is in no temporary file, no cache and no log of the machine's, and the socket is gone", async () => {
    const config = process.env.XDG_CONFIG_HOME ?? join(homedir(), ".config");
    const folders = [tmpdir(), join(config, "agent-sandbox"), join(homedir(), ".pulumi"), "/dev/shm", "/var/log"];
    const since = new Date(begun).toISOString();
    const { stdout } = spawnSync(
      "find",
      [
        ...folders,
        "-xdev",
        "-path",
        project.folder,
        "-prune",
        "-o",
        "-type",
        "f",
        "-newermt",
        since,
        "-size",
        "-64M",
        "-print0",
      ],
      { encoding: "utf8", maxBuffer: 2 ** 28 },
    );
    const texts = stdout
      .split("\0")
      .flatMap((file) => (file && existsSync(file) ? [readFileSync(file, "latin1")] : []));
    expect(texts.length).toBeGreaterThan(0);
    expectNoValue(texts);
    expect(existsSync(socketOf(acme.name, project.folder))).toBe(false);
  });
});

describe("a preview where the secrets are not", () => {
  const without = () => acme.project.pulumi(["preview", "--diff", "--stack", acme.name, "--non-interactive"]);

  test("names what it did not look at, with the way to it, and shows no change of it", async () => {
    const hidden = `${stores}-hidden`;
    renameSync(stores, hidden);
    renameSync(secretFile, `${secretFile}-hidden`);
    const { code, text } = await without();
    renameSync(hidden, stores);
    renameSync(`${secretFile}-hidden`, secretFile);
    expect([code, text]).toEqual([0, expect.anything()]);
    for (const key of [...Object.keys(stored).filter((name) => name !== "FROM_STACK"), "FROM_ENV", "FROM_FILE"])
      expect(text).toMatch(new RegExp(`secrets\\.${key}\\b.*could not be looked at here: `));
    expect(text).not.toMatch(/rotated|fingerprint/);
    expect(text).not.toMatch(/FROM_STACK.*could not be looked at/);
  });

  test("is no up: that is refused with all that is missing at once, and what was delivered stays", async () => {
    const { code, text } = await acme.pulumi("up", ["--yes", "--skip-preview"], { PATH: process.env.PATH });
    expect(code).not.toBe(0);
    for (const name of ["FROM_KEYRING", "FROM_COMMAND", "FROM_OP", "FROM_SOPS"])
      expect(text).toMatch(new RegExp(`secrets\\.${name} `));
    expectNoValue([text]);
    expect((await acme.exec("cat /run/secrets/FROM_COMMAND")).stdout).toBe(stored.FROM_COMMAND);
  });

  test("is refused by agentbox up before anybody is asked, and before another client is begun", async () => {
    renameSync(secretFile, `${secretFile}-hidden`);
    const reviewed = await project.agentbox("preview", acme.name);
    const { code, text } = await project.agentbox("up", acme.name, "--yes");
    renameSync(`${secretFile}-hidden`, secretFile);
    expect([code, text]).toEqual([
      1,
      expect.stringMatching(
        /CANNOT BE PLANNED[\s\S]*secrets\.FROM_FILE +\S+ does not exist; create it, or name another source[\s\S]*Nothing was changed\n$/,
      ),
    ]);
    expect(text).not.toMatch(/^\$ pulumi up/m);
    // A preview for its own sake is a reviewer's.
    expect([reviewed.code, reviewed.text]).toEqual([
      0,
      expect.stringMatching(/secrets\.FROM_FILE.*could not be looked at here/),
    ]);
  });
});

describe("a value that is encrypted in the stack file", () => {
  test("is refused where it is in clear, and is not repeated", async () => {
    const before = readFileSync(acme.path, "utf8");
    writeFileSync(acme.path, before.replace(/encrypted:\s+secure: \S+/, `encrypted: ${stored.FROM_STACK}`));
    const { code, text } = await acme.preview();
    writeFileSync(acme.path, before);
    expect(code).not.toBe(0);
    expect(text).toMatch(/secrets\.FROM_STACK\.encrypted +is in clear in the stack file/);
    expectNoValue([text]);
  });

  test("rotates by its name, as any other", async () => {
    const before = stored.FROM_STACK;
    stored.FROM_STACK = value();
    await encrypt("secrets.FROM_STACK.encrypted", stored.FROM_STACK);
    const { code, text } = await acme.up();
    expect([code, text]).toEqual([0, expect.stringMatching(/FROM_STACK.*rotated/)]);
    expectNoValue([text], [before]);
    expect((await acme.exec("cat /run/secrets/FROM_STACK")).stdout).toBe(stored.FROM_STACK);
  });
});

describe("rotating a secret", () => {
  const rotated = value();

  test("shows its name, and neither the old nor the new value", async () => {
    writeFileSync(secretFile, `${rotated}\n`);
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

describe("an authority of `ca`", () => {
  /** Asks a site that it signed for, with programs that have no variable of the sandbox's, but for node. @returns those that trust it */
  const trusting = async () => {
    const { stdout } = await acme.exec(`
      u=https://allowed.test/; bare="env -i PATH=$PATH HOME=/tmp"
      try() { local name=$1; shift; if timeout 20 "$@" >/dev/null 2>&1 </dev/null; then echo $name; fi; }
      try curl $bare curl -sS $u
      try openssl $bare openssl s_client -verify_return_error -connect allowed.test:443 -servername allowed.test
      try python $bare python3 -c 'import http.client; c = http.client.HTTPSConnection("allowed.test"); c.request("GET", "/"); c.getresponse()'
      try node node -e 'fetch("'$u'").catch(() => process.exit(1))'
      $bare GIT_TERMINAL_PROMPT=0 git ls-remote $u 2>&1 | grep -q 'server verification failed\\|certificate' || echo git`);
    return stdout.trim().split("\n").filter(Boolean);
  };
  const stack = (ca: string[]) => acme.write({ egress: { allow: ["allowed.test"] }, ca });
  const corp = join(project.folder, "corp.cer");

  test("is trusted by every program, goes with its line and comes back in DER form, and nothing is started again", async () => {
    const all = ["curl", "openssl", "python", "node", "git"];
    stack([project.internet.ca]);
    await acme.mustUp();
    const before = await acme.running();
    expect(await trusting()).toEqual(all);
    stack([]);
    await acme.mustUp();
    expect(await trusting()).toEqual([]);
    writeFileSync(corp, new X509Certificate(readFileSync(project.internet.ca)).raw);
    stack([corp]);
    await acme.mustUp();
    expect(await trusting()).toEqual(all);
    expect(await acme.running()).toEqual(before);
  });
});

/** No value in any of the texts, neither as it is nor as what it is usually written as. */
function expectNoValue(texts: readonly string[], values: readonly string[] = []): void {
  for (const secret of [...Object.values(given), ...Object.values(stored), ...values]) {
    const forms = [secret, Buffer.from(secret).toString("base64").slice(0, -4), Buffer.from(secret).toString("hex")];
    for (const form of forms)
      expect(texts.filter((text) => text.includes(form)).map((text) => text.slice(0, 200))).toEqual([]);
  }
}

/** The arguments of every program of this machine, and which of them have a value in their environment, looked at again and again while it goes on. */
async function watchPrograms(goesOn: () => boolean): Promise<{ args: string[]; holding: string[] }> {
  const found = new Set<string>();
  const holding = new Set<string>();
  while (goesOn()) {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const args = readFileSync(`/proc/${pid}/cmdline`, "latin1");
        found.add(args);
        const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
        for (const [name, one] of Object.entries(stored))
          if (environment.includes(one)) holding.add(`${name}: ${args.replaceAll("\0", " ")}`);
      } catch {
        // It has ended.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { args: [...found], holding: [...holding] };
}

async function encrypt(key: string, secret: string): Promise<void> {
  const words = ["set", "--secret", "--path", `agent-sandbox:${key}`, secret];
  const { code, text } = await acme.pulumi("config", words);
  if (code !== 0) throw new Error(text);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
