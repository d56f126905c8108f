import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { withoutSalt } from "../stack-file/salt.ts";

const ROOT = join(__dirname, "..");
/** Where no engine answers, also on a machine that has one. */
const NO_ENGINE = "unix:///nowhere/engine.sock";
/** A state that is no files of this machine's. */
const SHARED = { PULUMI_BACKEND_URL: "s3://shared", PULUMI_CONFIG_PASSPHRASE: "x" };
const COMPILED = join(ROOT, ".cache/compiled");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-setup-"));
  // A checkout whose pulumi only tells what it was started with.
  for (const name of ["bin", "setup"]) symlinkSync(join(ROOT, name), join(folder, name));
  for (const name of [".cache", "fake"]) mkdirSync(join(folder, name));
  // What was compiled once, as a checkout has it from its second command on: without it each program compiled its modules anew and wrote them down.
  mkdirSync(COMPILED, { recursive: true });
  symlinkSync(COMPILED, join(folder, ".cache/compiled"));
  writeFileSync(join(folder, "fake/pulumi"), "#!/bin/sh\nenv\nprintf 'ARGS=%s\\n' \"$*\"\n", { mode: 0o755 });
  writeFileSync(join(folder, "fake/pulumi-language-nodejs"), "", { mode: 0o755 });
  writeFileSync(join(folder, ".cache/tools.sh"), `PULUMI_BIN=${join(folder, "fake")}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the real pulumi would be started with: its environment, and ARGS. */
function started(args: string[], env: Record<string, string> = {}): Record<string, string> {
  const text = execFileSync(join(folder, "bin/pulumi"), args, {
    env: { PATH: process.env.PATH!, HOME: folder, ...env },
    encoding: "utf8",
  });
  return Object.fromEntries(
    text.split("\n").map((line) => [line.split("=", 1)[0]!, line.slice(line.indexOf("=") + 1)]),
  );
}

/** How a command of the set-up's shell library ends. */
function succeeds(script: string): boolean {
  try {
    execFileSync("bash", ["-euc", `. "$0"; ${script}`, join(ROOT, "setup/say.sh")], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("this machine's authorities are told by the Node that the set-up got, for the one on PATH may be too old", () => {
  writeFileSync(join(folder, "fake/node"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  mkdirSync(join(folder, ".cache/bin"));
  symlinkSync(process.execPath, join(folder, ".cache/bin/node"));
  for (const name of ["capabilities", "host", "package.json"]) symlinkSync(join(ROOT, name), join(folder, name));
  const { status, stderr } = spawnSync(join(folder, "setup/trust.sh"), [], {
    env: { PATH: `${join(folder, "fake")}:${process.env.PATH}`, HOME: folder },
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("bin/pulumi hands every argument on, and keeps the state in the checkout", () => {
  const { ARGS, PULUMI_BACKEND_URL, PULUMI_HOME } = started(["up", "--stack", "acme"]);
  expect(ARGS).toBe("up --stack acme");
  expect(PULUMI_BACKEND_URL).toBe(`file://${folder}/.state?metadata=skip`);
  expect(PULUMI_HOME).toBe(`${folder}/.cache/home`);
});

test("the passphrase is made once, and for nobody else to read", () => {
  const file = started(["version"]).PULUMI_CONFIG_PASSPHRASE_FILE!;
  const first = readFileSync(file, "utf8");
  started(["version"]);
  expect(readFileSync(file, "utf8")).toBe(first);
  expect(first.trim().length).toBeGreaterThan(40);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("git passes over the state and over what set-up makes, whatever the project's .gitignore says", () => {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" });
  git("init", "--quiet");
  rmSync(join(folder, ".cache"), { recursive: true });
  execFileSync(join(folder, "setup/node.sh"), { env: { PATH: process.env.PATH!, HOME: folder }, stdio: "pipe" });
  writeFileSync(join(folder, ".cache/tools.sh"), `PULUMI_BIN=${join(folder, "fake")}\n`);
  started(["version"]);
  expect(existsSync(join(folder, ".state/passphrase"))).toBe(true);
  git("add", "-A");
  expect(git("ls-files").split("\n").filter(Boolean).sort()).toEqual([
    ...["bin", "fake/pulumi", "fake/pulumi-language-nodejs", "setup"],
  ]);
});

test("a .cache that was there stays another tool's: nothing of it is taken from git", () => {
  execFileSync(join(folder, "setup/node.sh"), { env: { PATH: process.env.PATH!, HOME: folder }, stdio: "pipe" });
  expect(readdirSync(join(folder, ".cache")).sort()).toEqual(["bin", "compiled", "tools.sh"]);
});

test("a lost passphrase is not replaced behind the back of the stacks made with it", () => {
  started(["version"]);
  const stacks = join(folder, ".state/.pulumi/stacks/agent-sandbox");
  mkdirSync(stacks, { recursive: true });
  writeFileSync(join(stacks, "acme.json"), "{}");
  rmSync(join(folder, ".state/passphrase"));
  expect(() => started(["up"])).toThrow(/passphrase is gone/);
  expect(started(["up"], { PULUMI_CONFIG_PASSPHRASE: "mine" }).PULUMI_CONFIG_PASSPHRASE_FILE).toBeUndefined();
});

test("what the person has set is left as it is", () => {
  const own = {
    PULUMI_BACKEND_URL: "s3://states",
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_HOME: join(folder, "own"),
    PULUMI_SKIP_UPDATE_CHECK: "false",
    NODE_COMPILE_CACHE: "/elsewhere",
  };
  const got = started(["up"], own);
  expect(got).toMatchObject(own);
  expect(got.PULUMI_CONFIG_PASSPHRASE_FILE).toBeUndefined();
  expect(got.PULUMI_CREDENTIALS_PATH).toBeUndefined();
});

test("a login is honoured, and a logout leads back to local files", () => {
  expect(started(["login"]).PULUMI_BACKEND_URL).toBeUndefined();
  const credentials = join(folder, ".state/credentials.json");
  writeFileSync(credentials, '{\n  "current": "https://pulumi.example"\n}');
  expect(started(["up"]).PULUMI_BACKEND_URL).toBeUndefined();
  writeFileSync(credentials, '{\n  "current": ""\n}');
  expect(started(["up"]).PULUMI_BACKEND_URL).toBe(`file://${folder}/.state?metadata=skip`);
});

test("without a set-up, bin/pulumi says what to run", () => {
  rmSync(join(folder, ".cache/tools.sh"));
  expect(() => started(["up"])).toThrow(/make -C .* setup/);
});

test.each([
  ["22.18.0", "22.18", true],
  ["v24.21.0", "22.18", true],
  ["22.17.9", "22.18", false],
  ["20.20.2", "22.18", false],
  ["1.9", "1.26.0", false],
  ["1.27", "1.26.0", true],
  ["1.27rc1", "1.26.0", false],
])("version %s is at least %s: %s", (have, wanted, expected) => {
  expect(succeeds(`at_least ${have} ${wanted}`)).toBe(expected);
});

test("long work that fails ends the set-up with its own exit code", () => {
  expect(succeeds("waiting piece label true")).toBe(true);
  expect(succeeds("waiting piece label sh -c 'exit 3'")).toBe(false);
});

test("a client without a stack file is refused before any stack is made", () => {
  mkdirSync(join(folder, "stacks"));
  writeFileSync(join(folder, "stacks/Pulumi.acme.yaml"), "");
  const stack = (...args: string[]) =>
    execFileSync(join(folder, "setup/stack.sh"), args, { encoding: "utf8", stdio: "pipe" });
  expect(() => stack("acm")).toThrow(/no stacks\/Pulumi.acm.yaml.*acme/s);
  expect(() => stack()).toThrow(/one of: acme/);
  expect(() => stack("-x")).toThrow(/-x is no client.s name: .*one of: acme/s);
});

/** What a terminal takes for a command: its title is another. */
const TITLE = "\u001b]0;pwned\u0007";

test("a file whose name is no client's is among no clients, for a name may be a command to a terminal", () => {
  mkdirSync(join(folder, "stacks"));
  const said = () => spawnSync(join(folder, "setup/stack.sh"), ["acm"], { encoding: "utf8" }).stderr;
  for (const name of [`${TITLE}x`, "A", "a b"]) writeFileSync(join(folder, `stacks/Pulumi.${name}.yaml`), "");
  expect(said()).toMatch(/one of: none\n$/);
  for (const name of ["acme", "globex-2"]) writeFileSync(join(folder, `stacks/Pulumi.${name}.yaml`), "");
  expect(said()).toMatch(/one of: acme globex-2\n$/);
});

describe("a client named by --stack", () => {
  const client = (name: string) => {
    mkdirSync(join(folder, "stacks"), { recursive: true });
    writeFileSync(join(folder, `stacks/Pulumi.${name}.yaml`), "config: {}\n");
  };
  const state = (...path: string[]) => join(folder, ".state", ...path);
  const stacks = () => state(".pulumi/stacks/agent-sandbox");
  const whole = '{"checkpoint":{}}';
  /** A pulumi that keeps stacks, says what it was called with, and does as the test says. */
  const pulumi = (script: string) => {
    writeFileSync(
      join(folder, "fake/pulumi"),
      `#!/usr/bin/env bash
echo "$*" >>${folder}/calls
case "$1 $2" in
  "stack init") mkdir -p ${stacks()}; printf '${whole}' >${stacks()}/$3.json; printf 'encryptionsalt: v1:x\\n' >>stacks/Pulumi.$3.yaml; exit ;;
  "stack rm") rm -f ${stacks()}/$3.json*; exit ;;
esac
${script}`,
      { mode: 0o755 },
    );
  };
  const run = (...words: (string | Record<string, string>)[]) => {
    const args = words.filter((word) => typeof word === "string");
    const { status, stdout, stderr } = spawnSync(join(folder, "bin/pulumi"), args, {
      cwd: folder,
      env: Object.assign(
        { PATH: process.env.PATH!, HOME: folder, DOCKER_HOST: NO_ENGINE },
        ...words.filter((word) => typeof word !== "string"),
      ),
      encoding: "utf8",
    });
    const calls = existsSync(join(folder, "calls"))
      ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n")
      : [];
    rmSync(join(folder, "calls"), { force: true });
    return { status, stdout, stderr, calls };
  };
  const begin = (...args: string[]) =>
    spawn(join(folder, "bin/pulumi"), args, { cwd: folder, env: { PATH: process.env.PATH!, HOME: folder } });
  const file = (name: string) => readFileSync(join(folder, `stacks/Pulumi.${name}.yaml`), "utf8");

  beforeEach(() => {
    symlinkSync(join(ROOT, ".cache/bin"), join(folder, ".cache/bin"));
    symlinkSync(join(ROOT, "cli"), join(folder, "cli"));
  });

  test("that is nobody's is told in a sentence before pulumi's own words, and an option is no name", () => {
    ["initech", `${TITLE}x`].forEach(client);
    pulumi("echo \"error: no stack named 'intech' found\" >&2; exit 6");
    expect(run("up", "--stack", "intech").stderr).toMatch(
      /^There is no stacks\/Pulumi\.intech\.yaml, and no stack intech\. Clients: initech\. .*In Pulumi's words:\nerror: /,
    );
    expect(run("destroy", "--stack", "--yes")).toMatchObject({
      ...{ status: 2, calls: [] },
      stderr: "--yes is no client's name: small letters, digits and -, a letter first. Nothing was changed.\n",
    });
  });

  test.each([
    ["what PULUMI_CONFIG_PASSPHRASE says", { PULUMI_CONFIG_PASSPHRASE: "another" }],
    ["/srv/passphrase", { PULUMI_CONFIG_PASSPHRASE_FILE: "/srv/passphrase" }],
  ])("whose passphrase is another than %s is told so, with whose was taken", (given, env) => {
    client("acme");
    pulumi("exit 0");
    run("up", "--stack", "acme");
    pulumi("echo 'error: incorrect passphrase' >&2; exit 1");
    const { stderr } = run("up", "--stack", "acme", env);
    expect(stderr).toContain(`The stack acme was made with another passphrase than ${given}. `);
    expect(run("up", "--stack", "acme").stderr).not.toContain("made with another");
  });

  test("has its stack made for an `up`, once", () => {
    client("initech");
    pulumi("exit 0");
    expect(run("up", "--stack", "initech").calls).toEqual([
      "stack init initech --no-select --non-interactive",
      "up --stack initech",
    ]);
    expect(run("up", "--stack=initech").calls).toEqual(["up --stack=initech"]);
  });

  test.each(["preview", "config"])(
    "leaves no stack behind that only `%s` needed, and keeps its exit code",
    (command) => {
      client("initech");
      pulumi("exit 3");
      const { status, calls } = run(command, "-s", "initech");
      expect({ status, calls }).toEqual({
        status: 3,
        calls: [
          "stack init initech --no-select --non-interactive",
          `${command} -s initech`,
          "stack rm initech --yes --preserve-config --remove-backups --non-interactive",
        ],
      });
      expect(readdirSync(stacks())).toEqual([]);
      expect(file("initech")).toBe("config: {}\n");
    },
  );

  test("of which only a part is destroyed is pulumi's matter alone", () => {
    pulumi("exit 5");
    for (const args of [["--preview-only", "--yes"], ["--target", "urn"], ["--exclude=urn"]])
      expect(run("destroy", "--stack", "acme", ...args)).toMatchObject({ status: 5, stdout: "", stderr: "" });
  });

  test("whose file is gone gets none of pulumi's, which would hold a salt alone; a file that says more stays", () => {
    client("acme");
    const path = join(folder, "stacks/Pulumi.acme.yaml");
    pulumi("exit 0");
    run("up", "--stack", "acme");
    rmSync(path);
    pulumi(`echo 'encryptionsalt: v1:x:y' >${path}; exit 1`);
    expect(run("destroy", "--stack", "acme", "--yes").calls).toEqual(["destroy --stack acme --yes"]);
    expect(existsSync(path)).toBe(false);
    pulumi(`printf 'config:\\n  a: b\\nencryptionsalt: v1:x:y\\n' >${path}; exit 1`);
    run("destroy", "--stack", "acme", "--yes");
    expect(existsSync(path)).toBe(true);
  });

  test.each(["config: {}\n---\nconfig: {a: b}\n", "# x\nconfig: {}\nstray: 1\n...\n"])(
    "whose file is more than one document is refused before pulumi drops the rest: %j",
    (text) => {
      client("acme");
      const path = join(folder, "stacks/Pulumi.acme.yaml");
      writeFileSync(path, text);
      pulumi("exit 0");
      const { status, stderr, calls } = run("preview", "--stack", "acme");
      expect({ status, calls }).toEqual({ status: 1, calls: [] });
      expect(stderr).toMatch(/^stacks\/Pulumi\.acme\.yaml has a second document, .* Nothing was changed\.\n$/);
      expect(readFileSync(path, "utf8")).toBe(text);
      writeFileSync(path, "---\n# one\nconfig: {}\n");
      expect(run("preview", "--stack", "acme").calls).toContain("preview --stack acme");
    },
  );

  test("whose file is no YAML is told which, and of a destroy what goes without it", () => {
    client("acme");
    pulumi("exit 0");
    run("up", "--stack", "acme");
    writeFileSync(join(folder, "stacks/Pulumi.acme.yaml"), "config: {a: b\n");
    pulumi("exit 255");
    const said = (command: string) => run(command, "--stack", "acme", "--yes").stderr;
    expect(said("up")).toMatch(/stacks\/Pulumi\.acme\.yaml is not YAML: .* Mend it; nothing was changed\.\n$/);
    expect(said("destroy")).toMatch(/Mend it; nothing was changed\.\nWhat the engine has .*: agentbox wipe acme\n$/);
  });

  test("without a file is pulumi's to answer", () => {
    pulumi("exit 255");
    expect(run("up", "--stack", "inittech")).toMatchObject({ status: 255, calls: ["up --stack inittech"] });
  });

  test("whose first update tore its state is told which file, and nothing torn of the history stays", () => {
    client("acme");
    pulumi(`
      dir=${stacks()} history=${state(".pulumi/history/agent-sandbox/acme")}
      mkdir -p $history
      printf '{"checkpoint":{"of":"before"}}' >$history/acme-1.checkpoint.json
      printf '{"checkpoint":{"of":"this"}}' >$dir/acme.json.1795840186017250645; touch -d +1second $dir/acme.json.1795840186017250645
      printf '{"checkpoint":{"of":"th' >$dir/acme.json.1795840186017250646; touch -d +2second $dir/acme.json.1795840186017250646
      printf '{"checkpo' >$dir/acme.json; printf '{"ch' >$dir/acme.json.bak; : >$history/acme-2.history.json
      exit 255`);
    const { status, stderr } = run("up", "--stack", "acme");
    expect(status).toBe(255);
    expect(stderr).toContain(`${stacks()}/acme.json was not written whole`);
    expect(stderr).toContain(
      `${state(".pulumi/history/agent-sandbox/acme/acme-2.history.json")} was not written whole, and is removed`,
    );
  });

  test("has the newest whole state in its place, when an update left only the beginning of one", () => {
    client("acme");
    pulumi("exit 0");
    run("up", "--stack", "acme");
    pulumi(`
      printf '{"checkpoint":{"of":"this"}}' >${stacks()}/acme.json.1795840186017250645
      printf '{"checkpo' >${stacks()}/acme.json
      exit 255`);
    expect(run("up", "--stack", "acme").status).toBe(255);
    expect(readFileSync(join(stacks(), "acme.json"), "utf8")).toBe('{"checkpoint":{"of":"this"}}');
    expect(readdirSync(stacks())).toEqual(["acme.json"]);
  });

  test("whose state is torn and has no whole one is told the file and what to do, by the next command", () => {
    client("acme");
    pulumi("exit 0");
    run("up", "--stack", "acme");
    writeFileSync(join(stacks(), "acme.json"), '{"checkpo');
    const { status, stderr, calls } = run("preview", "--stack", "acme");
    expect({ status, calls }).toEqual({ status: 1, calls: [] });
    expect(stderr).toContain(`${stacks()}/acme.json was not written whole, and there is no whole one to go back to`);
  });

  test("has a salt of another passphrase changed for the state's, when nothing is encrypted with it", () => {
    client("acme");
    pulumi("exit 0");
    run("up", "--stack", "acme");
    expect(file("acme")).toContain("encryptionsalt");
    writeFileSync(join(stacks(), "acme.json"), '{"checkpoint":{"salt":"v1:x"}}');
    run("up", "--stack", "acme");
    expect(file("acme")).toContain("encryptionsalt: v1:x");
    writeFileSync(join(stacks(), "acme.json"), '{"checkpoint":{"salt":"v1:other"}}');
    run("up", "--stack", "acme");
    expect(file("acme")).toBe("config: {}\nencryptionsalt: v1:other\n");
  });

  test("has twenty whole states of its history, and no more", () => {
    client("acme");
    const history = state(".pulumi/history/agent-sandbox/acme");
    pulumi(`
      mkdir -p ${history}
      for n in {1001..1030}; do for kind in checkpoint history; do printf '${whole}' >${history}/acme-$n.$kind.json; done; done`);
    run("up", "--stack", "acme");
    expect(readdirSync(history)).toHaveLength(40);
    expect(readdirSync(history)[0]).toBe("acme-1011.checkpoint.json");
  });

  describe("whose pulumi was killed", () => {
    const lock = (...name: string[]) => state(".pulumi/locks/organization/agent-sandbox/acme", ...name);
    const orphan = () => Number(readFileSync(join(folder, "orphan"), "utf8"));
    const alive = (pid: number) =>
      existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    const killed = () => {
      client("acme");
      pulumi(`
        mkdir -p ${lock()}; printf '{"pid":%s,"username":"x","hostname":"%s","timestamp":"2026-11-30T01:02:03.456789Z"}' $$ "$HOSTNAME" >${lock("l.json")}
        sleep 300 >/dev/null 2>&1 & echo $! >${folder}/orphan
        kill -KILL $$`);
      expect(run("up", "--stack", "acme").status).toBe(137);
      expect(alive(orphan())).toBe(true);
      pulumi(`ls ${lock()} >${folder}/locks; exit 0`);
    };
    afterEach(() => {
      if (alive(orphan())) process.kill(orphan(), "SIGKILL");
    });
    const edited = (path: string, edit: (text: string) => string) =>
      writeFileSync(path, edit(readFileSync(path, "utf8")));
    const record = () => {
      const runs = state(".agent-sandbox-runs/acme");
      return join(runs, readdirSync(runs)[0]!);
    };

    test("goes on with the same command: its lock and what it had started are gone first", () => {
      killed();
      const { status, stderr } = run("up", "--stack", "acme");
      expect({ status, locks: readFileSync(join(folder, "locks"), "utf8") }).toEqual({ status: 0, locks: "" });
      expect(stderr).toContain("its lock is removed, and this command goes on from what it left");
      expect(alive(orphan())).toBe(false);
      expect(readdirSync(state(".agent-sandbox-runs/acme"))).toEqual([]);
    });

    test("has what it had started ended, too, when `pulumi cancel` has taken its lock away", () => {
      killed();
      rmSync(lock("l.json"));
      expect(run("up", "--stack", "acme").status).toBe(0);
      expect(alive(orphan())).toBe(false);
      expect(readdirSync(state(".agent-sandbox-runs/acme"))).toEqual([]);
    });

    test("goes on after the machine has lost its power, though its process' number is another one's by now", () => {
      killed();
      // As it was written before a boot: what it had started is gone with that.
      edited(record(), (text) => text.replace(/^(\d+) \S+/, "$1 before"));
      process.kill(orphan(), "SIGKILL");
      edited(lock("l.json"), (text) => text.replace(/\d+/, `${process.pid}`));
      renameSync(record(), join(record(), "..", `${process.pid}`));
      const { status } = run("up", "--stack", "acme");
      expect({ status, locks: readFileSync(join(folder, "locks"), "utf8") }).toEqual({ status: 0, locks: "" });
      expect(readdirSync(state(".agent-sandbox-runs/acme"))).toEqual([]);
    });

    test.each<[string, () => void]>([
      [
        "of a process that lives",
        () => {
          edited(lock("l.json"), (text) => text.replace(/\d+/, `${process.pid}`));
          writeFileSync(join(record(), "..", `${process.pid}`), readFileSync(record()));
        },
      ],
      ["of another host", () => edited(lock("l.json"), (text) => text.replace('"hostname":"', '"hostname":"other-'))],
      [
        "of another machine, which has another boot as well",
        () => edited(record(), (text) => text.replace(/^(\d+) \S/, "$1 _").replace(/\S*\n$/, "other\n")),
      ],
      ["of another namespace of processes", () => edited(record(), (text) => text.replace("pid:[", "pid:[9"))],
      ["of another user", () => edited(record(), (text) => `9${text}`)],
      ["of a run that nobody wrote down", () => rmSync(record())],
    ])("keeps a lock %s, and says whose it is in the place of pulumi", (_what, change) => {
      killed();
      change();
      const { status, stdout, stderr } = run("up", "--stack", "acme");
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(
        /^Another command of pulumi has the lock of acme: process \d+ of x on \S+, since 2026-11-30 01:02:03 UTC\. Wait until it has ended, then run this again\. .*`bin\/pulumi cancel --stack acme`\. Nothing was changed\.\n$/,
      );
      expect([existsSync(join(folder, "locks")), readdirSync(lock())]).toEqual([false, ["l.json"]]);
      expect(alive(orphan())).toBe(true);
      // Whoever changes nothing waits for nobody.
      expect(run("preview", "--stack", "acme").status).toBe(0);
    });
  });

  test("is changed by one command at a time: the second says who is at work, and the next one has the turn", async () => {
    client("acme");
    const turn = state(".agent-sandbox-runs/acme.turn");
    pulumi("echo ready; exec sleep 300");
    const first = begin("up", "--stack", "acme");
    await new Promise((resolve) => first.stdout.once("data", resolve));
    for (const word of ["up", "refresh", "destroy"]) {
      const { status, stdout, stderr } = run(word, "--stack", "acme");
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(
        new RegExp(
          `^Another command of pulumi has the lock of acme: process ${first.pid} of \\S+ on \\S+, since 2\\S+ \\S+ UTC\\. Wait until it has ended, then run this again\\. Nothing was changed\\.\n$`,
        ),
      );
    }
    first.kill("SIGTERM");
    await new Promise((resolve) => first.on("exit", resolve));
    expect(existsSync(turn)).toBe(false);
    // One of a command that was killed, whose number somebody else has by now.
    pulumi("exit 0");
    writeFileSync(turn, `${process.getuid!()} boot space\n${process.pid} 1\nx\n2026\n`);
    expect(run("up", "--stack", "acme").status).toBe(0);
    expect(existsSync(turn)).toBe(false);
  });

  test("is changed by one at a time also of many that find the turn of one that was killed", async () => {
    client("acme");
    const turn = state(".agent-sandbox-runs/acme.turn");
    pulumi(`mkdir ${folder}/works || echo two >>${folder}/at-once; sleep 0.3; rmdir ${folder}/works`);
    run("up", "--stack", "acme");
    for (let round = 0; round < 3; round++) {
      writeFileSync(turn, `${process.getuid!()} boot space\n${process.pid} 1\nx\n2026\n`);
      const eight = Array.from({ length: 8 }, () => begin("up", "--stack", "acme"));
      const ends = await Promise.all(eight.map((child) => once(child, "exit")));
      expect(ends.some(([code]) => code === 0)).toBe(true);
      expect(existsSync(turn)).toBe(false);
    }
    expect(existsSync(join(folder, "at-once"))).toBe(false);
  });

  test("is not brought up where somebody says Ctrl-C before pulumi is begun, and no stack of it stays", async () => {
    client("acme");
    pulumi("exit 0");
    const [fake, making] = [join(folder, "fake/pulumi"), join(folder, "making")];
    const slow = `if [ "$1 $2" = "stack init" ]; then : >${making}; sleep 0.5; fi\ncase`;
    writeFileSync(fake, readFileSync(fake, "utf8").replace("case", slow));
    const child = begin("up", "--stack", "acme");
    while (!existsSync(making)) await pause(10);
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([130, null]);
    expect(readFileSync(join(folder, "calls"), "utf8")).not.toMatch(/^up/m);
    expect([readdirSync(stacks()), file("acme")]).toEqual([[], "config: {}\n"]);
  });

  // Each is a moment in which another program than pulumi's own command is waited for.
  test.each([
    ["of the stack that is selected", "stack --show-name", ["destroy", "--yes"], {}],
    ["of a stack that the backend is asked for", "stack --stack", ["destroy", "--stack", "acme", "--yes"], SHARED],
    ["of settings on such a backend", "stack --stack", ["config", "set", "--stack", "acme", "a", "b"], SHARED],
  ])("is not changed after a Ctrl-C before pulumi is begun: %s", async (_what, slow, args, env) => {
    client("acme");
    const asked = join(folder, "asked");
    writeFileSync(
      join(folder, "fake/pulumi"),
      `#!/usr/bin/env bash
echo "$*" >>${folder}/calls
case "$*" in "${slow}"*) : >${asked}; sleep 0.5; exit 6 ;; esac`,
      { mode: 0o755 },
    );
    const child = spawn(join(folder, "bin/pulumi"), args, {
      cwd: folder,
      env: { PATH: process.env.PATH!, HOME: folder, ...env },
    });
    while (!existsSync(asked)) await pause(10);
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([130, null]);
    expect(readFileSync(join(folder, "calls"), "utf8")).not.toMatch(/^(destroy|config)/m);
  });

  test.each(["--preview-only=false", "--refresh=false"])(
    "of a word that is said to be false (%s) is as without it",
    (word) => {
      client("acme");
      pulumi("env");
      const { stdout } = run("up", "--stack", "acme", word);
      expect(stdout).not.toMatch(/^AGENT_SANDBOX_REFRESH=/m);
      // A turn was taken.
      expect(existsSync(state(".agent-sandbox-runs"))).toBe(true);
    },
  );

  test("ends by the signal that was sent to the command, which pulumi gets once", async () => {
    client("acme");
    pulumi(`
      trap 'echo interrupted >>${folder}/signals; exit 130' INT
      echo ready; for n in {1..100}; do sleep 0.1; done`);
    const child = begin("up", "--stack", "acme");
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGINT");
    expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(130);
    expect(readFileSync(join(folder, "signals"), "utf8")).toBe("interrupted\n");
  });
});

test("a destroy of the stack that is selected asks the engine about it, too", () => {
  writeFileSync(
    join(folder, "fake/pulumi"),
    `#!/bin/sh\n[ "$1 $2" != "stack --show-name" ] || echo no-such-client-anywhere\n`,
    { mode: 0o755 },
  );
  symlinkSync(join(ROOT, "cli"), join(folder, "cli"));
  symlinkSync(join(ROOT, ".cache/bin"), join(folder, ".cache/bin"));
  const env = { PATH: process.env.PATH!, HOME: folder, DOCKER_HOST: "unix:///nonexistent/engine.sock" };
  const { status, stderr } = spawnSync(join(folder, "bin/pulumi"), ["destroy"], { cwd: folder, env, encoding: "utf8" });
  expect(status).toBe(3);
  expect(stderr).toContain("no engine answers at unix:///nonexistent/engine.sock");
});

test("a destroy that is refused before it begins asks for nothing and removes nothing, with a stack and without", () => {
  mkdirSync(join(folder, "cli"));
  writeFileSync(join(folder, "cli/agentbox.ts"), `console.error(process.argv.slice(2).join(" ")); process.exit(2);\n`);
  symlinkSync(join(ROOT, ".cache/bin"), join(folder, ".cache/bin"));
  writeFileSync(join(folder, "fake/pulumi"), `#!/bin/sh\ncase $1 in destroy) echo destroyed ;; esac\n`, {
    mode: 0o755,
  });
  const run = () =>
    spawnSync(join(folder, "bin/pulumi"), ["destroy", "--stack", "theirs", "--yes"], {
      ...{ cwd: folder, encoding: "utf8" },
      env: { PATH: process.env.PATH!, HOME: folder, PULUMI_CONFIG_PASSPHRASE: "" },
    });
  const refused = { status: 2, stdout: "", stderr: "wipe theirs --before-destroy\n" };
  expect(run()).toMatchObject(refused);
  mkdirSync(join(folder, ".state/.pulumi/stacks/agent-sandbox"), { recursive: true });
  writeFileSync(join(folder, ".state/.pulumi/stacks/agent-sandbox/theirs.json"), "{}");
  expect(run()).toMatchObject(refused);
});

test("what became of a client is written where whoever ran pulumi tells it himself", () => {
  mkdirSync(join(folder, "cli"));
  // A stock of one letter, and what a wipe is called with after it.
  writeFileSync(
    join(folder, "cli/agentbox.ts"),
    `const words = process.argv.slice(2); console.log(words.includes("--before-destroy") ? "S" : "proof " + words.join(" "));\n`,
  );
  symlinkSync(join(ROOT, ".cache/bin"), join(folder, ".cache/bin"));
  const run = (env: object) =>
    spawnSync(join(folder, "bin/pulumi"), ["destroy", "--stack", "gone", "--yes"], {
      ...{ cwd: folder, encoding: "utf8" },
      env: { PATH: process.env.PATH!, HOME: folder, ...env },
    }).stdout;
  const proof = join(folder, "proof");
  expect(run({})).toBe("proof wipe gone --was S --yes\n");
  expect(run({ AGENT_SANDBOX_PROOF: proof })).toBe("");
  expect(readFileSync(proof, "utf8")).toBe("proof wipe gone --was S --yes\n");
});

test("a salt stays out of git, but for a file with something encrypted", () => {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
  mkdirSync(join(folder, "stacks"));
  writeFileSync(join(folder, "stacks/.gitattributes"), readFileSync(join(ROOT, "stacks/.gitattributes")));
  const salt = "encryptionsalt: v1:x:y\n";
  const files = {
    first: `${salt}config:\n  a: b\n`,
    last: `config:\n  a: b\n${salt}`,
    none: "config:\n  a: b\n",
    secret: `${salt}config:\n  a: {secure: v1:z}\n`,
  };
  git("init", "--quiet");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `stacks/Pulumi.${name}.yaml`), text);
  execFileSync(join(folder, "setup/git.sh"), { cwd: folder, env: { PATH: process.env.PATH!, HOME: folder } });
  git("add", "stacks");
  const staged = (name: string) => git("show", `:stacks/Pulumi.${name}.yaml`);
  for (const name of ["first", "last", "none"]) expect(staged(name).trim()).toBe("config:\n  a: b");
  expect(staged("secret")).toBe(files.secret);
  // The programs that compare with git, or make a patch, take the same line out.
  for (const [name, text] of Object.entries(files)) expect(withoutSalt(text)).toBe(staged(name));
});

test("`stack rm` leaves the stack file, which people wrote", () => {
  expect(started(["stack", "rm", "acme", "--yes"]).ARGS).toBe("stack rm acme --yes --preserve-config");
  expect(started(["stack", "rm", "--preserve-config=false"]).ARGS).toBe("stack rm --preserve-config=false");
});

test("a state has an id of its own, which lies beside it; one that is no files is known by its address", () => {
  const first = started(["version"]).AGENT_SANDBOX_STATE!;
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  expect(started(["version"])).toMatchObject({ AGENT_SANDBOX_STATE: first, AGENT_SANDBOX_STATE_PATH: folder });
  const elsewhere = mkdtempSync(join(tmpdir(), "agent-sandbox-states-"));
  const other = started(["version"], { PULUMI_BACKEND_URL: `file://${elsewhere}?metadata=skip` }).AGENT_SANDBOX_STATE!;
  expect(other).toMatch(/^[0-9a-f]{16}$/);
  expect(other).not.toBe(first);
  rmSync(elsewhere, { recursive: true });
  rmSync(join(folder, ".state"), { recursive: true });
  expect(started(["version"]).AGENT_SANDBOX_STATE).not.toBe(first);
  expect(started(["version"], { PULUMI_BACKEND_URL: "s3://key:word@states/ours?region=eu" }).AGENT_SANDBOX_STATE).toBe(
    "s3://states/ours",
  );
});
