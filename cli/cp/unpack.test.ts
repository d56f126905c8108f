import { execFileSync } from "node:child_process";
import {
  chmodSync,
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
import fc from "fast-check";
import { unpack } from "./unpack.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unpack-"));
  mkdirSync(join(folder, "to"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A header of tar, as an agent could write it by itself. */
function header(name: string, { type = "0", size = 0, mode = 0o644, link = "" } = {}): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(mode.toString(8).padStart(7, "0"), 100);
  block.write(size.toString(8).padStart(11, "0"), 124);
  block.write(" ".repeat(8), 148);
  block.write(type, 156);
  block.write(link, 157);
  block.write("ustar\x0000", 257);
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
  );
  return block;
}
const content = (text: string) => Buffer.concat([Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)]);
const file = (name: string, text: string, mode?: number) =>
  Buffer.concat([header(name, { size: text.length, ...(mode !== undefined && { mode }) }), content(text)]);
const attribute = (line: string) => Buffer.concat([header("x", { type: "x", size: line.length }), content(line)]);
const END = Buffer.alloc(1024);

/** Comes in parts of this many bytes, as from a pipe. */
async function* parts(bytes: Buffer, size = 700): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const take = (...blocks: Buffer[]) => unpack(parts(Buffer.concat(blocks)), "d", join(folder, "to/d"), 2 ** 20);

/** What came to be in all of the folder, with modes. */
const there = () =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => name !== "to")
    .sort()
    .map((name) => `${name} ${(lstatSync(join(folder, name)).mode & 0o7777).toString(8)}`);

test("files and directories come as they are, with the right to execute and no other", async () => {
  const source = join(folder, "d");
  mkdirSync(join(source, "sub"), { recursive: true });
  writeFileSync(join(source, "sub/f"), "x".repeat(5000));
  writeFileSync(join(source, `${"ü".repeat(120)}`), "");
  writeFileSync(join(source, "run"), "#!");
  chmodSync(join(source, "run"), 0o6777);
  const archive = execFileSync("tar", ["--format=posix", "-cf", "-", "-C", folder, "d"]);
  rmSync(source, { recursive: true });
  expect(await unpack(parts(archive), "d", join(folder, "to/as"), 2 ** 20)).toEqual({
    leftOut: [],
    repositories: [],
  });
  expect(there()).toEqual(
    ["to/as 755", "to/as/run 755", "to/as/sub 755", "to/as/sub/f 644", `to/as/${"ü".repeat(120)} 644`].sort(),
  );
  expect(readFileSync(join(folder, "to/as/sub/f"), "utf8")).toBe("x".repeat(5000));
});

test("no link, device or pipe comes out, and nothing through one", async () => {
  const { leftOut: left } = await take(
    header("d/", { type: "5" }),
    header("d/out", { type: "2", link: folder }),
    header("d/hard", { type: "1", link: "/etc/passwd" }),
    ...["3", "4", "6", "7", "S", "L", "K", "V"].map((type) => header(`d/type-${type}`, { type })),
    file("d/out/planted", "x"),
    file("d/f", "kept", 0o7777),
    END,
  );
  expect(left.map(({ name }) => name)).toEqual([
    "d/out",
    "d/hard",
    ...["3", "4", "6", "7", "S", "L", "K", "V"].map((type) => `d/type-${type}`),
    "d/out/planted",
  ]);
  expect(there()).toEqual(["to/d 755", "to/d/f 755"]);
});

test("a name that steers whoever lists it does not come out, nor what is below it", async () => {
  const names = ["a\u001b]0;x\u0007", "b\nc", "d\u202etxt.exe"];
  const { leftOut: left } = await take(
    header("d/", { type: "5" }),
    ...names.map((name) => file(`d/${name}`, "x")),
    header("d/e\rf", { type: "5" }),
    file("d/e\rf/g", "x"),
    file("d/\u{1f469}\u200d\u{1f4bb}", "x"),
    END,
  );
  expect(left.map(({ name }) => name)).toEqual([...names.map((name) => `d/${name}`), "d/e\rf", "d/e\rf/g"]);
  expect(there()).toEqual(["to/d 755", "to/d/\u{1f469}\u200d\u{1f4bb} 644"]);
});

test.each<[string, Buffer[], RegExp]>([
  ["a way out", [file("../planted", "x")], /"\.\.\/planted", which is not below "d"/],
  ["a way out below it", [file("d/../../planted", "x")], /not below/],
  ["a whole path", [file("/tmp/planted", "x")], /not below/],
  ["another name", [file("e", "x")], /"e", which is not below "d"/],
  ["a way out in an attribute", [attribute("18 path=d/../../e\n"), file("d", "x")], /not below/],
  ["a file twice", [header("d/", { type: "5" }), file("d/f", "x"), file("d/f", "y")], /EEXIST/],
  ["too much", [header("d", { size: 2 ** 21 }), Buffer.alloc(2 ** 21)], /it is more than 1MiB/],
  [
    "no end of empty files",
    [header("d/", { type: "5" }), ...Array.from({ length: 300 }, (_, at) => file(`d/${at}`, ""))],
    /more than 1MiB/,
  ],
  [
    "endless content of what is left out",
    [header("d", { type: "2", size: 2 ** 30 }), Buffer.alloc(2 ** 21)],
    /more than 1MiB/,
  ],
  ["what never ends after the end", [file("d", "x"), Buffer.alloc(2 ** 21)], /more than 1MiB/],
  ["no end of attributes", Array.from({ length: 2000 }, () => attribute("10 a=bcde\n")), /more than 1MiB/],
  ["a broken sum", [file("d", "x").fill(1, 0, 1)], /a header whose sum is wrong/],
  ["no end", [header("d", { size: 5 })], /it breaks off/],
  ["nothing", [], /it breaks off/],
  ["attributes that are none", [attribute("99 path=d\n")], /attributes that are none/],
  ["a size that is none", [attribute("12 size=-1\n".padEnd(12)), file("d", "x")], /none|without a size/],
  ...["", "0x1", "1e0", "+1", " 1"].map((said): [string, Buffer[], RegExp] => [
    `a size of ${JSON.stringify(said)}`,
    [attribute(`${String(said.length + 9).padStart(2, "0")} size=${said}\n`), file("d", "x")],
    /without a size/,
  ]),
  [
    "an attribute of a length that reads otherwise elsewhere",
    [attribute("1e1 a=bcd\n"), file("d", "x")],
    /attributes that are none/,
  ],
  ["endless attributes", [header("x", { type: "x", size: 2 ** 30 })], /attributes of/],
])("%s is refused, and nothing is left of it", async (_what, blocks, says) => {
  await expect(take(...blocks, ...(_what === "no end" || _what === "nothing" ? [] : [END]))).rejects.toThrow(says);
  expect(there()).toEqual([]);
});

test("whatever comes, nothing is outside of the place, and no link is in it", async () => {
  const name = fc
    .array(fc.constantFrom("d", "..", ".", "", "e", "a", "d/"), { minLength: 1, maxLength: 5 })
    .map((all) => all.join("/"));
  const block = fc.oneof(
    fc
      .tuple(name, fc.constantFrom("0", "1", "2", "5", "x", "g", "L"))
      .map(([one, type]) => header(one.slice(0, 99), { type, link: "../../.." })),
    name.map((one) => file(one.slice(0, 99), "x")),
    fc.uint8Array({ minLength: 0, maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(block, { maxLength: 8 }), async (blocks) => {
      await take(header("d/", { type: "5" }), ...blocks, END).catch(() => {});
      const found = readdirSync(folder, { recursive: true, withFileTypes: true });
      expect(found.filter((one) => !one.isFile() && !one.isDirectory())).toEqual([]);
      expect(readdirSync(folder)).toEqual(["to"]);
      expect(readdirSync(join(folder, "to")).filter((one) => one !== "d")).toEqual([]);
      rmSync(join(folder, "to/d"), { recursive: true, force: true });
    }),
    { numRuns: 200 },
  );
});

test("a repository of git is told of, and what its owner alone read stays so", async () => {
  const directories = ["d/", "d/.git/", "d/.git/objects/", "d/bare/", "d/bare/objects/", "d/objects/"];
  const { repositories } = await take(
    ...directories.map((name) => header(name, { type: "5" })),
    ...[file("d/.git/HEAD", "ref: refs/heads/main\n"), file("d/bare/HEAD", "x"), file("d/key", "secret", 0o400), END],
  );
  expect(repositories).toEqual(["d/.git", "d/bare"]);
  expect(there()).toContain("to/d/key 600");
});

test("so is a repository in parts, a file that leads git to one, and one by other letters that some file systems take for the same", async () => {
  const directories = ["d/", "d/own/", "d/rest/", "d/rest/objects/", "d/.GIT/", "d/.GIT/Objects/", "d/a/", "d/b/"];
  const { repositories } = await take(
    ...directories.map((name) => header(name, { type: "5" })),
    ...[file("d/own/HEAD", "ref: refs/heads/main\n"), file("d/own/commondir", "../rest\n")],
    ...[
      file("d/.GIT/head", "ref: refs/heads/main\n"),
      file("d/a/.git", "gitdir: ../own\n"),
      file("d/b/.g\u200cit", "x"),
    ],
    ...[file("d/a/HEAD", "x"), file("d/.gitignore", "x"), END],
  );
  expect(repositories).toEqual(["d/a/.git", "d/b/.g\u200cit", "d/own", "d/.GIT"]);
});
