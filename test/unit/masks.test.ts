import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dotfileProblems } from "../../host/dotfiles.ts";
import { surveyMasks } from "../../host/masks.ts";
import { refuseDotfile } from "../../model/container/dotfile.ts";
import { maskMounts } from "../../model/container/mask.ts";
import type { Workload } from "../../model/container/workload.ts";
import { judge } from "../../model/guardrails.ts";
import { parseSpec, type Spec } from "../../model/spec/spec.ts";

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
const seen = (masks: unknown[]) => surveyMasks(spec({ masks }), workspace);

test("hooks of git are read-only unless the client says otherwise", () => {
  expect(surveyMasks(spec({}), workspace).masks).toEqual([{ path: ".git/hooks", kind: "directory", as: "readonly" }]);
  expect(seen([])).toEqual({ masks: [], problems: [] });
});

test("a pattern masks all that is there, and what is not there is no mask", () => {
  expect(seen([{ path: ".env*", as: "empty" }, ".vscode", ".idea", { path: ".vscode", as: "empty" }]).masks).toEqual([
    { path: ".env", kind: "file", as: "empty" },
    { path: ".env.local", kind: "file", as: "empty" },
    { path: ".vscode", kind: "directory", as: "empty" },
  ]);
});

test("a link is followed: what it leads to is masked, and outside of the workspace it is refused", () => {
  symlinkSync("main.js", join(workspace, ".secret"));
  expect(seen([".secret"]).masks).toEqual([{ path: "main.js", kind: "file", as: "readonly" }]);
  symlinkSync("/etc", join(workspace, ".claude"));
  symlinkSync(".", join(workspace, ".self"));
  expect(seen([".claude", ".self"]).problems).toEqual([
    { path: "masks[0]", message: expect.stringContaining(".claude is a link that leads to /etc") },
    { path: "masks[1]", message: expect.stringContaining("no part of the workspace") },
  ]);
  expect(seen([".claude/passwd"]).problems).toHaveLength(1);
});

test("a link that leads nowhere, or to itself, shows nothing", () => {
  symlinkSync("nowhere", join(workspace, ".env.gone"));
  symlinkSync(".env.round", join(workspace, ".env.round"));
  symlinkSync("main.js/x", join(workspace, ".env.file"));
  expect(seen([".env*", ".env.round/x"])).toEqual({
    masks: [".env", ".env.local"].map((path) => ({ path, kind: "file", as: "readonly" })),
    problems: [],
  });
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
      expect([mask, problems]).toEqual([mask, [{ path: "masks[0]", message: expect.stringContaining("EACCES") }]]);
      expect(seen([mask]).problems).toEqual([]);
    }
  });
});

/** Root may look into everything. */
function asRegularUser(body: () => void): void {
  if (process.getuid!() !== 0) {
    body();
    return;
  }
  for (const place of ["", ".git", ".git/hooks"]) chownSync(join(workspace, place), 1000, 1000);
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
  const own = { kind: "bind", source: workspace, at: "/workspace", readOnly: false } as const;
  const mounts = [own, ...maskMounts(masks, workspace, "acme-empty")];
  expect(mounts.slice(1).map(({ source, at, readOnly }) => [source, at, readOnly])).toEqual([
    [`${workspace}/.git`, "/workspace/.git", false],
    ["/dev/null", "/workspace/.env", true],
    [`${workspace}/.git/hooks`, "/workspace/.git/hooks", true],
    ["acme-empty", "/workspace/.vscode", true],
  ]);
  const told = { egress: { allow: [], from: [], lan: {}, host: [] }, engine: { host: "unix:///x" }, kept: [] };
  const facts = {
    ...told,
    home: "/home/ann",
    project: "/srv/agent-sandbox",
    neighbours: [],
    profile: "standard" as const,
  };
  const found = (all: typeof mounts) => judge([{ mounts: all } as unknown as Workload], facts);
  expect(found(mounts)).toEqual([]);
  expect(found([own, { kind: "bind", source: "/etc", at: "/workspace/etc", readOnly: true }])).toHaveLength(1);
  expect(found([own, { kind: "bind", source: "/etc", at: "/workspace/etc", readOnly: false }])).toHaveLength(1);
});

test("each directory above a mask is a mount once, and none in a mask", () => {
  const masks = ["a/b", "a/b/c/d e", "a/g/f"].map((path) => ({ path, kind: "file", as: "readonly" }) as const);
  const mounts = maskMounts(masks, "/ws", "acme-empty");
  expect(mounts.map(({ at, readOnly }) => `${at} ${readOnly ? "ro" : "rw"}`)).toEqual([
    ...["/workspace/a rw", "/workspace/a/g rw"],
    ...["/workspace/a/b ro", "/workspace/a/b/c/d e ro", "/workspace/a/g/f ro"],
  ]);
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
