import fs, {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeStackFile } from "./write-stack-file.ts";

const FILE = "stacks/Pulumi.acme.yaml";
let root: string;
const path = () => join(root, FILE);
const text = () => readFileSync(path(), "utf8");
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "agent-sandbox-stack-file-"));
  mkdirSync(join(root, "stacks"));
  writeFileSync(path(), "one\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a stack file is replaced, keeps its mode, and nothing lies beside it", () => {
  chmodSync(path(), 0o640);
  const before = statSync(path()).ino;
  writeStackFile(root, FILE, "one\n", "two\n");
  expect(text()).toBe("two\n");
  expect(statSync(path()).mode & 0o777).toBe(0o640);
  expect(statSync(path()).ino).not.toBe(before);
  expect(readdirSync(join(root, "stacks"))).toEqual(["Pulumi.acme.yaml"]);
});

test("what somebody has written meanwhile stays", () => {
  writeFileSync(path(), "theirs\n");
  expect(() => writeStackFile(root, FILE, "one\n", "two\n")).toThrow(/was changed meanwhile/);
  expect(() => writeStackFile(root, FILE, undefined, "two\n")).toThrow(/was changed meanwhile/);
  expect(text()).toBe("theirs\n");
});

test("a link stays one, and what it leads to is replaced", () => {
  writeFileSync(join(root, "elsewhere"), "one\n");
  rmSync(path());
  symlinkSync("../elsewhere", path());
  writeStackFile(root, FILE, "one\n", "two\n");
  expect(lstatSync(path()).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(root, "elsewhere"), "utf8")).toBe("two\n");
});

test("a file that is not there is made, with its folder", () => {
  rmSync(join(root, "stacks"), { recursive: true });
  writeStackFile(root, FILE, undefined, "two\n");
  expect(text()).toBe("two\n");
});

test("what lies at the name beside is nobody's to write through, nor to remove", () => {
  const beside = join(root, "stacks", `.${process.pid}.next`);
  symlinkSync(path(), beside);
  expect(() => writeStackFile(root, FILE, "one\n", "two\n")).toThrow(/EEXIST/);
  expect(text()).toBe("one\n");
  expect(lstatSync(beside).isSymbolicLink()).toBe(true);
});

test("while it is written only its user reads it, and a link that takes its name meanwhile hands on neither mode nor owner", () => {
  const [beside, theirs] = [join(root, "stacks", `.${process.pid}.next`), join(root, "theirs")];
  writeFileSync(theirs, "", { mode: 0o600 });
  chmodSync(path(), 0o644);
  const write = fs.writeFileSync;
  let meanwhile: number | undefined;
  const spy = jest.spyOn(fs, "writeFileSync").mockImplementation((...args) => {
    write(...args);
    meanwhile = statSync(beside).mode & 0o777;
    rmSync(beside);
    symlinkSync(theirs, beside);
  });
  try {
    writeStackFile(root, FILE, "one\n", "two\n");
  } finally {
    spy.mockRestore();
  }
  expect([meanwhile, statSync(theirs).mode & 0o777]).toEqual([0o600, 0o600]);
});
