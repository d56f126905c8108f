import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gitSetting } from "../../host/git-config.ts";
import { tellHostHooks } from "./look/host-hooks.ts";

let workspace: string;
beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), "host-hooks-")));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

function put(path: string, text = ""): void {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), text);
}
const hooksPath = (path: string) => put(".git/config", `[core]\n\tbare = false\n\thooksPath = ${path}\n`);
const told = (...masks: string[]) =>
  tellHostHooks(
    workspace,
    join(workspace, ".git"),
    masks.map((path) => ({ path })),
  ).map(({ message }) => message);

test("a directory of the workspace that core.hooksPath names is told, until it is masked", () => {
  put("tools/hooks/pre-commit");
  hooksPath("tools/hooks");
  expect(told()).toEqual([
    "core.hooksPath leads git on this host to tools/hooks, where an agent writes: what is there runs as you at your next git command. Where agents do without: masks: [tools/hooks]",
  ]);
  hooksPath(`"${workspace}/tools/hooks"`);
  expect(told()).toHaveLength(1);
  expect(told("tools/hooks")).toEqual([]);
  expect(told("tools")).toEqual([]);
  expect(told("tools/hook")).toHaveLength(1);
});

test("of husky it is the folder that its scripts call, not the one of the scripts alone", () => {
  put(".husky/_/pre-commit", '. "$(dirname "$0")/h"');
  hooksPath(".husky/_");
  expect(told()).toEqual([expect.stringContaining("to .husky, where an agent writes")]);
  expect(told(".husky/_")).toHaveLength(1);
  expect(told(".husky")).toEqual([]);
});

test("a link is told by what it leads to, the workspace itself as that, and what lies elsewhere is no agent's", () => {
  put("real/pre-commit");
  symlinkSync("real", join(workspace, "hooks"));
  hooksPath("hooks");
  expect(told()).toEqual([expect.stringContaining("to real, where an agent writes")]);
  hooksPath(".");
  expect(told()).toEqual([
    expect.stringMatching(/to the workspace itself, .* Name another directory \(git config core\.hooksPath\)/),
  ]);
  for (const path of ["/usr", "~/hooks", "none", ""]) {
    hooksPath(path);
    expect(told()).toEqual([]);
  }
});

test.each([
  ["pre-commit", ".pre-commit-config.yaml"],
  ["lefthook", "lefthook.yml"],
  ["overcommit", ".overcommit.yml"],
])("what %s runs by %s is told where a hook calls it, and nowhere else", (runner, file) => {
  put(file, "repos: []\n");
  put(".git/hooks/pre-push.sample", `exec ${runner} run\n`);
  expect(told()).toEqual([]);
  put(".git/hooks/commit-msg", `#!/bin/sh\nexec ${runner} run "$@"\n`);
  expect(told()).toEqual([
    `hooks of git call ${runner} on this host, which runs what ${file} says, and an agent writes it. Where agents do without: masks: [${file}]`,
  ]);
  expect(told(file)).toEqual([]);
});

test("nothing that an agent makes of these files stops the look, or steers a terminal", () => {
  put(".git", "gitdir: elsewhere\n");
  expect(told()).toEqual([]);
  rmSync(join(workspace, ".git"));
  symlinkSync(".git", join(workspace, ".git"));
  expect(told()).toEqual([
    `whether ${workspace}/.git/config has git run hooks of the workspace is not known: it is no plain file of 64 KiB at most`,
  ]);
  rmSync(join(workspace, ".git"));
  put(".git/HEAD");
  expect(told()).toEqual([]);
  mkdirSync(join(workspace, ".git/config"));
  mkdirSync(join(workspace, ".git/hooks/pre-commit"), { recursive: true });
  symlinkSync("loop", join(workspace, ".git/hooks/loop"));
  const unknown = `whether ${workspace}/.git/config has git run hooks of the workspace is not known: it`;
  expect(told()).toEqual([`${unknown} is no plain file of 64 KiB at most`]);
  rmSync(join(workspace, ".git/config"), { recursive: true });
  put("od\u001b[31md/pre-commit");
  hooksPath('"od\u001b[31md"');
  expect(told()[0]).toContain("to od\\u{1b}[31md, where");
  put(".git/config", "x".repeat(70_000));
  expect(told()).toEqual([`${unknown} is no plain file of 64 KiB at most`]);
  put(".git/config", '[includeIf "gitdir:~/"]\n\tpath = ../evil\n');
  expect(told()).toEqual([`${unknown} includes other files, which are not looked at`]);
});

test("a setting of git's is read as git writes it", () => {
  const of = (text: string) => gitSetting(text, "core", "hookspath");
  expect(of("[core]\n\thooksPath = a b # why\n")).toBe("a b");
  expect(of('[core] hookspath = "a;\\"b\\\\" ; why\n')).toBe('a;"b\\');
  expect(of("[CORE]\n  HooksPath=one\n[x]\nhooksPath = two\n[core]\nhooksPath = three\n")).toBe("three");
  for (const text of ["", "[core]\n", '[core "sub"]\nhooksPath = x\n', "hooksPath = x\n", "[core]\nhooksPath = \xff\n"])
    expect(of(text)).toBeUndefined();
});
