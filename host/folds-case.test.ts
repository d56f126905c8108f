import { linkSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foldsCase, type Names } from "./folds-case.ts";

/** A file system with these files. */
const fileSystem = (folds: boolean, paths: readonly string[]): Names => {
  const number = (path: string) =>
    paths.findIndex((one) => one === path || (folds && one.toLowerCase() === path.toLowerCase()));
  return {
    list: (directory) =>
      paths.filter((path) => path.startsWith(`${directory}/`)).map((path) => path.slice(directory.length + 1)),
    look: (path) => (number(path) < 0 ? undefined : `${number(path)}`),
  };
};

test.each([
  ["by a name in the directory", ["/w/.git"]],
  ["by its own name, where there is none in it", ["/w"]],
  ["by its own name, where those in it have no letters", ["/w", "/w/1"]],
  ["by a name above it", ["/w", "/w/2"]],
])("whether spelling matters is seen %s", (_, paths) => {
  const directory = paths.at(-1) === "/w/2" ? "/w/2" : "/w";
  expect(foldsCase(directory, fileSystem(true, paths))).toBe(true);
  expect(foldsCase(directory, fileSystem(false, paths))).toBe(false);
});

test("two names of one file are no two spellings of one name", () => {
  const directory = mkdtempSync(join(tmpdir(), "folds-"));
  try {
    writeFileSync(join(directory, "a"), "");
    linkSync(join(directory, "a"), join(directory, "A"));
    expect(foldsCase(directory)).toBe(false);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a name that comes while it is looked for is another name", () => {
  const paths = ["/w/a"];
  const there = fileSystem(false, paths);
  const look = (path: string) => {
    if (path === "/w/A") paths.push("/w/A");
    return there.look(path);
  };
  expect(foldsCase("/w", { ...there, look })).toBe(false);
});

test("files are told apart by their names, whatever numbers they have", () => {
  const there = fileSystem(true, ["/w/a"]);
  expect(foldsCase("/w", { ...there, look: (path) => there.look(path) && path })).toBe(true);
});

test.each([
  ["one of the names that are tried is moved", ["/w/a", "/w/b"]],
  ["all of them are", ["/w/a"]],
])("where spelling does not matter, that is seen though %s meanwhile", (_, paths) => {
  const there = fileSystem(true, ["/w", ...paths]);
  const list = () => {
    const listed = there.list("/w");
    // Whoever lists once more finds the name as it was tried.
    return [...listed.filter((name) => name !== "a"), looked++ === 0 ? "a" : "A"];
  };
  let looked = 0;
  expect(foldsCase("/w", { ...there, list })).toBe(true);
});
