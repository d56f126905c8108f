import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, useProject } from "./harness.ts";

const project = useProject();

/** Git of the host, with settings of its own. What it makes is the agent's user's, also where the suite runs as root. */
function git(folder: string, ...args: string[]): string {
  const settings = join(project.directory("settings"), "gitconfig");
  writeFileSync(
    settings,
    '[user]\n\tname = ann\n\temail = ann@acme.example\n[safe]\n\tdirectory = *\n[protocol "file"]\n\tallow = always\n',
  );
  const env = { ...process.env, GIT_CONFIG_GLOBAL: settings, GIT_CONFIG_NOSYSTEM: "1" };
  const said = execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", env }).trim();
  if (process.getuid?.() === 0) execFileSync("chown", ["-R", "1000:1000", project.directory(".")]);
  return said;
}

/** A repository with one commit, and a branch that is in packed-refs alone. */
function repository(name: string): string {
  const folder = project.directory(name);
  git(folder, "init", "--quiet", "--initial-branch=main");
  writeFileSync(join(folder, "file"), "one\n");
  git(folder, "add", "file");
  git(folder, "commit", "--quiet", "--message=one");
  git(folder, "branch", "packed");
  git(folder, "pack-refs", "--all");
  return folder;
}

/** Commands, each with what it said and how it ended. */
async function said(client: Client, ...commands: string[]): Promise<string[]> {
  return Promise.all(
    commands.map(async (command) => {
      const { code, text } = await client.exec(command);
      return `${command}: ${code === 0 ? "done" : "refused"}${text ? `: ${text.trim()}` : ""}`;
    }),
  );
}

describe("a workspace that is a linked worktree", () => {
  const acme = project.client("worktree", { git: { name: "bot", email: "bot@acme.example" } });
  let main: string;
  const common = () => join(main, ".git");
  const own = () => join(common(), "worktrees/side");

  beforeAll(async () => {
    main = repository("main");
    const side = join(project.directory("of-worktrees"), "side");
    git(main, "worktree", "add", "--quiet", "-b", "side", side);
    acme.write({ workspace: side, git: { name: "bot", email: "bot@acme.example" } });
    const { text } = await acme.mustUp();
    expect(text).toMatch(/places +agent.*\/repository ro \(.*\/main\/\.git\)|new +places/);
  });

  const side = () => join(main, "../of-worktrees/side");

  test("is one in the sandbox: what is committed there is on the host at once, and the other way round", async () => {
    expect(
      await acme.exec("git status --short --branch && echo two >>file && git commit --quiet --all --message=two"),
    ).toMatchObject({
      ...{ code: 0, text: "## side\n" },
    });
    expect(git(side(), "log", "--format=%an %s")).toBe("bot two\nann one");
    expect(git(side(), "status", "--short")).toBe("");
    git(main, "pack-refs", "--all");
    git(side(), "commit", "--quiet", "--allow-empty", "--message=three");
    git(main, "gc", "--quiet");
    expect((await acme.exec("git log --format=%s")).stdout).toBe("three\ntwo\none\n");
  });

  test("takes what agents do all day without a word of complaint", async () => {
    const work = `set -eu
      git checkout -q -b topic; echo x >new; git add new; git commit -q -m topic; git checkout -q side; echo y >other; git add other; git commit -q -m other
      git cherry-pick topic >/dev/null; git merge -q --no-edit topic; git reset -q --hard HEAD~1; git -c advice.skippedCherryPicks=false rebase -q topic
      echo z >>file; git stash -q; git stash pop -q; git commit -q -a -m stashed; git tag v1; git tag -d v1 >/dev/null; git gc --quiet; git worktree prune`;
    expect(await acme.exec(work)).toMatchObject({ code: 0, text: "" });
    expect(git(main, "worktree", "list", "--porcelain")).toContain(`worktree ${side()}`);
    expect(git(main, "fsck", "--no-dangling")).toBe("");
  });

  test("lets the agent write nothing that decides what git runs on the host", async () => {
    git(main, "config", "some.key", "of the host");
    const before = ["config", "HEAD", "worktrees/side/commondir", "worktrees/side/gitdir"].map((name) =>
      readFileSync(join(common(), name), "utf8"),
    );
    const tried = await said(
      acme,
      "git config core.fsmonitor /workspace/evil",
      "echo x >/repository/config",
      "echo x >/repository/hooks/pre-commit",
      "mv /repository/hooks /repository/refs/hooks",
      "echo ../evil >/repository/commondir",
      "mkdir /repository/modules",
      "mkdir /repository/worktrees/evil",
      "echo x >/repository/HEAD",
      "echo x >/repository/worktrees/side/commondir",
      "mv /repository/worktrees/side/commondir /repository/worktrees/side/old",
      "ln -sf /workspace/evil /repository/worktrees/side/commondir",
      "rm -f /repository/worktrees/side/gitdir",
      "echo x >/repository/worktrees/side/config.worktree",
      "rm -f /repository/worktrees/side/config.worktree",
      "echo 'gitdir: evil' >.git",
      "mv .git old",
      // Its own view of what all share is root's.
      "ln -sf /workspace/evil /git/config",
      "git pack-refs --all",
    );
    expect(tried.filter((line) => !line.includes(": refused"))).toEqual([]);
    expect(before).toEqual(
      ["config", "HEAD", "worktrees/side/commondir", "worktrees/side/gitdir"].map((name) =>
        readFileSync(join(common(), name), "utf8"),
      ),
    );
    expect(existsSync(join(common(), "commondir"))).toBe(false);
    expect(statSync(join(own(), "config.worktree")).size).toBe(0);
  });

  test("and removes no branch that is packed, which it is told", async () => {
    const { code, text } = await acme.exec("git branch -D packed");
    expect({ code, text }).toMatchObject({
      code: 1,
      text: expect.stringContaining("error replacing /git/packed-refs: Operation not permitted"),
    });
    expect(git(main, "branch", "--list", "packed")).toBe("packed");
  });

  test("stands as it is: an up after it changes nothing, and its walls are proven", async () => {
    expect(await acme.plannedChanges()).toEqual({});
    expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
    const { stdout } = await project.agentbox("posture", acme.name);
    expect(stdout).toMatch(/\/repository ro \(.*\/main\/\.git\)/);
    expect(stdout).toMatch(/\/repository\/refs rw \(/);
  });

  test("and another client's workspace that is of the same repository is refused: both would write its branches", async () => {
    const other = join(main, "../of-worktrees/other");
    git(main, "worktree", "add", "--quiet", "-b", "other", other);
    const globex = project.client("second", { workspace: other });
    const { code, text } = await globex.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(/workspace +.*\/main\/\.git.* is shared with client .*-worktree/);
  });
});

test("a workspace that is a submodule works, and its hooks and config are not the agent's to write", async () => {
  const library = repository("library");
  const whole = repository("super");
  git(whole, "submodule", "--quiet", "add", library, "sub");
  git(whole, "commit", "--quiet", "--message=sub");
  const workspace = join(whole, "sub");
  const modules = join(whole, ".git/modules/sub");
  const config = readFileSync(join(modules, "config"), "utf8");
  const acme = project.client("submodule");
  acme.write({ workspace, git: { name: "bot", email: "bot@acme.example" } });
  await acme.mustUp();
  const work =
    "git rev-parse --show-toplevel && git remote && echo two >>file && git commit --quiet --all --message=two && git branch t && git branch -q -D packed t 2>/dev/null; git log --format=%s -1";
  expect(await acme.exec(work)).toMatchObject({ code: 0, stdout: "/workspace\norigin\ntwo\n" });
  expect(git(workspace, "log", "--format=%an %s", "-1")).toBe("bot two");
  expect(git(whole, "status", "--short")).toMatch(/M sub/);
  const tried = await said(
    acme,
    "git config core.fsmonitor x",
    "echo x >/repository/config",
    "echo x >/repository/hooks/pre-commit",
    "mv /repository/hooks /repository/h",
    "rm -f /repository/config",
    "echo x >.git",
  );
  expect(tried.filter((line) => !line.includes(": refused"))).toEqual([]);
  expect(readFileSync(join(modules, "config"), "utf8")).toBe(config);
  expect(await acme.plannedChanges()).toEqual({});
});

test("a .git file that an agent wrote mounts nothing: of keys, of another workspace's repository, of one that does not say the same", async () => {
  const keys = project.directory("keys");
  writeFileSync(join(keys, "secret"), "of the person\n");
  const theirs = repository("theirs");
  git(theirs, "worktree", "add", "--quiet", "-b", "x", join(project.directory("of-worktrees"), "theirs"));
  const acme = project.client("hostile");
  await acme.mustUp();
  for (const [target, why] of [
    [keys, "is no repository, or a part of it is a link"],
    [join(theirs, ".git"), "does not name this workspace (core.worktree)"],
    [
      join(theirs, ".git/worktrees/theirs"),
      "does not name this workspace (gitdir); where it was moved: git worktree repair",
    ],
  ] as const) {
    rmSync(join(acme.workspace, ".git"), { force: true });
    if ((await acme.exec(`echo 'gitdir: ${target}' >.git`)).code !== 0)
      writeFileSync(join(acme.workspace, ".git"), `gitdir: ${target}\n`);
    const { text } = await acme.mustUp();
    expect(text).toContain(`${target}, which ${why}: git works on the host and not in the sandbox`);
    const { Mounts } = await project.engine.inspect(acme.agent);
    const sources = (Mounts as { Source: string }[]).map(({ Source }) => Source);
    expect(sources.filter((source) => source.startsWith(keys) || source.startsWith(theirs))).toEqual([]);
  }
});
