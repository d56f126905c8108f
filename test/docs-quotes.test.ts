import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/* What pages quote is said: messages by some program of this project, and titles by the test that a page names. */

const ROOT = join(__dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const programs = execFileSync(
  "git",
  ["ls-files", "-co", "--exclude-standard", "*.ts", "*.sh", "*.go", "bin", "images"],
  {
    cwd: ROOT,
    encoding: "utf8",
  },
)
  .split("\n")
  .filter((file) => file && existsSync(join(ROOT, file)) && !/^test\/|test\.ts$|_test\.go$/.test(file))
  .map(read)
  .join("\n");

/** Words of other programs, which the last table has as well. */
const OTHERS = ["Could not resolve host", "Read-only file system", "Killed", "docker: command not found"];

test("each message of docs/troubleshooting.md is one that a program prints", () => {
  const all = messages(read("docs/troubleshooting.md"));
  expect(all.length).toBeGreaterThan(40);
  expect(all.filter((message) => !OTHERS.includes(message) && !isSaid(message))).toEqual([]);
});

test.each(["docs/failures.md", "docs/coming-from.md"])(
  "each test that %s names has the title that it quotes",
  (page) => {
    expect(quotes(read(page)).filter(({ file, title }) => !read(file).includes(title))).toEqual([]);
  },
);

test("each failure that a page tells of is shown by a test with a title, or by what the row says", () => {
  const rows = read("docs/failures.md")
    .split("\n")
    .filter((line) => line.startsWith("| "));
  const bare = rows.filter((row) => !/^\| (what fails|---)/.test(row) && quotes(row).length === 0);
  expect(bare.map((row) => row.split(" | ")[0])).toEqual(["| a site is down", "| the passphrase is lost"]);
});

test("what nobody says is found", () => {
  expect(messages("| printed | why |\n| --- | --- |\n| `a gateway of … sings` | x |")).toEqual([
    "a gateway of … sings",
  ]);
  expect(isSaid("a gateway of … sings")).toBe(false);
  expect(isSaid("a wall of … has a hole (LEAK above)")).toBe(true);
  expect(quotes('`test/docs.test.ts`: "no such title"')).toEqual([
    { file: "test/docs.test.ts", title: "no such title" },
  ]);
});

/** The code in the first column of each row. */
function messages(page: string): string[] {
  return [...page.matchAll(/^\| (`.*?) \| /gm)]
    .flatMap(([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)].map(([, code]) => code!))
    .filter((code) => code !== ".git/hooks");
}

/** Whether one line of a program has all pieces of a message in their order; `…` is whatever it fills in. */
function isSaid(message: string): boolean {
  const pieces = message
    .split("…")
    .map((piece) => piece.trim())
    .filter(Boolean);
  const pattern = pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(pattern).test(programs);
}

function quotes(text: string): { file: string; title: string }[] {
  return [...text.matchAll(/`([\w./-]+\.test\.ts)`: "([^"]+)"/g)].map(([, file, title]) => ({
    file: file!,
    title: title!,
  }));
}
