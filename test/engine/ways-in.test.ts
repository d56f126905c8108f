import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const acme = project.client("acme", { agents: ["shell"] });
const AGENTBOX = join(project.folder, "bin/agentbox");

let here: string;
beforeAll(async () => {
  here = mkdtempSync(join(tmpdir(), "ways-in-"));
  await acme.mustUp();
});
afterAll(() => rmSync(here, { recursive: true, force: true }));

/** A way in as a person takes it, with what they type or pipe. */
const agentbox = (args: string[], input: string | Buffer = "", env: NodeJS.ProcessEnv = {}) =>
  spawnSync(AGENTBOX, args, { input, env: { ...project.environment(), ...env }, maxBuffer: 2 ** 26 });
const run = (...command: string[]) => agentbox(["run", acme.name, "--", ...command]);

/** The same at a terminal: what it showed until it ended, and its exit code. Each line is typed when `$` is there for it and nothing has come for a while, for tmux draws a prompt twice; what sleeps is interrupted. */
function atTerminal(command: string, typed: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<[string, number]> {
  const shell = spawn("script", ["-qec", `stty rows 41 cols 103; ${command}`, "/dev/null"], {
    env: { ...project.environment(), TERM: "xterm-256color", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const left = [...typed];
  let [text, seen] = ["", 0];
  let quiet: NodeJS.Timeout | undefined;
  shell.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      if (!text.includes("$ ", seen) || left.length === 0) return;
      seen = text.length;
      const line = left.shift() ?? "";
      void type(`${line}\r`).then(() => {
        if (line.startsWith("sleep")) setTimeout(() => shell.stdin.write("\u0003"), 500);
      });
    }, 300);
  });
  // As a person does, key by key: tmux takes what comes within a millisecond for pasted, and none of it for a command to itself (`assume-paste-time`).
  const type = async (keys: string) => {
    for (const key of keys) {
      shell.stdin.write(key);
      await pause(5);
    }
  };
  // A way in that hangs fails its test, and leaves nothing that hangs.
  const late = setTimeout(() => shell.kill(), 60_000);
  shell.on("close", () => clearTimeout(late));
  return new Promise((resolve) => shell.on("close", (code) => resolve([text, code ?? -1])));
}

test("exit codes, stdin and both streams of a command are its own", () => {
  for (const code of [0, 1, 2, 42, 125, 255]) expect(run("sh", "-c", `exit ${code}`).status).toBe(code);
  for (const [program, status] of Object.entries({
    "no-such-program": 127,
    "/no/such/program": 127,
    "/workspace": 126,
  }))
    expect([program, run(program).status]).toEqual([program, status]);
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => at % 256));
  expect(agentbox(["run", acme.name, "--", "cat"], bytes).stdout.equals(bytes)).toBe(true);
  const { stdout, stderr } = run("sh", "-c", "pwd; id -un; echo ü >&2");
  expect([String(stdout), String(stderr)]).toEqual(["/workspace\ndev\n", "ü\n"]);
});

test("nothing of the person's shell comes along", () => {
  const { stdout } = agentbox(["run", acme.name, "--", "env"], "", {
    PLANTED: "secret",
    LC_ALL: "x",
    EDITOR: "planted",
  });
  expect(String(stdout)).not.toMatch(/PLANTED|LC_ALL|planted/);
});

test("a terminal has its size, its colours and its letters, Ctrl-C and Ctrl-P come through, and it is reset at the end", async () => {
  const [text, code] = await atTerminal(`'${AGENTBOX}' enter ${acme.name}`, [
    "echo size $(stty size) $TERM",
    "tput setaf 1; echo 'üx€' | tr x y",
    "printf 'fi\\033]52;c;cGxhbnRlZA==\\007ll\\033]2;title\\007'",
    "sleep 600",
    "echo o$((40 + 2))",
    "\u0010",
    "exit 7",
  ]);
  expect(code).toBe(7);
  expect(text).toMatch(/size 41 103 xterm-256color/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: red
  expect(text).toMatch(/\u001b\[31m\S*üy€/);
  expect(text.match(/o42/g)).toHaveLength(2);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what resets a terminal
  expect(text).toMatch(/\u001b\\\u001b\[!p[^!]*\u001b\[\?[\d;]+l\u001b\[0m\u001b\[5n\u001b\[23;0t\s*$/);
  expect(text).toContain("\u001b[22;0t");
  expect(text).toContain("fi\u001b\\ll\u001b]2;title\u0007");
  expect(text).not.toContain("\u001b]52;");
});

test("a terminal that nothing in the image describes is xterm-256color there, and an agent's clock has the person's zone", async () => {
  const kinds = [
    "xterm-kitty",
    "xterm-ghostty",
    "wezterm",
    "alacritty",
    "foot",
    "tmux-256color",
    "screen-256color",
    "nobody-knows",
  ];
  const seen: string[] = [];
  for (const TERM of kinds) {
    const [text] = await atTerminal(
      `'${AGENTBOX}' enter ${acme.name} shell -- -c 'echo is $TERM $TZ $(tput colors)'`,
      [],
      {
        TERM,
        TZ: TERM === "foot" ? "Nowhere/Land" : "Asia/Tokyo",
      },
    );
    seen.push(/is (.*?)\r/.exec(text)?.[1] ?? text);
  }
  expect(seen).toEqual([
    "xterm-kitty Asia/Tokyo 256",
    "ghostty Asia/Tokyo 256",
    "wezterm Asia/Tokyo 256",
    "alacritty Asia/Tokyo 256",
    "foot 256",
    "tmux-256color Asia/Tokyo 256",
    "screen-256color Asia/Tokyo 256",
    "xterm-256color Asia/Tokyo 256",
  ]);
});

test("a sandbox that does not run is told, and comes up when that is asked for", async () => {
  await project.engine.ask("stop", "--time", "1", acme.agent);
  const told = run("true");
  expect([told.status, String(told.stderr)]).toEqual([
    3,
    `agentbox: ${acme.name} does not run: ${acme.agent} is "exited". \`agentbox start ${acme.name}\` starts it; this command with --start brings it up, too\n`,
  ]);
  const asked = agentbox(["run", acme.name, "--start", "--", "true"]);
  expect([asked.status, String(asked.stderr)]).toEqual([2, expect.stringContaining("say --yes as well")]);
  const started = agentbox(["run", acme.name, "--start", "--yes", "--", "cat"], "read\n");
  expect([started.status, String(started.stdout)]).toEqual([0, "read\n"]);
  expect(String(started.stderr)).toMatch(/^\S+: changed in [\d.]+ s\n {2}walls {4}proven at /m);
});

test("what an agent made to break out of a copy does not", async () => {
  await acme.exec(
    `mkdir -p d/sub; echo kept >d/sub/f; ln -s ${here} d/out; ln -s ${here}/planted d/link; mkfifo d/pipe; printf '#!' >d/run; chmod 6777 d/run; truncate -s 2G big; ln d/sub/f d/hard`,
  );
  const { status, stderr } = agentbox(["cp", `${acme.name}:d`, `${here}/d`]);
  expect(status).toBe(1);
  expect(
    String(stderr)
      .match(/left out \S+/g)!
      .sort(),
  ).toEqual(["left out d/link:", "left out d/out:", "left out d/pipe:"]);
  expect((readdirSync(join(here, "d"), { recursive: true }) as string[]).sort()).toEqual([
    "hard",
    "run",
    "sub",
    "sub/f",
  ]);
  expect(lstatSync(join(here, "d/run")).mode & 0o7777).toBe(0o755);
  expect(readFileSync(join(here, "d/hard"), "utf8")).toBe("kept\n");
  const large = agentbox(["cp", `${acme.name}:big`, here]);
  expect([large.status, String(large.stderr)]).toEqual([1, expect.stringContaining("more than 1024MiB")]);
  expect(readdirSync(here)).toEqual(["d"]);
  const back = agentbox(["cp", `${acme.name}:d`, acme.workspace]);
  expect([back.status, String(back.stderr)]).toEqual([
    2,
    expect.stringMatching(/is there already|an agent can change it/),
  ]);
});

test("what is copied in comes whole, and goes over nothing", async () => {
  mkdirSync(join(here, "in"));
  writeFileSync(join(here, "in/ü x"), "data");
  expect(agentbox(["cp", join(here, "in"), `${acme.name}:/workspace`]).status).toBe(0);
  expect((await acme.exec("cat 'in/ü x'; stat -c %U in")).stdout).toBe("datadev\n");
  const again = agentbox(["cp", join(here, "in"), `${acme.name}:/workspace`]);
  expect([again.status, String(again.stderr)]).toEqual([1, expect.stringContaining("is there already")]);
  expect(agentbox(["cp", join(here, "in/ü x"), `${acme.name}:as`]).status).toBe(0);
  expect((await acme.exec("cat as; ls -A | grep agentbox")).stdout).toBe("data");
});

test("what an agent prints to its container's log steers no terminal", async () => {
  await acme.exec("printf 'x\\033[2Jy\\n' >/proc/1/fd/1");
  const { status, stdout } = agentbox(["logs", acme.name]);
  expect(status).toBe(0);
  expect(String(stdout)).toMatch(/Z {2}agent {4}x\\u\{1b\}\[2Jy$/m);
  expect(String(stdout)).not.toMatch(/[^\P{C}\n]/u);
});

test("with tmux an agent goes on without its terminal, `resume` comes back to it, and no key is in tmux's own environment", async () => {
  const before = (await acme.running()).agent;
  acme.shell = { KEY: "planted-key" };
  acme.write({ agents: ["shell"], tmux: true, secrets: { ONE: { env: "KEY", export: true } } });
  await acme.mustUp();
  expect((await acme.running()).agent).toBe(before);
  // A command of `run` has it as a shell has.
  expect(String(run("printenv", "ONE").stdout)).toBe("planted-key\n");
  const [left] = await atTerminal(`'${AGENTBOX}' enter ${acme.name} shell`, ["mark=$ONE-kept", "\u0002d"]);
  expect(left).toMatch(/\[detached/);
  const refused = await atTerminal(`'${AGENTBOX}' enter ${acme.name} shell -- -c true`, []);
  expect(refused).toEqual([expect.stringMatching(/shell is at work already/), 2]);
  const [back] = await atTerminal(`'${AGENTBOX}' resume ${acme.name}`, ["echo is $mark", "exit"]);
  expect(back).toMatch(/is planted-key-kept/);
  await atTerminal(`'${AGENTBOX}' enter ${acme.name} shell`, [
    "tmux show-environment -g >/workspace/environment",
    "exit",
  ]);
  const kept = (await acme.exec("cat environment")).stdout;
  expect(kept).toMatch(/^HOME=/m);
  expect(kept).not.toContain("planted-key");
});

describe("ssh without a port", () => {
  const host = `${acme.name}.sandbox`;
  const settings = join(project.folder, ".state/ssh/config");
  const environment = { ...project.environment(), PLANTED: "secret" };
  /** A program of OpenSSH's, by nothing but what `ssh-config` has written. */
  const by = (program: string, args: string[], input = "") =>
    spawnSync(program, ["-F", settings, ...args], { input, env: environment, timeout: 60_000 });
  const ssh = (...args: string[]) => by("ssh", args);

  beforeAll(() => {
    const { status, stdout, stderr } = agentbox(["ssh-config", acme.name]);
    expect([status, String(stderr)]).toEqual([0, ""]);
    expect(String(stdout)).toContain(`Include "${settings}"`);
  });

  test("exit codes, stdin and what the container's environment has are there, and nothing of the person's", () => {
    expect(ssh(host, "exit 42").status).toBe(42);
    expect(String(by("ssh", [host, "cat"], "one\n").stdout)).toBe("one\n");
    const { stdout } = ssh("-o", "SendEnv=PLANTED", "-o", "SetEnv=OTHER=planted", host, "id -un; env");
    expect(String(stdout)).toMatch(/^dev\n/);
    expect(String(stdout)).toMatch(/^SSL_CERT_FILE=\/etc\/ssl\/certs\/ca-certificates.crt$/m);
    expect(String(stdout)).not.toMatch(/PLANTED|planted/);
  });

  test("there is a terminal", async () => {
    const typed = ["echo size $(stty size) $(tty)", "echo 'üx' | tr x y", "exit 6"];
    const [text, code] = await atTerminal(`ssh -F ${settings} ${host}`, typed);
    expect(code).toBe(6);
    expect(text).toMatch(/size 41 103 \/dev\/pts\/\d/);
    expect(text).toMatch(/üy/);
  });

  test("scp, sftp and rsync carry files both ways", () => {
    writeFileSync(join(here, "sent"), "data");
    expect(by("scp", ["-q", join(here, "sent"), `${host}:/workspace/by-scp`]).status).toBe(0);
    expect(by("scp", ["-q", `${host}:/workspace/by-scp`, join(here, "back")]).status).toBe(0);
    expect(by("sftp", ["-q", "-b", "-", host], `get /workspace/by-scp ${here}/by-sftp\n`).status).toBe(0);
    const rsync = ["-a", "-e", `ssh -F ${settings}`, join(here, "sent"), `${host}:/workspace/by-rsync`];
    const { status, stderr } = spawnSync("rsync", rsync, { env: environment });
    expect([status, String(stderr)]).toEqual([0, ""]);
    for (const file of ["back", "by-sftp"]) expect(readFileSync(join(here, file), "utf8")).toBe("data");
    expect(String(run("cat", "by-rsync").stdout)).toBe("data");
  });

  // What ends with a status of its own is a session: the request was refused, and the session begun without it, or not at all.
  test.each([
    ["a port of this machine", ["-R", "18080:127.0.0.1:22"], /remote port forwarding failed/],
    ["a socket of this machine", ["-R", "/tmp/way.sock:127.0.0.1:22"], /remote port forwarding failed/],
    ["a tunnel", ["-w", "any:any"], /unnel/],
  ])("the sandbox gets no way to %s", (_what, args, says) => {
    const { status, stderr } = ssh("-o", "ExitOnForwardFailure=yes", ...args, host, "true");
    expect([status, String(stderr)]).toEqual([255, expect.stringMatching(says)]);
  });

  test("the sandbox gets neither the person's ssh-agent nor their display", () => {
    const agent = spawnSync("ssh-agent", ["-c"], { encoding: "utf8" }).stdout;
    const [, socket] = /SSH_AUTH_SOCK (\S+);/.exec(agent)!;
    const [, pid] = /SSH_AGENT_PID (\d+);/.exec(agent)!;
    try {
      const args = ["-F", settings, "-A", "-Y", host, 'echo "agent=$SSH_AUTH_SOCK display=$DISPLAY"'];
      const env = { ...environment, SSH_AUTH_SOCK: socket, DISPLAY: ":0" };
      expect(String(spawnSync("ssh", args, { env }).stdout)).toBe("agent= display=\n");
    } finally {
      process.kill(Number(pid));
    }
  });

  test("a forwarded port leads to the sandbox itself and nowhere else, by -D as by -L", async () => {
    await acme.exec("(python3 -m http.server 8765 --bind 127.0.0.1 >/dev/null 2>&1 &) ; sleep 1");
    expect(String(by("ssh", ["-W", "localhost:8765", host], "GET / HTTP/1.0\r\n\r\n").stdout)).toMatch(
      /^HTTP\/1.0 200/,
    );
    const inner = String(
      run("sh", "-c", "getent hosts $(hostname) | cut -d' ' -f1; ip route | sed -n 's/.*src //p'").stdout,
    );
    const gateway = (await project.engine.inspect(acme.gateway)).NetworkSettings.Networks[`${acme.name}-inner`]
      .IPAddress;
    for (const elsewhere of [
      `${gateway}:53`,
      "acme.example:443",
      ...inner
        .split("\n")
        .filter(Boolean)
        .map((one) => `${one.trim()}:8765`),
    ]) {
      const { status, stderr } = ssh("-W", elsewhere, host);
      expect([elsewhere, status, String(stderr)]).toEqual([
        elsewhere,
        255,
        expect.stringMatching(/administratively prohibited/),
      ]);
    }
    const proxy = spawn("ssh", ["-F", settings, "-N", "-D", "127.0.0.1:18099", host], {
      env: environment,
      stdio: "ignore",
    });
    try {
      await new Promise((done) => setTimeout(done, 2000));
      const through = (url: string) =>
        spawnSync("curl", ["-sS", "-m", "5", "--noproxy", "", "--socks5-hostname", "127.0.0.1:18099", url]).status;
      expect(through("http://localhost:8765/")).toBe(0);
      expect(through(`http://${gateway}:53/`)).not.toBe(0);
    } finally {
      proxy.kill();
    }
  });

  test("no other key, user, password or host key is taken", () => {
    spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(here, "other")]);
    const text = readFileSync(settings, "utf8");
    const with_ = (name: string, changed: string) => {
      writeFileSync(join(here, name), changed, { mode: 0o600 });
      return spawnSync("ssh", ["-F", join(here, name), "-o", "BatchMode=yes", host, "true"], { env: environment });
    };
    const key = with_("c1", text.replace(/IdentityFile .*/, `IdentityFile ${here}/other`));
    expect([key.status, String(key.stderr)]).toEqual([255, expect.stringMatching(/Permission denied \(publickey\)/)]);
    expect(ssh("-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=0", host, "true").status).toBe(
      255,
    );
    expect(ssh(`root@${host}`, "true").status).toBe(255);
    const unknown = with_("c2", text.replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${here}/other.pub`));
    expect([unknown.status, String(unknown.stderr)]).toEqual([
      255,
      expect.stringMatching(/Host key verification failed/),
    ]);
  });

  test("the host's key and the person's are in no argument, no image and no environment", async () => {
    const secret = (file: string) =>
      readFileSync(join(project.folder, ".state/ssh", acme.name, file), "utf8").split("\n")[3]!;
    const session = spawn("ssh", ["-F", settings, host, "sleep 20"], { env: environment, stdio: "ignore" });
    await new Promise((done) => setTimeout(done, 2000));
    const seen = spawnSync("sh", ["-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null"], {
      maxBuffer: 2 ** 27,
    }).stdout;
    session.kill();
    for (const file of ["host", "id"]) {
      expect(secret(file).length).toBeGreaterThan(40);
      expect(seen.includes(secret(file))).toBe(false);
      expect(JSON.stringify(await project.engine.inspect(acme.agent))).not.toContain(secret(file));
    }
  });

  test("nothing listens and nothing of it runs between sessions", async () => {
    const look = "ss -Hltn | grep -v '127.0.0.'; pgrep -c sshd";
    await eventually(
      async () => (await acme.exec(look)).stdout,
      (seen) => seen === "0\n",
    );
  });

  test("a destroy takes the keys and the settings with it", async () => {
    const { code, text } = await acme.destroy();
    expect(code).toBe(0);
    expect(text).toContain(`keys of ssh, and the settings for ${host}`);
    expect(existsSync(join(project.folder, ".state/ssh", acme.name))).toBe(false);
    expect(readFileSync(settings, "utf8")).not.toContain(acme.name);
  });
});
