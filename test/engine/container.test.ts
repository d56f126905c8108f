import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme");
const docs = project.directory("docs-of-acme");
const shared = project.directory("data-of-acme");

const config = {
  limits: { cpus: 0.5, memory: "256MiB", pids: 128, tmp: "96MiB", shm: "80MiB" },
  mounts: [
    { host: docs, at: "/docs", mode: "ro" },
    { host: shared, at: "/data", mode: "rw" },
  ],
};

beforeAll(async () => {
  writeFileSync(join(docs, "guide.txt"), "read me");
  acme.write(config);
  await acme.mustUp();
});

test("what files in /tmp and shared memory may take is as large as is asked for", async () => {
  expect((await acme.exec("df --output=size --block-size=1M /tmp /dev/shm | tail -2 | xargs")).stdout).toBe("96 80\n");
});

describe("a mount", () => {
  test("that is ro is read, and never written", async () => {
    expect(await acme.exec("cat /docs/guide.txt")).toMatchObject({ code: 0, stdout: "read me" });
    expect(await acme.exec("echo x > /docs/guide.txt")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Read-only file system"),
    });
    expect((await acme.exec("mount -o remount,rw /docs")).code).not.toBe(0);
  });

  test("that is rw is written, as the workspace's owner", async () => {
    expect(await acme.exec("echo made > /data/file && stat -c %u /data/file")).toMatchObject({
      code: 0,
      stdout: "1000\n",
    });
    expect(readFileSync(join(shared, "file"), "utf8")).toBe("made\n");
  });
});

describe("a limit", () => {
  test("is what the engine holds the agent to", async () => {
    const { HostConfig } = await engine.inspect(acme.agent);
    expect(HostConfig).toMatchObject({
      Memory: 256 * 2 ** 20,
      MemorySwap: 256 * 2 ** 20,
      PidsLimit: 128,
      NanoCpus: 5e8,
    });
  });

  test("of processes ends a fork bomb, and the sandbox lives on", async () => {
    // Python's fork says at once that there is none left; bash would try again for 15 s, and give up the whole script.
    const { stdout } = await acme.exec(`python3 - <<'END'
import os, signal
children = []
try:
    for _ in range(300):
        child = os.fork()
        if child == 0: signal.pause()
        children.append(child)
except BlockingIOError: print(len(children))
for child in children: os.kill(child, signal.SIGKILL)
for child in children: os.waitpid(child, 0)
END`);
    expect(Number(stdout)).toBeGreaterThan(64);
    expect(Number(stdout)).toBeLessThan(128);
    expect(await acme.exec("echo alive")).toMatchObject({ code: 0, stdout: "alive\n" });
  });

  test("of memory ends what wants more, and the sandbox lives on", async () => {
    expect(
      (await acme.exec("python3 -c 'x = bytearray(400 * 2**20); x[::4096] = b\"x\" * len(x[::4096])'")).code,
    ).not.toBe(0);
    expect(await acme.exec("echo alive")).toMatchObject({ code: 0, stdout: "alive\n" });
  });
});

describe("a filter of a repository that was cloned elsewhere", () => {
  const added = (attributes: string, make: string) =>
    acme.exec(
      `rm -rf /tmp/r && git init --quiet /tmp/r && cd /tmp/r && echo '${attributes}' >.gitattributes && ${make} >file && git add file && git cat-file -p :file`,
    );

  test("is there for large files: what is committed is a pointer", async () => {
    expect(await added("file filter=lfs diff=lfs merge=lfs -text", "head -c 5000 /dev/zero")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^version https:\/\/git-lfs\S+\noid sha256:[0-9a-f]{64}\nsize 5000\n$/),
    });
  });

  test.each(["git-crypt", "git-agecrypt", "crypt"])(
    "that encrypts (%s) commits nothing in clear without its program",
    async (name) => {
      expect(await added(`file filter=${name}`, "echo secret")).toMatchObject({
        code: 128,
        stdout: "",
        stderr: expect.stringMatching(
          /'file' is to be encrypted by \S+ \(\.gitattributes\), .* would be committed in clear/,
        ),
      });
    },
  );

  test("lets through what is encrypted already, as it is", async () => {
    expect(await added("file filter=git-crypt", "printf '\\0GITCRYPT\\0x'")).toMatchObject({
      code: 0,
      stdout: "\0GITCRYPT\0x",
    });
  });
});

test.each([
  ["gpg.format=ssh", "there is no key to sign with in this sandbox"],
  [
    "gpg.format=ssh -c user.signingKey=/Users/ann/.ssh/id.pub",
    "the key that user.signingKey names is not in this sandbox",
  ],
  [
    "gpg.format=ssh -c user.signingKey='ssh-ed25519 AAAA x'",
    "the key that user.signingKey names is not in this sandbox",
  ],
  ["gpg.format=openpgp", "gpg is not in this sandbox"],
  ["gpg.format=x509", "gpgsm is not in this sandbox"],
])("a commit that is to be signed with what is not there (%s) says how a sandbox signs", async (setting, said) => {
  const git = `git -c user.name=a -c user.email=a@a.test -c ${setting}`;
  const { code, stderr } = await acme.exec(
    `rm -rf /tmp/r && git init --quiet /tmp/r && cd /tmp/r && ${git} commit --allow-empty -S -m x`,
  );
  expect([code, stderr]).toEqual([128, expect.stringContaining(`${said}`)]);
  expect(stderr).toContain("`git: {ssh: generate}` has commits signed with a key that is the sandbox's own");
});

describe("a mask", () => {
  const masked = project.client("masked");
  const at = (path: string) => join(masked.workspace, path);

  test("shows what is there read-only or empty, tells it in the preview, and leaves the rest writable", async () => {
    execFileSync("git", ["init", "--quiet", masked.workspace]);
    for (const folder of [".git/hooks", ".vscode", ".git/modules/sub/hooks", "api/.git/hooks", "a/b"])
      mkdirSync(at(folder), { recursive: true });
    for (const file of [".git/hooks/pre-commit", ".vscode/tasks.json", ".env", "a/b/.env", ".env.example", "kept"])
      writeFileSync(at(file), "of the person");
    writeFileSync(at(".git/modules/sub/HEAD"), "ref: refs/heads/main");
    mkdirSync(at("sub"));
    writeFileSync(at("sub/.git"), "gitdir: ../.git/modules/sub\n");
    mkdirSync(at("tools"));
    writeFileSync(at("tools/after"), "of the person");
    symlinkSync("../../tools/after", at(".git/hooks/post-merge"));
    execFileSync("git", ["-c", "safe.directory=*", "-C", masked.workspace, "add", ".env.example", "kept"]);
    if (process.getuid?.() === 0) execFileSync("chown", ["-R", "1000:1000", masked.workspace]);
    const masks = [{ path: "**/.env*", as: "empty" }, { path: ".vscode", as: "empty" }, ".git/hokks"];
    masked.write({ masks });
    const { text } = await masked.mustUp();
    expect(text).toContain("masks[0]: git tracks .env.example");
    expect(text).toContain('masks[2]: ".git/hokks" fits nothing in the workspace');
    const nothing = join(process.env.XDG_CONFIG_HOME ?? join(homedir(), ".config"), "agent-sandbox/empty");
    expect((await masked.deployed()).containers.agent.mounts).toMatchObject({
      "/workspace/.git": `${at(".git")} (rw)`,
      "/workspace/.git/hooks": `${at(".git/hooks")} (ro)`,
      "/workspace/.git/modules/sub/hooks": `${at(".git/modules/sub/hooks")} (ro)`,
      "/workspace/api/.git/hooks": `${at("api/.git/hooks")} (ro)`,
      "/workspace/.env": `${nothing} (ro)`,
      "/workspace/a/b/.env": `${nothing} (ro)`,
      "/workspace/.vscode": `${masked.name}-empty (ro)`,
    });
    expect(
      await masked.exec("cat .git/hooks/pre-commit && cat .env a/b/.env .env.example && ls -A .vscode && echo x > new"),
    ).toMatchObject({
      code: 0,
      stdout: "of the person",
    });
    for (const attack of [
      "echo x > .git/hooks/pre-commit",
      "echo x > .git/hooks/post-commit",
      "rm -rf .git/hooks",
      "echo x > .git/modules/sub/hooks/pre-commit",
      "mv .git/modules/sub .git/modules/s",
      "echo x > tools/after",
      "mv tools t",
      "rm sub/.git",
      "mv sub s",
      "echo x > api/.git/hooks/pre-commit",
      "mv api b",
      // Else a link in its place would be followed on the host at the container's next start.
      "mv .git .g",
      "mv .git/hooks .git/h",
      "rm -f .env",
      "mv .vscode .old",
      "touch .vscode/tasks.json",
      "mount -o remount,rw /workspace/.git/hooks",
    ])
      expect([attack, (await masked.exec(attack)).code === 0]).toEqual([attack, false]);
    expect(readFileSync(at(".git/hooks/pre-commit"), "utf8")).toBe("of the person");
    expect(readFileSync(at(".env"), "utf8")).toBe("of the person");
    expect(readFileSync(at(".vscode/tasks.json"), "utf8")).toBe("of the person");
    const me = "export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@x.test GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@x.test";
    const daily = `${me}; rm -rf api/.git/x; git commit -qm first && echo y >> kept && git commit -qam second && git add new && git commit -qm third && git add -A -- ':!api' && git status --short`;
    expect(await masked.exec(daily)).toMatchObject({ code: 0 });
  });

  test("of a file that the host replaced is back after the next `up`, which says that it was lifted", async () => {
    execFileSync("sed", ["-i", "s/of/OF/", at(".env")]);
    expect((await masked.exec("cat .env")).stdout).toContain("the person");
    const { text } = await masked.mustUp();
    expect(text).toContain("mask lifted: /workspace/.env");
    expect(await masked.exec("cat .env")).toMatchObject({ code: 0, stdout: "" });
  });

  test("that is lifted for a moment lets no name of the agent's making stay behind", async () => {
    execFileSync("sed", ["-i", "s/OF/of/", at(".env")]);
    expect(await masked.exec("ln .env notes")).toMatchObject({ code: 0 });
    const { code, text } = await masked.up();
    expect(code).not.toBe(0);
    expect(text).toContain("notes is another name of .env (a hard link)");
    rmSync(at("notes"));
    await masked.mustUp();
    expect(await masked.exec("cat .env")).toMatchObject({ code: 0, stdout: "" });
    expect((await masked.exec("ln .env notes")).code).not.toBe(0);
  });

  test("that fits a name of the agent's making shows no command to the terminal, and says how it is removed", async () => {
    await masked.exec("touch $'.env\\e]0;PWNED\\a'");
    const { code, text } = await masked.preview();
    expect(code).not.toBe(0);
    expect(text).toContain("rm -ri -- $'.env\\x1b]0;PWNED\\x07'");
    expect(text).not.toContain("\u001b]0;PWNED");
    expect(await masked.exec("rm -- $'.env\\x1b]0;PWNED\\x07'")).toMatchObject({ code: 0 });
  });

  test("that leads elsewhere when the container starts is found by verify, and refused by the next `up`", async () => {
    const elsewhere = project.directory("of-the-person");
    writeFileSync(join(elsewhere, "id_ed25519"), "the person's key");
    // What an agent cannot do itself any more.
    renameSync(at(".git/hooks"), at(".git/h"));
    symlinkSync(elsewhere, at(".git/hooks"));
    await engine.ask("restart", "--time", "1", masked.agent);
    expect((await masked.exec("cat .git/hooks/id_ed25519")).stdout).toBe("the person's key");
    expect(await project.agentbox("verify", masked.name)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("LEAK mount /workspace/.git/hooks: "),
    });
    const { code, text } = await masked.up();
    expect(code).not.toBe(0);
    expect(text).toContain(`is a link that leads to ${elsewhere}`);
    rmSync(at(".git/hooks"));
    renameSync(at(".git/h"), at(".git/hooks"));
    await engine.ask("restart", "--time", "1", masked.agent);
    await masked.mustUp();
    expect(await project.agentbox("verify", masked.name)).toMatchObject({ code: 0 });
  });
});

test("a dotfile lies in the home, is read-only, and a new version replaces nothing", async () => {
  const file = join(docs, "vimrc");
  const declared = { ...config, dotfiles: { ".config/vim/vimrc": file } };
  writeFileSync(file, "set number");
  acme.write(declared);
  await acme.mustUp();
  const { agent } = await acme.running();
  const content = () => acme.exec("/usr/local/lib/agent-sandbox/prepare && cat ~/.config/vim/vimrc");
  expect(await content()).toMatchObject({ code: 0, stdout: "set number" });
  expect((await acme.exec("echo x > ~/.config/vim/vimrc")).code).not.toBe(0);
  writeFileSync(file, "set nonumber");
  await acme.mustUp();
  expect((await content()).stdout).toBe("set nonumber");
  acme.write(config);
  await acme.mustUp();
  expect((await content()).code).not.toBe(0);
  expect((await acme.running()).agent).toBe(agent);
});

describe("whatever an agent does to its own home", () => {
  const file = join(docs, "vimrc");
  /** As after a reboot, or when the agent ended the first process: everything is mounted anew. The engine would wait longer each time for one that ends by itself. */
  const restart = async (client: typeof acme) => {
    await engine.ask("restart", "--time", "1", client.agent);
    await ready(client);
  };
  /** Until its first process idles: what makes it ready comes before. */
  const ready = (client: typeof acme) =>
    eventually(
      () => client.exec("cat /proc/[0-9]*/comm"),
      ({ code, stdout }) => code === 0 && stdout.includes("sleep"),
    );
  const whole = async (client: typeof acme) =>
    (
      await client.exec(
        `openssl storeutl -noout -certs /run/agent-sandbox/ca.pem | tail -n 1
         jq -r .client /run/agent-sandbox/policy.json; ls /run/secrets; cat ~/.config/vim/vimrc
         cat ~/.local/state/history/kept ~/.cache/kept; readlink ~/.cache ~/.local/state/history`,
      )
    ).stdout;

  test("its container starts again and has its CA, policy, secrets, dotfiles and state", async () => {
    writeFileSync(file, "set number");
    acme.write({ ...config, dotfiles: { ".config/vim/vimrc": file } });
    await acme.mustUp();
    await acme.exec("/usr/local/lib/agent-sandbox/prepare; echo h >~/.local/state/history/kept; echo c >~/.cache/kept");
    const before = await whole(acme);
    expect(before).toMatch(/Total found: \d+/);
    expect(before).toMatch(/set number.*h\nc\n\/state\/cache\n\/state\/history\n$/s);
    for (const done of [
      ":",
      // Case m2.
      "mv ~/.local/state ~/x; touch ~/.local/state",
      "rm -rf ~/.config; touch ~/.config",
      "rm ~/.config/vim/vimrc; mkfifo ~/.config/vim/vimrc",
      "rm ~/.cache; mkfifo ~/.cache; rm -rf ~/.local; mkfifo ~/.local",
      "rm ~/.cache; ln -s .cache ~/.cache; rm -rf ~/.config; ln -s /nowhere ~/.config",
      "rm ~/.cache; mkdir ~/.cache; echo mine >~/.cache/mine",
      "rm -rf ~/.config ~/.local; ln -s /usr ~/.config; ln -s /usr/share ~/.local",
      "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"/home/dev/.config/vim/s\")'; mv ~/.config/vim/s ~/.cache 2>/dev/null",
      "chmod 000 ~/.local/state ~/.local ~/.config /state/history /state/cache ~",
      "rm -rf /run/agent-sandbox/*; mkdir -p /run/agent-sandbox/ca.pem/x; mkfifo /run/agent-sandbox/policy.json",
      "chmod 000 /workspace",
      "printf 'sleep 1000' >~/.bashrc; cp ~/.bashrc ~/.bash_profile; cp ~/.bashrc ~/.profile; mkdir -p ~/.local/bin; for name in cat mktemp mv openssl find timeout; do printf '#!/bin/sh\\nsleep 1000' >~/.local/bin/$name; chmod +x ~/.local/bin/$name; done",
    ]) {
      await acme.exec(done);
      await restart(acme);
      expect([done, await whole(acme)]).toEqual([done, before]);
    }
    await acme.exec("chmod 755 /workspace; rm -f ~/.bashrc ~/.bash_profile ~/.profile ~/.local/bin/*");
    // What lay in the way is kept.
    expect((await acme.exec("cat ~/.cache.before*/mine")).stdout).toBe("mine\n");
  });

  test("`enter` comes to its shell, and what could not be done is told", async () => {
    const said = await acme.exec(
      "rm -rf ~/.config; mkfifo ~/.config; rm -f /run/agent-sandbox/ca.pem; mkfifo /run/agent-sandbox/ca.pem.1; echo 'echo in' | timeout 60 enter",
    );
    expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining("in\n") });
    expect(await whole(acme)).toContain("set number");
    // A home that takes nothing more: a limit of file sizes stands for a full volume.
    const full = await acme.exec(
      "rm -rf ~/.zshrc; (ulimit -f 0; trap '' XFSZ; exec /usr/local/lib/agent-sandbox/prepare); echo code $?",
    );
    expect(full.stdout).toBe("code 0\n");
    expect(full.stderr).toMatch(/\.zshrc could not be made ready in the home/);
  });

  test("no FIFO, device or huge file in the place of what a shell reads keeps a person out: it is named and laid aside", async () => {
    const hung = [
      ".profile .bash_profile .bash_login .bash_logout .bashrc .inputrc .config/bash_completion .local/state/history/bash",
      ".bash_history .bash_completion .zshenv .zshrc .tmux.conf",
    ].flatMap((names) => names.split(" "));
    for (const make of ["mkfifo", "ln -s /dev/zero", "truncate -s 900G", "mkdir"]) {
      const { stdout } = await acme.exec(
        `cd; rm -rf .config; mkdir .config; for name in ${hung.join(" ")}; do rm -rf $name; ${make} $name; done
         (sleep 1; echo 'echo i""n'; sleep 1; echo exit) | timeout --kill-after=1 20 script -qec enter /dev/null; echo code $?`,
      );
      expect(stdout).toMatch(/^in\r$.*^code 0$/ms);
      for (const name of hung) expect(stdout).toMatch(new RegExp(`/home/dev/${name} is a .* it is kept as .*before`));
    }
    // A history that goes nowhere is a person's wish.
    const kept = await acme.exec(
      "ln -sf /dev/null ~/.bash_history; echo 'readlink ~/.bash_history' | timeout 20 enter",
    );
    expect(kept).toMatchObject({ stdout: "/dev/null\n", stderr: "" });
  });

  test("what it holds up is given up: `enter` comes in limited time", async () => {
    // It is caught at work in some of the tries: it is done in 50 ms.
    const said = await acme.exec(
      `(while :; do pkill -STOP -x prepare-home; done) & trap "kill $!" EXIT
       for try in $(seq 20); do
         echo 'echo in' | timeout 60 enter 2>/tmp/said || exit
         if grep "as a whole" /tmp/said >&2; then exit; fi
       done`,
    );
    expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/^(in\n)+$/) });
    expect(said.stderr).toContain("the home could not be made ready as a whole");
  });

  test("`docker restart` of it loses neither CA, dotfiles nor secrets", async () => {
    const before = await whole(acme);
    await acme.exec("rm -rf ~/.config; rm -f /run/agent-sandbox/ca.pem");
    await engine.ask("restart", "--time", "1", acme.agent);
    await ready(acme);
    expect(await whole(acme)).toBe(before);
  });

  test("none of its volumes comes to lie elsewhere: it moves what leads to each, leaves a link, and ends its first process", async () => {
    for (const dir of [
      "/home/dev/.local/state/history",
      "/home/dev/.cache",
      "/state/history",
      "/state/cache",
      "/home/dev",
    ]) {
      // Case m1.
      await acme.exec(`
        cd /; dir=${dir}
        cp -a /usr/local/bin/. $dir/ 2>/dev/null; printf '#!/bin/bash\\nwhile :; do sleep 1; done' >$dir/entrypoint
        while [ "$dir" != / ]; do
          mv $dir $dir.moved && ln -s /usr/local/bin $dir
          dir=$(dirname $dir)
        done 2>/dev/null`);
      await restart(acme);
      expect([
        dir,
        (await acme.exec("test -w /usr/local/bin || findmnt -n /usr/local/bin; test -w /usr/local/bin")).code,
      ]).toEqual([dir, 1]);
    }
    expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
    // As an agent does it: it ends its first process.
    const before = await engine.ask("inspect", "--format", "{{.State.StartedAt}}", acme.agent);
    await acme.exec("kill -TERM 1");
    await eventually(
      () => engine.ask("inspect", "--format", "{{.State.StartedAt}} {{.State.Running}}", acme.agent),
      (now) => !now.startsWith(before) && now.endsWith("true"),
    );
    await ready(acme);
    expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
    acme.write(config);
    await acme.mustUp();
  });
});

test("when the workspace's owner changes, the client's volumes are the new one's", async () => {
  // Case s12.
  const moved = project.client("moved");
  await moved.mustUp();
  await moved.exec("echo kept >~/note; mkdir ~/of; ln -s /etc/passwd ~/of/link; echo h >~/.local/state/history/kept");
  // It is at work until it is replaced.
  await moved.exec("setsid bash -c 'while :; do date >~/of/$RANDOM; done' >/dev/null 2>&1 &");
  execFileSync("chown", ["-R", "501:20", moved.workspace]);
  await moved.mustUp();
  expect(
    (
      await moved.exec(
        "id -u; touch ~/z ~/of/z ~/.cache/z && cat ~/note ~/.local/state/history/kept; find ~ /state ! -uid 501 ! -path /state; stat -c %U:%G /etc/passwd",
      )
    ).stdout,
  ).toBe("501\nkept\nh\nroot:root\n");
  expect(await moved.plannedChanges()).toEqual({});
});

describe("state by purpose", () => {
  test("outlives the container: what replaces the agent keeps its home", async () => {
    await acme.exec("echo kept > ~/note; echo lost > /tmp/note");
    const { agent } = await acme.running();
    acme.write({ limits: { cpus: 0.5, memory: "256MiB", pids: 100 } });
    expect(Object.keys(await acme.plannedChanges())).toContain(acme.agent);
    await acme.mustUp();
    expect((await acme.running()).agent).not.toBe(agent);
    expect((await acme.exec("cat ~/note /tmp/note /docs/guide.txt")).stdout).toBe("kept\n");
  });
});
