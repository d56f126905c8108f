import {
  appendFileSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { judge } from "../../plan/guardrails.ts";
import { mountPointProblems } from "../../plan/mount-point.ts";
import { planCase } from "../../test/golden/render.ts";
import { surveyRepository } from "./look.ts";

const ROOT = join(import.meta.dirname, "../..");
const { XDG_CONFIG_HOME } = process.env;

let root: string;
const at = (path: string) => join(root, path);
const put = (path: string, text: string) => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};
const uid = () => statSync(at("work")).uid;
const look = (writable: string[] = []) =>
  surveyRepository({ path: at("work"), uid: uid() }, [
    { path: at("work"), what: "the workspace" },
    ...writable.map((path) => ({ path: at(path), what: "another" })),
  ]);

/** A repository as git makes one: HEAD, config, hooks, objects, refs, logs. */
function repository(path: string, config = "[core]\n\tbare = false\n"): void {
  for (const folder of ["objects", "refs", "logs", "hooks"]) mkdirSync(at(`${path}/${folder}`), { recursive: true });
  put(`${path}/HEAD`, "ref: refs/heads/main\n");
  put(`${path}/config`, config);
}

/** The same of a linked worktree at `work`. */
function worktree(): void {
  repository("main/.git");
  put("main/.git/worktrees/side/commondir", "../..\n");
  put("main/.git/worktrees/side/gitdir", `${at("work/.git")}\n`);
  put("work/.git", `gitdir: ${at("main/.git/worktrees/side")}\n`);
}

const elsewhere = (path: string) => put("work/.git", `gitdir: ${at(path)}\n`);

/** And of a submodule. */
function submodule(): void {
  repository(
    "super/.git/modules/sub",
    `[core]\n\tbare = false\n\tworktree = ../../../../work\n[remote "origin"]\n\turl = x\n`,
  );
  put("work/.git", "gitdir: ../super/.git/modules/sub\n");
}

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "repository-")));
  process.env.XDG_CONFIG_HOME = at("config");
  mkdirSync(at("work"));
  if (process.getuid?.() === 0) chownSync(at("work"), 1000, 1000);
});
afterEach(() => {
  process.env.XDG_CONFIG_HOME = XDG_CONFIG_HOME;
  if (XDG_CONFIG_HOME === undefined) delete process.env.XDG_CONFIG_HOME;
  rmSync(root, { recursive: true, force: true });
});

test("of a linked worktree the whole repository is read, and what git writes for this worktree is written", () => {
  worktree();
  const { repository, warning } = look();
  expect(warning).toBeUndefined();
  const views = repository!.views.map(({ at: place, source, readOnly, pinned }) => [
    place,
    source.replace(root, ""),
    readOnly ? "ro" : "rw",
    pinned ?? false,
  ]);
  const made = expect.stringMatching(/^\/config\/agent-sandbox\/git-[0-9a-f]{16}$/);
  expect(views).toEqual([
    ["/repository", "/main/.git", "ro", false],
    ["/repository/objects", "/main/.git/objects", "rw", false],
    ["/repository/refs", "/main/.git/refs", "rw", false],
    ["/repository/logs", "/main/.git/logs", "rw", false],
    ["/repository/worktrees/side", "/main/.git/worktrees/side", "rw", false],
    ["/repository/worktrees/side/commondir", made, "ro", true],
    ["/repository/worktrees/side/gitdir", made, "ro", true],
    ["/repository/worktrees/side/config.worktree", made, "ro", true],
  ]);
  expect(readFileSync(repository!.pointer.path, "utf8")).toBe("gitdir: /repository/worktrees/side\n");
  expect(repository!.views.slice(5).map(({ source }) => readFileSync(source, "utf8"))).toEqual([
    "/git\n",
    "/workspace/.git\n",
    "",
  ]);
  // Git reads no .git of another user's.
  expect(statSync(repository!.pointer.path)).toMatchObject({ uid: uid() });
  expect(statSync(repository!.pointer.path).mode & 0o7777).toBe(0o444);
});

test("settings of the worktree's own are shown and not written, and the empty file that an engine leaves changes nothing", () => {
  worktree();
  const before = look();
  put("main/.git/worktrees/side/config.worktree", "");
  expect(look()).toEqual(before);
  put("main/.git/worktrees/side/config.worktree", "[core]\n\tsparseCheckout = true\n");
  expect(look().repository?.views.at(-1)).toMatchObject({
    source: at("main/.git/worktrees/side/config.worktree"),
    readOnly: true,
    pinned: true,
  });
  rmSync(at("main/.git/worktrees/side/config.worktree"));
  symlinkSync("/etc/passwd", at("main/.git/worktrees/side/config.worktree"));
  expect(look()).toEqual({ warning: expect.stringContaining("has a config.worktree that is no file; remove it") });
});

test("of a submodule the directory is written, hooks and config are not, and git is told where the work tree is", () => {
  submodule();
  mkdirSync(at("super/.git/modules/sub/modules"));
  const { repository, warning } = look();
  expect(warning).toBeUndefined();
  const own = at("super/.git/modules/sub");
  expect(repository!.views).toMatchObject([
    { at: "/repository", source: own, readOnly: false },
    { at: "/repository.config", source: `${own}/config`, readOnly: true, pinned: true },
    { at: "/repository/hooks", source: `${own}/hooks`, readOnly: true, pinned: true },
    { at: "/repository/modules", source: `${own}/modules`, readOnly: true, pinned: true },
    { at: "/repository/config", readOnly: true, pinned: true },
  ]);
  const config = readFileSync(repository!.views.at(-1)!.source, "utf8");
  expect(config).toBe(
    "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = /workspace\n[include]\n\tpath = /repository.config\n",
  );
  expect(readFileSync(repository!.pointer.path, "utf8")).toBe("gitdir: /repository\n");
});

test.each<[what: string, make: () => unknown, why: RegExp]>([
  ["a directory that is no repository", () => mkdirSync(at("keys")) ?? elsewhere("keys"), /is no repository/],
  ["nothing", () => elsewhere("nowhere"), /is not there, or a link leads to it/],
  [
    "a repository of the person's that names no work tree",
    () => [repository("other/.git"), elsewhere("other/.git")],
    /does not name this workspace \(core\.worktree\)/,
  ],
  [
    "a submodule of another workspace",
    () => [repository("other", "[core]\n\tworktree = ../elsewhere\n"), elsewhere("other")],
    /does not name this workspace \(core\.worktree\)/,
  ],
  [
    "a worktree of another workspace",
    () => [worktree(), put("main/.git/worktrees/side/gitdir", `${at("elsewhere/.git")}\n`)],
    /does not name this workspace \(gitdir\)/,
  ],
  [
    "a worktree that says it belongs to another repository",
    () => [worktree(), repository("evil"), put("main/.git/worktrees/side/commondir", "../../../../evil\n")],
    /does not name the repository that it lies in \(commondir\)/,
  ],
  [
    "a worktree by a link",
    () => [worktree(), renameSync(at("main"), at("real")), symlinkSync("real", at("main"))],
    /is not there, or a link leads to it/,
  ],
  [
    "a repository with a part that is a link",
    () => [
      worktree(),
      renameSync(at("main/.git/objects"), at("objects")),
      symlinkSync(at("objects"), at("main/.git/objects")),
    ],
    /a part of it is a link/,
  ],
  [
    "a file that is a link",
    () => [
      worktree(),
      renameSync(at("main/.git/worktrees/side/gitdir"), at("said")),
      symlinkSync(at("said"), at("main/.git/worktrees/side/gitdir")),
    ],
    /does not name this workspace \(gitdir\)/,
  ],
  [
    "a repository that has no logs",
    () => [worktree(), rmSync(at("main/.git/logs"), { recursive: true })],
    /has no logs in .*; make the directory \(mkdir\)/,
  ],
  [
    "a submodule without hooks",
    () => [submodule(), rmSync(at("super/.git/modules/sub/hooks"), { recursive: true })],
    /has no hooks in .*; make the directory \(mkdir\)/,
  ],
  [
    "a submodule of another format",
    () => [submodule(), appendFileSync(at("super/.git/modules/sub/config"), "[extensions]\n\tobjectFormat = sha256\n")],
    /has extensions of git in its config/,
  ],
  [
    "a repository that holds the workspace",
    () => [
      repository("."),
      put("worktrees/side/commondir", "../..\n"),
      put("worktrees/side/gitdir", `${at("work/.git")}\n`),
      elsewhere("worktrees/side"),
    ],
    /holds the workspace, which would be seen past its masks/,
  ],
])("a .git that leads to %s mounts nothing, and is told", (_what, make, why) => {
  make();
  const found = look();
  expect(found.repository).toBeUndefined();
  expect(found.warning).toMatch(why);
  expect(found.warning).toMatch(
    /^\.git says that the repository is \/.*: git works on the host and not in the sandbox$/,
  );
});

test("a repository in what another agent writes, or that holds it, is not mounted, whatever it says", () => {
  worktree();
  for (const writable of ["main", "main/.git/worktrees/side/more", "."])
    expect(look([writable])).toEqual({
      warning: expect.stringMatching(/is inside or holds another, where an agent can change it/),
    });
});

test("a file of ours that somebody changed leads nobody anywhere, and a name that no mount has neither", () => {
  worktree();
  const { path } = look().repository!.pointer;
  rmSync(path);
  writeFileSync(path, "gitdir: /elsewhere\n");
  expect(look().warning).toMatch(/cannot be shown \(.* is not what it was made as; remove it, and it is made again\)/);
  rmSync(path);
  renameSync(at("main"), at("ma:in"));
  elsewhere("ma:in/.git/worktrees/side");
  expect(look().warning).toMatch(/has a colon in its name, or a letter that no terminal shows as it is; move it/);
});

test("a .git of the workspace's own, none, and one that is no such file are nobody's repository elsewhere", () => {
  expect(look()).toEqual({});
  for (const text of [
    "gitdir: .bare\n",
    "gitdir: \n",
    "something\n",
    `gitdir: ${"x".repeat(5000)}\n`,
    "gitdir: a\0b\n",
  ]) {
    put("work/.git", text);
    expect(look()).toEqual({});
  }
  rmSync(at("work/.git"));
  symlinkSync(at("main/.git"), at("work/.git"));
  worktreeBehindLink();
  expect(look()).toEqual({});
});

/** What a link leads to is another's matter: masks tell it. */
function worktreeBehindLink(): void {
  repository("main/.git");
}

test.each([
  ["a worktree", worktree],
  ["a submodule", submodule],
])(
  "every mount point of %s holds against an agent, and its directory is judged as any mount is",
  async (_what, make) => {
    make();
    const { repository } = look();
    const config = { "agent-sandbox:workspace": at("work"), "agent-sandbox:agents": ["shell"] };
    const mask = {
      path: ".git",
      id: "1:1",
      kind: "file" as const,
      as: "readonly" as const,
      shows: repository!.pointer,
    };
    const facts = {
      workspace: { path: at("work"), uid: 1000, gid: 1000, id: "1:2" },
      repository: repository!,
      masks: [mask],
    };
    const kept = [{ path: at("config/agent-sandbox"), what: "this product's keys" }];
    const made = await planCase(
      ROOT,
      { name: "x", client: "acme", stack: { config }, facts: { ...facts, kept }, files: {} },
      "docker",
    );
    if ("problems" in made) throw new Error(made.problems.join("\n"));
    const { agent } = made.plan;
    expect(mountPointProblems(agent)).toEqual([]);
    expect(agent.mounts.find(({ at: place }) => place === "/workspace/.git")).toMatchObject({
      source: repository!.pointer.path,
      readOnly: true,
      covers: "1:1",
    });
    // Nothing of it is pinned: then the rule has something to say.
    const loose = agent.mounts.map((mount) =>
      mount.kind === "bind" && mount.pinned ? { ...mount, pinned: undefined } : mount,
    );
    expect(mountPointProblems({ ...agent, mounts: loose as typeof agent.mounts })).not.toEqual([]);
    const theirs = { client: "globex", what: "workspace" as const, path: dirname(repository!.views[0]!.source) };
    const told = judge([{ mounts: agent.mounts }], {
      ...made.facts,
      egress: made.declared.spec.egress,
      neighbours: [theirs],
    });
    expect(told.map(({ guardrail }) => guardrail)).toContain("no-shared-workspace");
  },
);
