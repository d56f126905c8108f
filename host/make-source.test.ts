import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSource, refuseMaking } from "./make-source.ts";
import { sourceId } from "./source-id.ts";

let root: string;
const at = (name: string) => join(root, name);
const owner = { uid: process.getuid?.() || 1000, gid: process.getgid?.() || 1000 };
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "make-source-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test.each([
  ["dir", 0o700],
  ["file", 0o600],
] as const)("a %s is made for the agent's user alone, whatever the umask", (as, mode) => {
  const before = process.umask(0);
  try {
    expect(makeSource(at("new"), as, owner)).toBe(sourceId(at("new")));
  } finally {
    process.umask(before);
  }
  expect(statSync(at("new"))).toMatchObject({ ...owner, size: expect.any(Number) });
  expect(statSync(at("new")).mode & 0o7777).toBe(mode);
});

test("nothing that is there is taken, and nothing is made through a link", () => {
  mkdirSync(at("elsewhere"));
  symlinkSync("elsewhere", at("way"));
  symlinkSync("elsewhere/new", at("new"));
  for (const as of ["dir", "file"] as const) {
    expect(() => makeSource(at("new"), as, owner)).toThrow(/could not be made: EEXIST/);
    expect(() => makeSource(at("way/new"), as, owner)).toThrow(/could not be made: its directory is another one/);
    expect(() => makeSource(at("none/new"), as, owner)).toThrow(/could not be made/);
  }
  expect(existsSync(at("elsewhere/new"))).toBe(false);
  writeFileSync(at("file"), "kept");
  expect(() => makeSource(at("file"), "file", owner)).toThrow(/EEXIST/);
  expect(statSync(at("file")).size).toBe(4);
});

test("where another user could put something in its place nothing is made, and the directory is named", () => {
  const refused = (name: string) => refuseMaking(at(name), owner);
  expect(refused("new")).toBeUndefined();
  mkdirSync(at("open/below"), { recursive: true });
  chmodSync(at("open"), 0o777);
  expect(refused("open/below/new")).toBe(
    `cannot be made safely, for another user can write ${at("open")}; make it by hand, or choose a directory of your own`,
  );
  // The members of a group that is neither root's nor the person's own.
  chmodSync(at("open"), 0o770);
  expect(refused("open/below/new")).toBeUndefined();
  if (process.geteuid?.() === 0) chownSync(at("open"), 0, 4242);
  jest.spyOn(process, "getegid").mockReturnValue(4343);
  expect(refuseMaking(at("open/below/new"), { ...owner, gid: 4343 })).toMatch(/^cannot be made safely/);
  jest.restoreAllMocks();
  chmodSync(at("open"), 0o1777);
  expect(refused("open/below/new")).toBeUndefined();
  expect(refused("none/new")).toBe(`cannot be made, for ${at("none")} is no directory; make that (mkdir -p)`);
  renameSync(at("open"), at("moved"));
  symlinkSync("gone", at("link"));
  expect(refused("link")).toMatch(/^is a link that leads nowhere/);
});
