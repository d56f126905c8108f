import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SANDBOX } from "../../gateway/contract.ts";
import { KEPT } from "../../target/engine/client.ts";
import { theOne } from "../resume.ts";
import { describeDoor, readWords } from "./way-in.ts";

const ROOT = join(__dirname, "../..");
const AGENTBOX = join(ROOT, "bin/agentbox");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "way-in-"));
  // An engine's client that says a container runs, and writes down how it was called.
  writeFileSync(
    join(folder, "docker"),
    `#!/bin/bash
if [ "$1" = inspect ]; then
  [ ! -e '${folder}/silent' ] || exit 1
  echo "running \${@: -1:1}" | sed 's/-agent$/ agent/'; exit
fi
printf '%s\\0' "$@" >'${folder}/called'
env -0 >'${folder}/environment'
cat >'${folder}/read'
exit 42
`,
    { mode: 0o755 },
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const agentbox = (args: string[], env: NodeJS.ProcessEnv = {}, input = "") => {
  const { status, stderr } = spawnSync(AGENTBOX, args, {
    encoding: "utf8",
    input,
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, DOCKER_HOST: `unix://${folder}/none`, ...env },
  });
  const called = existsSync(join(folder, "called"))
    ? readFileSync(join(folder, "called"), "utf8").split("\0").slice(0, -1)
    : undefined;
  return { status, stderr, called };
};

test.each([
  [["enter", "acme"], ["/usr/local/bin/enter"]],
  [
    ["enter", "acme", "claude"],
    ["/usr/local/bin/enter", "claude"],
  ],
  [
    ["enter", "acme", "claude", "--", "--model", "a b", ""],
    ["/usr/local/bin/enter", "claude", "--model", "a b", ""],
  ],
  [
    ["resume", "acme", "codex", "--", "-x"],
    ["/usr/local/bin/resume", "codex", "-x"],
  ],
  [
    ["sign-in", "acme", "--", "bot", "login"],
    ["bot", "login"],
  ],
  [
    ["run", "acme", "--", "--help", "$(id)", "ü\n"],
    [
      "/bin/bash",
      "-c",
      expect.stringMatching(/\/run\/secrets\/env\/_all\/\*.*exec -- "\$@"$/),
      "run",
      "--help",
      "$(id)",
      "ü\n",
    ],
  ],
])("%j becomes the engine's own exec, with these words and its exit code", (args, words) => {
  const { status, called } = agentbox(args);
  expect({ status, called }).toEqual({ status: 42, called: ["exec", "--interactive", "acme-agent", ...words] });
});

test("a CDPATH of the person's shell leads nowhere else", () => {
  mkdirSync(join(folder, "bin"));
  const { status, stderr } = spawnSync("bin/agentbox", ["run", "acme", "--", "x"], {
    ...{ encoding: "utf8", cwd: join(AGENTBOX, "../.."), input: "" },
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, CDPATH: folder },
  });
  expect({ status, stderr }).toEqual({ status: 42, stderr: "" });
});

describe("at a terminal, for a client whose agents may ask for pages", () => {
  let root: string;
  beforeEach(() => {
    root = join(folder, "root");
    mkdirSync(join(root, "stacks"), { recursive: true });
    for (const name of ["bin", "cli", "setup", ".cache"]) symlinkSync(join(__dirname, "../..", name), join(root, name));
    writeFileSync(
      join(folder, "docker"),
      `#!/bin/bash
printf '%s\\n' "$*" >>'${folder}/calls'
case "$1 $3" in
  "inspect "*) echo "running acme agent" ;;
  "exec /usr/bin/test") [ -e '${folder}/asked' ] ;;
esac
`,
      { mode: 0o755 },
    );
  });

  /** What the engine was asked for, a word each, and what was said. */
  const entered = (stackFile: string) => {
    writeFileSync(join(root, "stacks/Pulumi.acme.yaml"), stackFile);
    const { stdout } = spawnSync("script", ["-qec", `'${root}/bin/agentbox' enter acme`, "/dev/null"], {
      encoding: "utf8",
      env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, DISPLAY: "", WAYLAND_DISPLAY: "" },
    });
    const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
    return {
      calls: calls.map((call) => (call.endsWith(`/usr/bin/test -e ${SANDBOX.askedUrl}`) ? "look" : call.split(" ")[0])),
      stdout,
    };
  };
  const KEY = "config:\n  agent-sandbox:auth: {domains: [claude.ai]}";

  test("one that waits is told when the agent has ended, where no desktop can ask", () => {
    writeFileSync(join(folder, "asked"), "");
    const { calls, stdout } = entered(KEY);
    expect(calls).toEqual(["inspect", "exec", "look"]);
    expect(stdout).toMatch(/an agent of acme asked to open a page; `agentbox auth acme` in another terminal opens it/);
  });

  test("where none waits nothing is told, and without the key nobody looks", () => {
    expect(entered(KEY)).toEqual({ calls: ["inspect", "exec", "look"], stdout: expect.not.stringContaining("asked") });
    rmSync(join(folder, "calls"));
    expect(entered("config: {}").calls).toEqual(["inspect", "exec"]);
  });

  test("a window is thought to be there where one is found", () => {
    const [shell, node] = ["way-in.sh", "../auth/desktop.ts"].map((file) =>
      readFileSync(join(__dirname, file), "utf8"),
    );
    const [, known = ""] = /const DIALOGS[^=]*= (\[[\s\S]*?\n\]);/.exec(node!) ?? [];
    const programs = [...known.matchAll(/program: "(\w+)"/g)].map(([, program]) => program);
    expect(programs).toEqual(["zenity", "kdialog"]);
    expect([...shell!.matchAll(/type -P (\w+)/g)].map(([, program]) => program)).toEqual(programs);
  });
});

describe("what a terminal is shown", () => {
  const COPY = "\u001b]52;c;eA==\u0007";

  /** What a person sees of a sandbox that fills their clipboard, and how the engine was called. */
  const shown = (word: string, container: string, env: NodeJS.ProcessEnv = {}) => {
    writeFileSync(
      join(folder, "docker"),
      `#!/bin/bash
if [ "$1" = inspect ]; then echo 'running acme agent ${container}'; exit; fi
printf '%s\\n' "$*" >>'${folder}/calls'
case "$*" in *stty\\ -F*) exit ;; *--tty*) printf '/dev/pts/7\\r\\n' ;; esac
printf 'a${COPY}b'
printf 'e${COPY}f' >&2
exit 42
`,
      { mode: 0o755 },
    );
    const { stdout, status } = spawnSync(
      "script",
      ["-qec", `stty rows 41 cols 103; '${AGENTBOX}' ${word}`, "/dev/null"],
      {
        encoding: "utf8",
        env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, ...env },
      },
    );
    return { status, stdout, calls: readFileSync(join(folder, "calls"), "utf8").trim().split("\n") };
  };

  test.each(["enter acme", "enter acme claude", "resume acme claude", "run acme -- x", "sign-in acme -- bot login"])(
    "by `%s` fills no clipboard, unless that is declared",
    (word) => {
      const { status, stdout } = shown(word, "");
      expect({ status, text: stdout.includes("a\u001b\\b") }).toEqual({ status: 42, text: true });
      expect(shown(word, "out").stdout).toContain(`a${COPY}b`);
      // What it says on its own error stream goes there by itself only where the engine keeps the two apart.
      if (word.startsWith("run")) expect(stdout).not.toContain(COPY);
    },
  );

  test("is no line that only tells which terminal it is, and each size is told to that one", () => {
    const { stdout, calls } = shown("enter acme", "");
    expect(stdout).not.toContain("/dev/pts");
    expect(calls[0]).toMatch(/stty rows "\$1" cols "\$2".* sh 41 103 \/usr\/local\/bin\/enter$/);
    expect(calls.slice(1)).toEqual(["exec acme-agent /usr/bin/stty -F /dev/pts/7 rows 41 cols 103"]);
  });

  /** What the person's shell has to read when a sandbox's program has written this, and the terminal has answered. */
  const leftOver = (word: string, wrote: string) => {
    writeFileSync(
      join(folder, "docker"),
      `#!/bin/bash
if [ "$1" = inspect ]; then echo 'running acme agent '; exit; fi
case "$*" in *--tty*) printf '/dev/pts/7\\r\\n' ;; esac
printf '${wrote}'
`,
      { mode: 0o755 },
    );
    const { stdout } = spawnSync(
      "script",
      [
        "-qec",
        `stty -echo; '${AGENTBOX}' ${word}; IFS= read -rsn 40 -t 1 left; printf '<left:%q>' "$left"`,
        "/dev/null",
      ],
      {
        encoding: "utf8",
        input: "\u001b[?62;c\u001b]lid\u001b\\\u001b[0n\u001b[0n",
        env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, SHELL: "/bin/bash", TERM: "xterm" },
      },
    );
    return { stdout, left: /<left:(.*)>/.exec(stdout)?.[1] };
  };

  test.each(["enter acme", "run acme -- x"])(
    "by `%s` leaves no answer for the person's shell, and the terminal as it was",
    (word) => {
      const { stdout, left } = leftOver(word, "\\033[c\\033[?1000h\\033]0;unfinished");
      expect(left).not.toMatch(/62|lid|0n/);
      expect(stdout).toContain("\u001b\\\u001b[!p");
      expect(stdout).toContain("\u001b[?25h");
    },
  );

  test("by `run` of no more than text leaves the terminal, and what was typed, alone", () => {
    const { stdout, left } = leftOver("run acme -- x", "plain\\n");
    expect(left).toMatch(/62/);
    expect(stdout).not.toContain("[!p");
  });

  test("by `run` loses no line that only looks like it", () => {
    writeFileSync(join(folder, "silent"), "");
    expect(shown("run acme -- echo /dev/pts/7", "").stdout).toMatch(/^a/);
  });

  test.each([
    [{ TERM: "xterm-kitty", TZ: "Europe/Berlin" }, " --env TERM=xterm-kitty --env TZ=Europe/Berlin acme-agent "],
    [
      { TERM: "xterm-ghostty", COLORTERM: "truecolor", TZ: ":America/Argentina/Salta" },
      "TERM=xterm-ghostty --env COLORTERM=truecolor --env TZ=America/Argentina/Salta ",
    ],
    [{ TERM: "x y", COLORTERM: "$(id)", TZ: "../../etc/passwd" }, "--detach-keys ctrl-^,ctrl-_,ctrl-^ acme-agent "],
    [{ TERM: "-x", TZ: "" }, "--detach-keys ctrl-^,ctrl-_,ctrl-^ acme-agent "],
  ])("is drawn for the terminal that is there: %j", (env, words) => {
    expect(shown("enter acme", "", { COLORTERM: "", ...env }).calls[0]).toContain(words);
  });
});

test("what comes in is the command's", () => {
  agentbox(["run", "acme", "--", "cat"], {}, "one\0two\n");
  expect(readFileSync(join(folder, "read"), "utf8")).toBe("one\0two\n");
});

test("ssh goes by the engine's exec: the host's key comes on stdin, before what ssh says, and is in no argument", () => {
  const root = join(folder, "root");
  mkdirSync(join(root, ".state/ssh/acme"), { recursive: true });
  for (const name of ["bin", "cli", "images", "setup", ".cache"])
    symlinkSync(join(__dirname, "../..", name), join(root, name));
  writeFileSync(join(root, ".state/ssh/acme/id.pub"), "ssh-ed25519 AAAApublic\n");
  writeFileSync(join(root, ".state/ssh/acme/host"), "planted\nkey\n");
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const { status } = spawnSync(join(root, "bin/agentbox"), ["ssh-proxy", "acme"], { input: "SSH-2.0-x\r\n", env });
  expect(status).toBe(42);
  const called = readFileSync(join(folder, "called"), "utf8").split("\0").slice(0, -1);
  expect(called.slice(0, 5)).toEqual(["exec", "--interactive", "acme-agent", "/bin/bash", "-c"]);
  expect(called.slice(6)).toEqual(["sshd", "ssh-ed25519 AAAApublic"]);
  expect(called.join()).not.toContain("planted");
  expect(readFileSync(join(folder, "environment"), "utf8")).not.toContain("planted");
  expect(readFileSync(join(folder, "read"), "utf8")).toBe("planted\nkey\n\0SSH-2.0-x\r\n");
});

test("no secret of the person's shell comes to what is started", () => {
  agentbox(["run", "acme", "--", "true"], {
    ANTHROPIC_API_KEY: "sk-planted",
    "BASH_FUNC_planted%%": "() { :; }",
    HTTPS_PROXY: "http://proxy.example:3128",
  });
  const names = readFileSync(join(folder, "environment"), "utf8")
    .split("\0")
    .map((line) => line.replace(/=.*/s, ""));
  const other = names.filter((name) => name && !KEPT.includes(name) && name !== "DOCKER_HOST");
  // What every shell sets by itself.
  expect(other.filter((name) => !["_", "PWD", "SHLVL", "OLDPWD"].includes(name))).toEqual([]);
  expect(names).toContain("HTTPS_PROXY");
});

test("the engine's client has the same variables as everywhere else", () => {
  const [, kept = ""] = /kept=" (.*?) "\n/s.exec(readFileSync(join(__dirname, "way-in.sh"), "utf8")) ?? [];
  const which = ["DOCKER_HOST", "DOCKER_CONTEXT", "CONTAINER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "$ssh"];
  expect(kept.split(/[\s\\]+/).sort()).toEqual([...KEPT, ...which].sort());
});

test("the keys of an ssh-agent come to the client of an engine that is reached by ssh, and to no other", () => {
  const names = (DOCKER_HOST: string) => {
    agentbox(["run", "acme", "--", "true"], { DOCKER_HOST, SSH_AUTH_SOCK: "/planted" });
    return readFileSync(join(folder, "environment"), "utf8");
  };
  expect(names("ssh://dev@gpu-box")).toContain("SSH_AUTH_SOCK=/planted");
  expect(names(`unix://${folder}/none`)).not.toContain("SSH_AUTH_SOCK");
});

test("a client that its last up brought to another engine is not looked for on this one, though there is one of its name", () => {
  const note = join(ROOT, ".state/engines/t-elsewhere");
  mkdirSync(dirname(note), { recursive: true });
  writeFileSync(note, `unix://${folder}/elsewhere.sock\n`);
  try {
    const { status, stderr, called } = agentbox(["run", "t-elsewhere", "--", "true"]);
    expect({ status, called }).toEqual({ status: 3, called: undefined });
    expect(stderr).toContain(`no engine answers at unix://${folder}/elsewhere.sock`);
  } finally {
    rmSync(note);
  }
});

test("one whose last up went to a socket of Docker's is entered there, whatever the environment names by now", () => {
  const note = join(ROOT, ".state/engines/acme");
  mkdirSync(dirname(note), { recursive: true });
  writeFileSync(note, `unix://${folder}/docker.sock\n`);
  try {
    agentbox(["run", "acme", "--", "true"], { DOCKER_HOST: "tcp://192.0.2.1:2375", DOCKER_CONTEXT: "other" });
    const environment = readFileSync(join(folder, "environment"), "utf8");
    expect(environment).toContain(`DOCKER_HOST=unix://${folder}/docker.sock`);
    expect(environment).not.toContain("DOCKER_CONTEXT");
  } finally {
    rmSync(note);
  }
});

test.each(["engine: ssh://dev@box", '"engine" : "ssh://dev@box"', "agent-sandbox:engine: ssh://dev@box"])(
  "one whose file says %s is not looked for on this engine before anybody knows which is meant",
  (line) => {
    const file = join(ROOT, "stacks/Pulumi.t-elsewhere.yaml");
    writeFileSync(file, `config:\n  ${line}\n`);
    try {
      expect(agentbox(["run", "t-elsewhere", "--", "true"]).called).toBeUndefined();
    } finally {
      rmSync(file);
    }
  },
);

test.each([
  ["an engine that does not say that it runs", ["run", "acme", "--", "true"], 3, /no engine answers at unix:/],
  ["a client that is none", ["enter", "Acme"], 2, /"Acme" is no client's name: lower-case letters/],
  ["no client", ["enter"], 2, /which client\? agentbox enter CLIENT/],
  ["a command without `--`", ["run", "acme", "ls"], 2, /a command comes after `--`: agentbox run CLIENT/],
  ["no command", ["run", "acme", "--"], 2, /a command comes after `--`/],
  ["two agents", ["enter", "acme", "claude", "codex"], 2, /one agent, and what it is handed after `--`/],
  ["words for no agent", ["enter", "acme", "--", "x"], 2, /which agent is handed that\?/],
  ["--yes alone", ["enter", "acme", "--yes"], 2, /--yes goes with --start/],
  ["another option", ["enter", "acme", "--root"], 2, /agentbox enter: --root is no option of it/],
])("%s is told in one sentence, and nothing is run", (_what, args, code, says) => {
  writeFileSync(join(folder, "silent"), "");
  const { status, stderr, called } = agentbox(args);
  expect({ status, called, lines: stderr.trim().split("\n").length }).toEqual({
    status: code,
    called: undefined,
    lines: 1,
  });
  expect(stderr).toMatch(says);
});

test("what is after `--` is nobody's option", () => {
  expect(readWords(["acme", "--start", "--", "--yes", "--", "x"], "run")).toEqual({
    client: "acme",
    named: [],
    after: ["--yes", "--", "x"],
    start: true,
    yes: false,
  });
});

test("the agent to go on with is the only one that has sessions", () => {
  expect(theOne("acme", ["claude", "shell"])).toBe("claude");
  expect(theOne("acme", ["shell"])).toBe("shell");
  expect(() => theOne("acme", ["claude", "codex"])).toThrow(
    "which agent? acme has claude, codex: agentbox resume acme AGENT",
  );
  expect(() => theOne("acme", [])).toThrow("which agent? the image of acme does not say which it has");
});

test("a client that nobody can enter is told apart: not there, or not running", () => {
  expect(describeDoor("acme", { agents: [] })).toBe("acme is not up: there is no container acme-agent");
  expect(describeDoor("acme", { status: "exited", agents: [] })).toBe('acme does not run: acme-agent is "exited"');
});
