import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
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
import fc from "fast-check";
import { sourceId } from "../../host/source-id.ts";
import { MOST_ENTRIES } from "../../host/tree.ts";
import { judge } from "../../plan/guardrails.ts";
import type { Mount, Workload } from "../../plan/workload.ts";
import { describeWarning } from "../../stack-file/problem.ts";
import { parseSpec, type Spec } from "../../stack-file/spec.ts";
import { setAside } from "../../target/engine/aside.ts";
import { refuseDotfile } from "../dotfiles/dotfile.ts";
import { dotfileProblems } from "../dotfiles/look.ts";
import { tracked } from "./look/git-index.ts";
import { surveyMasks } from "./look/masks.ts";
import { emptyFile } from "./look/nothing.ts";
import { directoriesAbove, MOST_MASK_MOUNTS, maskMounts } from "./mask.ts";
import { fitPath } from "./pattern.ts";

let workspace: string;
beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), "masks-")));
  mkdirSync(join(workspace, ".git/hooks"), { recursive: true });
  mkdirSync(join(workspace, ".vscode"));
  for (const name of [".env", ".env.local", "main.js"]) writeFileSync(join(workspace, name), "x");
});
afterEach(() => rmSync(workspace, { recursive: true }));

const spec = (raw: Record<string, unknown>): Spec => {
  const { spec, problems } = parseSpec({ workspace, ...raw });
  expect(problems).toEqual([]);
  return spec!;
};
const seen = (masks: unknown[] = []) => surveyMasks(spec({ masks }), workspace);
/** The same with a bound of names for each look. */
const seenOf = (masks: unknown[], most: number) => surveyMasks(spec({ masks }), workspace, most);
const at = (path: string) => join(workspace, path);
/** What is masked besides the hooks of the workspace's own repository. */
const masked = (masks: unknown[]) =>
  seen(masks)
    .masks.filter(({ path }) => path !== ".git/hooks")
    .map(({ path, as }) => `${path} ${as}`);
const write = (path: string, text: string | Buffer = "x") => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};
const git = (cwd: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@x.test", "-c", "protocol.file.allow=always", ...args], {
    cwd: at(cwd),
    stdio: "pipe",
  });
/** What guardrails know besides. */
const JUDGED = {
  home: "/home/ann",
  project: "/srv/agent-sandbox",
  neighbours: [],
  kept: [],
  profile: "standard" as const,
  egress: { allow: [], from: [], lan: {}, host: [] },
  engine: { host: "unix:///x" },
};
const said = (problems: readonly { path: string; message: string }[]) =>
  problems.map(({ path, message }) => `${path}: ${message}`);

test("hooks of git are read-only, whatever else the client masks", () => {
  const hooks = { path: ".git/hooks", kind: "directory", as: "readonly", id: sourceId(at(".git/hooks")) };
  expect(seen()).toMatchObject({ masks: [hooks], above: [{ path: ".git", id: sourceId(at(".git")) }] });
  expect(seen()).toMatchObject({ opened: [], warnings: [], problems: [], needsNothing: false });
  expect(seen([".vscode", ".git/hokks"]).masks).toContainEqual(hooks);
});

test("hooks are left to the agent only where the client says writable, and every preview says so", () => {
  for (const pattern of [".git/hooks", "**/.git/hooks", ".git/*", "**/hooks"]) {
    const { masks, opened, warnings } = seen([{ path: pattern, as: "writable" }]);
    expect([pattern, masks, warnings]).toEqual([pattern, [], []]);
    expect(opened).toEqual([{ key: "masks[0]", path: ".git/hooks" }]);
    const verdicts = judge([], { ...JUDGED, opened });
    expect(verdicts).toEqual([
      expect.objectContaining({
        path: "masks[0]",
        level: "advisory",
        message: expect.stringContaining("RUNS ON THIS HOST"),
      }),
    ]);
  }
  expect(said(seen([{ path: "main.js", as: "writable" }]).warnings)).toEqual([
    expect.stringContaining('masks[0]: "main.js" is no place that is masked by default'),
  ]);
  // A mask of the client's own is not taken away by another line of his.
  expect(seen([".git/hooks", { path: ".git/hooks", as: "writable" }]).masks).toHaveLength(1);
});

test("a pattern masks all that is there, and what is not there is no mask", () => {
  expect(masked([{ path: ".env*", as: "empty" }, ".vscode", ".idea", { path: ".vscode", as: "empty" }])).toEqual([
    ".env empty",
    ".env.local empty",
    ".vscode empty",
  ]);
});

test("** is every level, none too, and follows no link", () => {
  for (const path of ["a/.env", "a/b/.env", "a/b/c/d/.env", ".git/x/.env", "node_modules/m/.env", "a/env"]) write(path);
  mkdirSync(at("round/and"), { recursive: true });
  symlinkSync("../..", at("round/and/round"));
  symlinkSync("..", at("a/up"));
  const all = [".env", ".git/x/.env", "a/.env", "a/b/.env", "a/b/c/d/.env", "node_modules/m/.env"];
  expect(masked([{ path: "**/.env", as: "empty" }])).toEqual(all.map((path) => `${path} empty`));
  expect(masked(["a/**/.env"])).toEqual(["a/.env", "a/b/.env", "a/b/c/d/.env"].map((path) => `${path} readonly`));
  expect(masked(["a/**/c/**/.env"])).toEqual(["a/b/c/d/.env readonly"]);
  expect(masked(["**/b/**/.e*"])).toEqual(["a/b/.env", "a/b/c/d/.env"].map((path) => `${path} readonly`));
  expect(masked(["*/b"])).toEqual(["a/b readonly"]);
});

test("what a pattern finds is what fits it, for every tree and pattern", () => {
  const name = fc.constantFrom("a", "b", "ab", ".a");
  const part = fc.constantFrom("a", "*", "a*", "*b", "**", ".a");
  const pattern = fc
    .array(part, { minLength: 1, maxLength: 4 })
    .filter((parts) => parts.at(-1) !== "**")
    .map((parts) => parts.join("/"));
  const files = fc.array(fc.array(name, { minLength: 1, maxLength: 4 }), { maxLength: 8 });
  fc.assert(
    fc.property(files, pattern, (paths, pattern) => {
      rmSync(at("t"), { recursive: true, force: true });
      mkdirSync(at("t"));
      const there = new Set<string>();
      for (const path of paths) {
        mkdirSync(at(["t", ...path].join("/")), { recursive: true });
        path.forEach((_, i) => {
          there.add(["t", ...path.slice(0, i + 1)].join("/"));
        });
      }
      const fits = fitPath(`t/${pattern}`);
      expect(masked([`t/${pattern}`])).toEqual(
        [...there]
          .filter(fits)
          .map((path) => `${path} readonly`)
          .sort(),
      );
    }),
    { numRuns: 60 },
  );
});

test("** inside a name, and at the end, is refused with what to write", () => {
  const problem = (path: string) => parseSpec({ workspace, masks: [path] }).problems.map(({ message }) => message);
  expect(problem("**.env")).toEqual([expect.stringContaining("write **/.env* or .env*")]);
  expect(problem("a/***/b")).toHaveLength(1);
  expect(problem("docs/**")).toEqual([expect.stringContaining("all in it is masked: docs")]);
  expect(problem("**")).toHaveLength(1);
});

test("a pattern that fits nothing is told, with what was meant when it is near", () => {
  expect(said(seen([".git/hokks", ".vscoed", "lib/*.pem", { path: ".env.prod", as: "empty" }]).warnings)).toEqual([
    'masks[0]: ".git/hokks" fits nothing in the workspace, so nothing is masked by it. Did you mean ".git/hooks"?',
    'masks[1]: ".vscoed" fits nothing in the workspace, so nothing is masked by it. Did you mean ".vscode"?',
    'masks[2]: "lib/*.pem" fits nothing in the workspace, so nothing is masked by it.',
    'masks[3]: ".env.prod" fits nothing in the workspace, so nothing is masked by it.',
  ]);
  expect(seen([".git/hooks", ".env*"]).warnings).toEqual([]);
});

test("a link is followed: what it leads to is masked, and outside of the workspace it is refused", () => {
  symlinkSync("main.js", join(workspace, ".secret"));
  expect(masked([".secret"])).toEqual(["main.js readonly"]);
  symlinkSync("/etc", join(workspace, ".claude"));
  symlinkSync(".", join(workspace, ".self"));
  expect(seen([".claude", ".self"]).problems).toEqual([
    { path: "masks[0]", message: expect.stringContaining(".claude is a link that leads to /etc") },
    { path: "masks[1]", message: expect.stringContaining("no part of the workspace") },
  ]);
  expect(seen([".claude/passwd"]).problems).toHaveLength(1);
  expect(seen([".claude/*"]).problems).toHaveLength(1);
  // Where a name fits a link, it is followed in the workspace.
  symlinkSync(".vscode", at(".code"));
  write(".vscode/tasks.json");
  expect(masked([".code/tasks.json"])).toEqual([".vscode/tasks.json readonly"]);
});

test("a link that leads nowhere, or to itself, shows nothing", () => {
  symlinkSync("nowhere", join(workspace, ".env.gone"));
  symlinkSync(".env.round", join(workspace, ".env.round"));
  symlinkSync("main.js/x", join(workspace, ".env.file"));
  expect(masked([".env*", ".env.round/x"])).toEqual([".env readonly", ".env.local readonly"]);
  expect(seen([".env*", ".env.round/x"]).problems).toEqual([]);
});

test("a directory that an agent has shut is told: what is in it does not lose its mask in silence", () => {
  asRegularUser(() => {
    for (const [shut, mask] of [
      [".git", ".git/hooks"],
      ["", ".env*"],
    ] as const) {
      chmodSync(join(workspace, shut), 0o311);
      if (shut) chmodSync(join(workspace, shut), 0);
      const { problems } = seen([mask]);
      chmodSync(join(workspace, shut), 0o755);
      expect([mask, problems[0]]).toEqual([mask, { path: "masks[0]", message: expect.stringContaining("EACCES") }]);
      expect(seen([mask]).problems).toEqual([]);
    }
    // The default looks everywhere, too.
    mkdirSync(at(".git/modules/sub"), { recursive: true });
    for (const shut of [".vscode", ".git/modules/sub"]) {
      chmodSync(at(shut), 0);
      const { problems } = seen([".git/hooks"]);
      chmodSync(at(shut), 0o755);
      expect([shut, problems]).toEqual([shut, [{ path: "masks", message: expect.stringContaining("chmod u+rwx") }]]);
    }
  });
});

test("a directory that another user shut is shut to the agent, too, and stops nothing", () => {
  if (process.getuid!() !== 0) return;
  mkdirSync(at("pgdata"));
  chownSync(workspace, 1000, 1000);
  chownSync(at("pgdata"), 999, 999);
  chmodSync(at("pgdata"), 0o700);
  asRegularUser(() => expect(seen([{ path: "**/.env", as: "empty" }]).problems).toEqual([]));
});

/** Root may look into everything. */
function asRegularUser(body: () => void): void {
  if (process.getuid!() !== 0) {
    body();
    return;
  }
  for (const place of ["", ".git", ".git/hooks", ".vscode"]) chownSync(join(workspace, place), 1000, 1000);
  process.seteuid!(1000);
  try {
    body();
  } finally {
    process.seteuid!(0);
  }
}

test("no mask leaves the workspace", () => {
  for (const path of ["/etc", "../x", "a/../../x", "a//b", ""])
    expect([path, parseSpec({ workspace, masks: [path] }).problems.length]).toEqual([path, 1]);
});

test("a mask is a read-only mount over its own place, in directories that cannot be moved; no guardrail takes it for a foreign one", () => {
  const { masks } = seen([".git/hooks", { path: ".env", as: "empty" }, { path: ".vscode", as: "empty" }]);
  const own: Mount = { kind: "bind", source: workspace, at: "/workspace", readOnly: false };
  const nothing = { path: "/home/ann/.config/agent-sandbox/empty", id: "7:7" };
  const above = directoriesAbove(masks).map((path) => ({ path, id: "1:1" }));
  const facts = { ...JUDGED, nothing };
  const mounts = [own, ...maskMounts({ masks, above, nothing, workspace: { path: workspace } }, "acme-empty")];
  expect(mounts.slice(1).map(({ source, at, readOnly }) => [source, at, readOnly])).toEqual([
    [`${workspace}/.git`, "/workspace/.git", false],
    [nothing.path, "/workspace/.env", true],
    [`${workspace}/.git/hooks`, "/workspace/.git/hooks", true],
    ["acme-empty", "/workspace/.vscode", true],
  ]);
  // Of each, which file it shows or lies over: the next preview finds another one there.
  expect(
    Object.fromEntries(mounts.map((mount) => [mount.at, mount.covers ?? (mount.kind === "bind" && mount.id)])),
  ).toEqual({
    "/workspace": undefined,
    "/workspace/.git": "1:1",
    ...Object.fromEntries(masks.map(({ path }) => [`/workspace/${path}`, sourceId(at(path))])),
  });
  const found = (all: typeof mounts) => judge([{ mounts: all } as unknown as Workload], facts);
  expect(found(mounts)).toEqual([]);
  for (const foreign of [
    { source: nothing.path, at: "/x", readOnly: true },
    { source: nothing.path, at: "/workspace/x", readOnly: false },
    { source: dirname(nothing.path), at: "/workspace/x", readOnly: true },
  ])
    expect([foreign, found([own, { kind: "bind", ...foreign }]).map(({ guardrail }) => guardrail)]).toEqual([
      foreign,
      ["no-foreign-mount"],
    ]);
  expect(found([own, { kind: "bind", source: "/etc", at: "/workspace/etc", readOnly: true }])).toHaveLength(1);
  expect(found([own, { kind: "bind", source: "/etc", at: "/workspace/etc", readOnly: false }])).toHaveLength(1);
});

test("each directory above a mask is a mount once, and none in a mask", () => {
  const masks = ["a/b", "a/b/c/d e", "a/g/f"].map(
    (path) => ({ path, kind: "file", as: "readonly", id: "1:1" }) as const,
  );
  expect(directoriesAbove(masks)).toEqual(["a", "a/g"]);
  const above = directoriesAbove(masks).map((path) => ({ path, id: "1:1" }));
  const mounts = maskMounts({ masks, above, workspace: { path: "/ws" } }, "acme-empty");
  expect(mounts.map(({ at, readOnly }) => `${at} ${readOnly ? "ro" : "rw"}`)).toEqual([
    ...["/workspace/a rw", "/workspace/a/g rw"],
    ...["/workspace/a/b ro", "/workspace/a/b/c/d e ro", "/workspace/a/g/f ro"],
  ]);
});

test("nothing is mounted in a directory that is masked as empty: there is no place for it", () => {
  write("keys/a.pem");
  expect(masked([{ path: "keys", as: "empty" }, { path: "keys/a.pem", as: "empty" }, "keys/*"])).toEqual([
    "keys empty",
  ]);
  expect(seen([{ path: ".git", as: "empty" }]).masks.map(({ path }) => path)).toEqual([".git"]);
});

describe("hooks are masked where git looks for them", () => {
  test("in submodules, in theirs, and in those with a slash in their name", () => {
    git("", "init", "-q", "lib");
    git("lib", "commit", "-q", "--allow-empty", "-m", "a");
    git("", "init", "-q", "mid");
    git("mid", "submodule", "--quiet", "add", at("lib"), "inner");
    git("mid", "commit", "-q", "-m", "a");
    rmSync(at(".git"), { recursive: true });
    git("", "init", "-q", ".");
    git("", "submodule", "--quiet", "add", at("mid"), "deps/mid");
    git("", "submodule", "--quiet", "update", "--init", "--recursive");
    for (const gone of ["lib", "mid"]) rmSync(at(gone), { recursive: true });
    expect(existsSync(at(".git/modules/deps/mid/modules/inner/hooks"))).toBe(true);
    expect(masked([])).toEqual([
      ".git/modules/deps/mid/hooks readonly",
      ".git/modules/deps/mid/modules/inner/hooks readonly",
      // Another one in its place would lead git to other hooks.
      "deps/mid/.git readonly",
      "deps/mid/inner/.git readonly",
    ]);
    expect(seen()).toMatchObject({ warnings: [], problems: [] });
    // A folder of refs or a branch called hooks is none.
    git("", "commit", "-q", "-m", "a");
    git("", "branch", "hooks");
    write(".git/modules/deps/mid/refs/heads/x/hooks");
    expect(masked([])).toHaveLength(4);
    expect(masked([{ path: "deps/mid/.git", as: "writable" }])).not.toContain("deps/mid/.git readonly");
  });

  test("in more submodules than can be masked with the files that lead to them: hooks first, and the rest is told", () => {
    for (let i = 0; i < 80; i++) {
      mkdirSync(at(`.git/modules/m${i}/hooks`), { recursive: true });
      write(`.git/modules/m${i}/HEAD`);
      write(`m${i}/.git`, `gitdir: ../.git/modules/m${i}\n`);
    }
    expect(masked([])).toHaveLength(80);
    expect(seen().problems).toEqual([]);
    expect(said(seen().warnings)).toEqual([expect.stringContaining("lead to the repositories of submodules")]);
  });

  test("where a hook is a link into the workspace: what it leads to is read-only, too", () => {
    write("scripts/pre-commit");
    write("tools/real/pre-push");
    symlinkSync("real", at("tools/way"));
    symlinkSync("../../scripts/pre-commit", at(".git/hooks/pre-commit"));
    symlinkSync(at("tools/way/pre-push"), at(".git/hooks/pre-push"));
    symlinkSync("/bin/true", at(".git/hooks/post-commit"));
    write(".git/hooks/shared");
    symlinkSync("shared", at(".git/hooks/post-checkout"));
    symlinkSync("../../none", at(".git/hooks/post-merge"));
    symlinkSync("../../main.js", at(".git/hooks/update.sample"));
    expect(masked([])).toEqual(["scripts/pre-commit readonly", "tools/real/pre-push readonly"]);
    expect(said(seen().warnings)).toEqual(
      [
        "masks: .git/hooks/post-merge is a link that leads nowhere",
        "masks: .git/hooks/pre-commit is a link to scripts/pre-commit, which is read-only",
        // By way of a link of the agent's.
        "masks: .git/hooks/pre-push is a link, and an agent can put something else in its place",
      ].map((text) => expect.stringContaining(text)),
    );
    expect(masked([{ path: "scripts/pre-commit", as: "writable" }])).toEqual(["tools/real/pre-push readonly"]);
  });

  test("in clones at any depth, but not below node_modules", () => {
    for (const clone of ["api", "web/front", "node_modules/pkg"])
      mkdirSync(at(`${clone}/.git/hooks`), { recursive: true });
    expect(masked([])).toEqual(["api/.git/hooks readonly", "web/front/.git/hooks readonly"]);
    expect(seen([{ path: "*/**/.git/hooks", as: "writable" }])).toMatchObject({
      masks: [{ path: ".git/hooks" }],
      opened: [{ key: "masks[0]", path: "*/**/.git/hooks" }],
    });
    expect(seen([{ path: "api/.git/hooks", as: "writable" }]).opened).toEqual([
      { key: "masks[0]", path: "api/.git/hooks" },
    ]);
  });

  test("where .git is a link, or its hooks are: what they lead to is masked, and that the link can be replaced is told", () => {
    renameSync(at(".git/hooks"), at("tools"));
    symlinkSync("../tools", at(".git/hooks"));
    expect(masked([])).toEqual(["tools readonly"]);
    expect(said(seen().warnings)).toEqual([
      expect.stringContaining("masks: .git/hooks is a link, and an agent can put"),
    ]);
    rmSync(at(".git/hooks"));
    renameSync(at("tools"), at(".git/hooks"));
    renameSync(at(".git"), at("real"));
    symlinkSync("real", at(".git"));
    expect(masked([])).toEqual(["real/hooks readonly"]);
    expect(said(seen().warnings)).toEqual([expect.stringContaining("masks: .git is a link")]);
  });

  test("a link that leads out or nowhere is refused, unless the client leaves it to the agent", () => {
    for (const target of ["/etc", "nowhere"]) {
      rmSync(at(".git/hooks"), { recursive: true, force: true });
      symlinkSync(target, at(".git/hooks"));
      expect(said(seen().problems)).toEqual([
        expect.stringMatching(/^masks: .git\/hooks is a link that leads (to \/etc|nowhere)/),
      ]);
      expect(seen([{ path: ".git/hooks", as: "writable" }])).toMatchObject({ problems: [], masks: [] });
      // One that an agent made in a repository of its own stops nothing.
      mkdirSync(at("own/.git"), { recursive: true });
      renameSync(at(".git/hooks"), at("own/.git/hooks"));
      mkdirSync(at(".git/hooks"));
      expect(seen().problems).toEqual([]);
      expect(said(seen().warnings)).toEqual([expect.stringContaining("own/.git/hooks is a link that leads")]);
      rmSync(at("own"), { recursive: true });
    }
  });

  test("where .git is a file: it is read-only itself, and so are hooks in the workspace; those outside are out of reach", () => {
    rmSync(at(".git"), { recursive: true });
    git("", "init", "-q", "--bare", ".bare");
    write(".git", "gitdir: ./.bare\n");
    expect(masked([])).toEqual([".bare/hooks readonly", ".git readonly"]);
    expect(seen().warnings).toEqual([]);
    const outside = realpathSync(mkdtempSync(join(tmpdir(), "repository-")));
    execFileSync("git", ["init", "-q", outside]);
    write(".git", `gitdir: ${outside}/.git\n`);
    rmSync(at(".bare"), { recursive: true });
    expect(masked([])).toEqual([".git readonly"]);
    rmSync(outside, { recursive: true });
  });

  test("in repositories without a work tree, the workspace itself, too", () => {
    git("", "init", "-q", "--bare", "mirrors/a.git");
    write("src/HEAD");
    write("src/hooks/x");
    expect(masked([])).toEqual(["mirrors/a.git/hooks readonly"]);
    expect(masked([{ path: "mirrors/a.git/hooks", as: "writable" }])).toEqual([]);
    rmSync(at(".git"), { recursive: true });
    git("", "init", "-q", "--bare", ".");
    expect(masked([])).toEqual(["hooks readonly", "mirrors/a.git/hooks readonly"]);
    expect(seen([{ path: "*/**/.git/hooks", as: "writable" }]).masks).toMatchObject([{ path: "hooks" }]);
    expect(seen()).toMatchObject({ problems: [], warnings: [] });
  });

  test("a linked worktree in the workspace has the hooks of its repository, and needs no mask of its own", () => {
    rmSync(at(".git"), { recursive: true });
    git("", "init", "-q", ".");
    git("", "commit", "-q", "--allow-empty", "-m", "a");
    git("", "worktree", "add", "-q", ".worktrees/f");
    expect(seen()).toMatchObject({ masks: [{ path: ".git/hooks" }], warnings: [], problems: [] });
  });

  test("hooks that are not there are told: no mask can lie over them", () => {
    rmSync(at(".git/hooks"), { recursive: true });
    mkdirSync(at("api/.git"), { recursive: true });
    expect(said(seen().warnings)).toEqual([
      expect.stringContaining("masks: .git/hooks, api/.git/hooks are not there, so no mask lies over them"),
    ]);
  });

  test("a .git of an agent's making is none: a pipe, a file that says anything, a chain of them", () => {
    execFileSync("mkfifo", [at("pipe"), at("p.git")]);
    for (const name of ["a", "b", "c", "d", "e"]) mkdirSync(at(name));
    renameSync(at("p.git"), at("a/.git"));
    write("b/.git", `gitdir: ${"x".repeat(9000)}`);
    write("c/.git", "gitdir: ../c/.git\n");
    write("d/.git", Buffer.from("gitdir: \0\xff"));
    mkdirSync(at("e/.git"));
    execFileSync("mkfifo", [at("e/.git/commondir")]);
    mkdirSync(at("e/.git/hooks"));
    expect(seen()).toMatchObject({ warnings: [], problems: [] });
    expect(masked([])).toEqual(["e/.git/hooks readonly"]);
  });
});

describe("another name of a masked file", () => {
  test("is a way past the mask, and refused with how it is removed", () => {
    write("keys/a/id");
    linkSync(at(".env"), at("notes"));
    linkSync(at("keys/a/id"), at(".vscode/id"));
    const masks = [
      { path: ".env", as: "empty" },
      { path: "keys", as: "empty" },
    ];
    expect(said(seen(masks).problems)).toEqual([
      expect.stringMatching(/^masks\[0\]: notes is another name of \.env .* rm -ri -- \$'notes'$/),
      expect.stringContaining("masks[1]: .vscode/id is another name of keys/a/id"),
    ]);
    // Read-only is not hidden.
    expect(seen([...masks, ".vscode"]).problems).toHaveLength(2);
    expect(said(seen([".env"]).problems)).toEqual([expect.stringContaining("masks[0]: notes is another name of .env")]);
    expect(seen([".env", "notes"]).problems).toEqual([]);
    rmSync(at("notes"));
    rmSync(at(".vscode/id"));
    expect(seen(masks).problems).toEqual([]);
  });

  test("is looked for where hooks are, and of no concern where it is no part of the workspace", () => {
    write(".git/hooks/pre-commit");
    const outside = `${workspace}.backup`;
    linkSync(at(".git/hooks/pre-commit"), outside);
    expect(seen()).toMatchObject({ warnings: [], problems: [] });
    rmSync(outside);
    linkSync(at(".git/hooks/pre-commit"), at("x"));
    expect(said(seen().problems)).toEqual([
      expect.stringContaining("masks: x is another name of .git/hooks/pre-commit"),
    ]);
  });

  test("that cannot be looked for is not taken for none", () => {
    for (let i = 0; i < 100; i++) write(`src/${i}`);
    linkSync(at(".env"), at("src/notes"));
    const masks = [{ path: ".env", as: "empty" }];
    expect(seenOf(masks, 150).problems).toEqual([
      { path: "masks", message: expect.stringMatching(/^\.env has more names than one .* holds more than 150 files/) },
    ]);
  });

  test("that is given to a file while its mask is lifted stops the up that puts the mask back", async () => {
    const mounts = maskMounts(
      {
        ...seen([{ path: ".env", as: "empty" }]),
        nothing: { path: at("main.js"), id: "" },
        workspace: { path: workspace },
      },
      "e",
    );
    const all = [{ kind: "bind", source: workspace, at: "/workspace", readOnly: false } as const, ...mounts].map(
      (mount) => (mount.kind === "bind" ? { ...mount, id: undefined } : mount),
    ) as Mount[];
    write("../no-containers", "#!/bin/sh\necho 'Error: No such container: x' >&2\nexit 1\n");
    chmodSync(at("../no-containers"), 0o755);
    const none = { cli: at("../no-containers"), host: "" };
    await setAside(none, "x", { mounts: all, stopGrace: 1 }, false);
    linkSync(at(".env"), at("notes"));
    await expect(setAside(none, "x", { mounts: all, stopGrace: 1 }, false)).rejects.toThrow(
      "notes is another name of .env",
    );
  });
});

describe("a hostile tree", () => {
  test("with more places that fit than can be masked is one sentence: pattern, count and what to do", () => {
    for (let i = 0; i < 300; i++) mkdirSync(at(`d${i}/.git/hooks`), { recursive: true });
    expect(said(seen(["*/.git/hooks"]).problems)).toEqual([
      expect.stringMatching(
        /^masks\[0\]: "\*\/\.git\/hooks" fits 300 places in the workspace; .* 902 mounts, and at most 256 are made\. Mask/,
      ),
    ]);
    expect(said(seen().problems)).toEqual([expect.stringContaining('{path: "*/**/.git/hooks", as: writable}')]);
    expect(seen([{ path: "*/**/.git/hooks", as: "writable" }]).problems).toEqual([]);
    expect(MOST_MASK_MOUNTS).toBe(256);
  });

  test("with more files than a look takes ends it, and says what to do", () => {
    for (let i = 0; i < 40; i++) write(`many/f${i}`);
    const look = (masks: unknown[], most: number) => said(surveyMasks(spec({ masks }), workspace, most).problems);
    expect(look([".git/hooks"], 1000)).toEqual([]);
    expect(look([".git/hooks"], 40)).toEqual([
      expect.stringMatching(
        /^masks: the workspace holds more than 40 files and directories to look at, .*as: writable}$/,
      ),
    ]);
    expect(look([".git/hooks", { path: "**/.env", as: "empty" }], 40)).toEqual([
      expect.stringMatching(/^masks\[1\]: "\*\*\/\.env" looks at every level.*name the directories it is for$/),
    ]);
    expect(look([{ path: "*/**/.git/hooks", as: "writable" }], 40)).toEqual([]);
    expect(MOST_ENTRIES).toBe(1_000_000);
  });

  test("that is deeper than a path may be long is told, and no look fails", () => {
    execFileSync("bash", [
      "-c",
      'cd "$1"; for i in $(seq 30); do n=$(printf "%0200d" $i); mkdir $n; cd $n; done; mkdir .git',
      "-",
      workspace,
    ]);
    const { problems, warnings } = seen([{ path: "**/.env", as: "empty" }]);
    expect(problems).toEqual([]);
    expect(said(warnings)).toEqual([expect.stringContaining("paths are too long to be named")]);
    execFileSync("rm", ["-rf", at(`${"0".repeat(199)}1`)]);
  });

  test("with names that would be commands to a terminal, or are no text, gets no such name into a mount or onto a terminal", () => {
    const names = [".env\u001b]0;PWNED\u0007", ".env\u202egnp", ".env\n2 problems", ".env'$(id)\r"];
    for (const name of names) write(name);
    writeFileSync(Buffer.concat([Buffer.from(at(".env")), Buffer.from([0xff, 0xfe])]), "x");
    mkdirSync(at("x\u001b[2J/.git/hooks"), { recursive: true });
    const hidden = seen([{ path: ".env*", as: "empty" }]);
    expect(hidden.masks.map(({ path }) => path)).toEqual([".env", ".env.local", ".git/hooks"]);
    expect(hidden.problems).toHaveLength(5);
    // What is only read-only stops nothing.
    const readonly = seen([".env*"]);
    expect(readonly.problems).toEqual([]);
    expect(readonly.warnings).toHaveLength(6);
    const told = [...hidden.problems, ...readonly.warnings].map(describeWarning);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there is what is tested
    for (const line of told) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(told).toContainEqual(expect.stringContaining("rm -ri -- $'.env\\x1b]0;PWNED\\x07'"));
    expect(told).toContainEqual(expect.stringContaining(".env\\xff\\xfe"));
    // What is said to be typed removes it.
    for (const line of told.slice(0, 5)) {
      const command = /rm -ri -- (\$'.*')$/.exec(line)![1]!;
      execFileSync("bash", ["-c", `rm -- ${command}`], { cwd: workspace });
    }
    expect(seen([{ path: ".env*", as: "empty" }]).problems).toEqual([]);
  });
});

describe("the empty file over masked files", () => {
  const config = process.env.XDG_CONFIG_HOME;
  beforeEach(() => {
    process.env.XDG_CONFIG_HOME = at("config");
  });
  afterEach(() => {
    if (config === undefined) delete process.env.XDG_CONFIG_HOME;
    else process.env.XDG_CONFIG_HOME = config;
  });

  test("is a regular one that nobody may write, made once, and asked for only where a file is masked as empty", () => {
    const made = emptyFile([]);
    expect(made).toEqual({ path: at("config/agent-sandbox/empty"), id: expect.stringMatching(/^\d+:\d+$/) });
    const { mode, size } = statSync((made as { path: string }).path);
    expect([mode & 0o777, size]).toEqual([0o444, 0]);
    expect(emptyFile([])).toEqual(made);
    expect(seen([{ path: ".env", as: "empty" }]).needsNothing).toBe(true);
    expect(seen([".env", { path: ".vscode", as: "empty" }]).needsNothing).toBe(false);
  });

  test("is refused when it is not what it has to be", () => {
    const { path } = emptyFile([]) as { path: string };
    const why = (): string | object => emptyFile([]);
    chmodSync(path, 0o666);
    expect(why()).toContain("others than you can write it");
    chmodSync(path, 0o644);
    writeFileSync(path, "x");
    expect(why()).toContain("is not empty");
    rmSync(path);
    symlinkSync("/dev/null", path);
    expect(why()).toContain("is no regular file");
    rmSync(path);
    expect(emptyFile([{ path: workspace, what: "the workspace" }])).toContain("an agent can change it");
    rmSync(at("config"), { recursive: true });
    write("config");
    expect(why()).toContain("cannot be made");
  });
});

describe("a masked file that git tracks", () => {
  beforeEach(() => {
    rmSync(at(".git"), { recursive: true });
    git("", "init", "-q", ".");
    for (const file of [".env.example", "conf/a.env", "conf.d/b", "é.env"]) write(file);
    git("", "add", "-A");
  });
  const warned = (masks: unknown[]) => said(seen(masks).warnings);

  test("is told, for git sees it changed", () => {
    expect(warned([{ path: ".env*", as: "empty" }])).toEqual([
      expect.stringMatching(/^masks\[0\]: git tracks .env, .env.example, .env.local, which it sees changed to nothing/),
    ]);
    expect(
      warned([
        { path: "conf", as: "empty" },
        { path: "**/*.env", as: "empty" },
      ]),
    ).toEqual([
      expect.stringContaining("masks[0]: git tracks conf, which"),
      expect.stringContaining("masks[1]: git tracks .env, é.env, which"),
    ]);
    git("", "rm", "-q", "--cached", ".env", ".env.local", ".env.example");
    expect(warned([{ path: ".env*", as: "empty" }])).toEqual([]);
    expect(warned([".env.example"])).toEqual([]);
  });

  test("is found in an index of any version and hash, and in the repository that it belongs to", () => {
    for (const version of ["2", "3", "4"]) {
      git("", "update-index", "--index-version", version);
      expect([version, readFileSync(at(".git/index")).readUInt32BE(4) >= 2]).toEqual([version, true]);
      expect(
        tracked(Buffer.from(at(".git/index")), ["conf/a.env", "conf", "con", "conf/a", "main.js", "nothing"]),
      ).toEqual(["conf/a.env", "conf", "main.js"]);
    }
    git("", "update-index", "--index-version", "4");
    git("", "add", "-N", ".");
    rmSync(at("sub"), { recursive: true, force: true });
    git("", "init", "-q", "--object-format=sha256", "sub");
    write("sub/.env");
    expect(warned([{ path: "sub/.env", as: "empty" }])).toEqual([]);
    git("sub", "add", ".env");
    expect(warned([{ path: "sub/.env", as: "empty" }])).toEqual([expect.stringContaining("git tracks sub/.env")]);
  });

  test("is looked for in every index that git may have written", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}(\/[a-z]{1,40}){0,2}$/), { minLength: 1, maxLength: 12 }),
        fc.constantFrom("2", "4"),
        (paths, version) => {
          rmSync(at("r"), { recursive: true, force: true });
          git("", "init", "-q", "r");
          const given = paths.map((path) => `100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\t${path}`).join("\n");
          execFileSync("git", ["update-index", "--index-info"], { cwd: at("r"), input: given });
          git("r", "update-index", "--index-version", version);
          const listed = git("r", "ls-files").toString().split("\n").filter(Boolean);
          expect(tracked(Buffer.from(at("r/.git/index")), paths)).toEqual(
            paths.filter((path) => listed.some((one) => one === path || one.startsWith(`${path}/`))),
          );
        },
      ),
      { numRuns: 15 },
    );
  });

  test("is not known where the index cannot be read, which is told; nothing of it is believed or waited for", () => {
    const mask = [{ path: ".env", as: "empty" }];
    const index = at(".git/index");
    const good = readFileSync(index);
    rmSync(index);
    expect(warned(mask)).toEqual([]);
    execFileSync("mkfifo", [index]);
    expect(warned(mask)).toEqual([
      expect.stringContaining("whether git tracks what is masked as empty is not known: its index is no file"),
    ]);
    rmSync(index);
    symlinkSync("/etc/passwd", index);
    expect(warned(mask)).toEqual([expect.stringContaining("cannot be read")]);
    rmSync(index);
    for (const bytes of [
      good.subarray(0, 100),
      Buffer.concat([good.subarray(0, 8), Buffer.from([255, 255, 255, 255]), good.subarray(12)]),
    ]) {
      writeFileSync(index, bytes);
      expect(warned(mask)).toEqual([expect.stringContaining("its index makes no sense")]);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: good.length }), (noise, from) => {
        writeFileSync(index, Buffer.concat([good.subarray(0, from), noise]));
        tracked(Buffer.from(index), [".env"]);
      }),
    );
    writeFileSync(index, good);
    git("", "update-index", "--split-index");
    expect(warned(mask)).toEqual([expect.stringContaining("its index is split")]);
  });

  test("is read without running what the repository's settings name", () => {
    git("", "config", "core.fsmonitor", `touch ${at("ran")}; true`);
    git("", "config", "core.hooksPath", at("evil"));
    expect(warned([{ path: ".env", as: "empty" }])).toHaveLength(1);
    expect(existsSync(at("ran"))).toBe(false);
  });
});

describe("a file system that takes two spellings for one name", () => {
  const folded = (masks: unknown[] = []) => surveyMasks(spec({ masks }), workspace, undefined, true);
  const said = (problems: readonly { path: string; message: string }[]) =>
    problems.map(({ path, message }) => `${path} ${message}`);

  test("has masks in any spelling of theirs, and none that holds: each is refused with what to do", () => {
    write(".ENV.production");
    const { masks, problems } = folded([{ path: ".env*", as: "empty" }]);
    expect(masks.map(({ path }) => path)).toEqual([".ENV.production", ".env", ".env.local", ".git/hooks"]);
    expect(said(problems)).toEqual([
      expect.stringMatching(
        /^masks\[0\] \.ENV\.production is \.ENV\.PRODUCTION as well .*2 more like that, .*may read it by another\. .*take the mask away$/,
      ),
      expect.stringMatching(
        /^masks \.git\/hooks is \.GIT\/HOOKS as well .*APFS \(Case-sensitive\).*\{path: "\.git\/hooks", as: writable\}$/,
      ),
    ]);
  });

  test("is gone on with where the client leaves hooks to the agent, in any spelling", () => {
    renameSync(at(".git"), at(".GIT"));
    const { problems, opened } = folded([{ path: ".git/hooks", as: "writable" }]);
    expect({ problems, opened }).toEqual({ problems: [], opened: [{ key: "masks[0]", path: ".GIT/hooks" }] });
  });

  test("stops no up for a repository that an agent may have made: that is told", () => {
    rmSync(at(".git"), { recursive: true });
    mkdirSync(at("lib/.GIT/hooks"), { recursive: true });
    const { problems, warnings, masks } = folded();
    expect(masks.map(({ path }) => path)).toEqual(["lib/.GIT/hooks"]);
    expect(problems).toEqual([]);
    expect(said(warnings)).toEqual([expect.stringContaining("lib/.GIT/hooks is LIB/.GIT/HOOKS as well")]);
  });
});

test("a dotfile that holds keys or belongs to the system is refused, wherever a link to it lies", () => {
  expect(refuseDotfile("/home/ann/.vimrc", "/home/ann")).toBeUndefined();
  expect(refuseDotfile("/home/ann/.config/nvim/init.lua", "/home/ann")).toBeUndefined();
  for (const path of [
    "/home/ann/.ssh/id_ed25519",
    "/home/ann/.netrc",
    "/home/ann/.pulumi/credentials.json",
    "/home/ann/.config/gh/hosts.yml",
    "/etc/shadow",
    "/proc/1/environ",
  ])
    expect([path, typeof refuseDotfile(path, "/home/ann")]).toEqual([path, "string"]);
  const outside = mkdtempSync(join(tmpdir(), "dotfiles-"));
  symlinkSync("/etc/passwd", join(outside, "link"));
  const declared = spec({ dotfiles: { ".a": join(workspace, "main.js"), ".b": "link" } });
  expect(dotfileProblems(declared, outside).map(({ path, message }) => `${path}: ${message}`)).toEqual([
    expect.stringMatching(/^dotfiles\..b: link belongs to the system/),
  ]);
  rmSync(outside, { recursive: true });
  expect(parseSpec({ workspace, dotfiles: { "../x": "~/x" } }).problems).toHaveLength(1);
});
