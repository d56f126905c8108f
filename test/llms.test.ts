import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/* llms.txt is the list of all pages for programs that read: a line each, with what the page answers. */

const ROOT = join(__dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

test("llms.txt has each page once, and no other", () => {
  const pages = globSync(["*.md", "docs/**/*.md"], { cwd: ROOT }).sort();
  expect(listed(read("llms.txt")).sort()).toEqual(pages);
});

test("each of its lines is a page by its own path, and what it answers", () => {
  const wrong = read("llms.txt")
    .split("\n")
    .filter((line) => line.startsWith("-") && !/^- \[([^\]]+)\]\(\1\): \S.{10,}[^.]$/.test(line));
  expect(wrong).toEqual([]);
});

test("README leads to it, and to the pages for who comes new or is stuck", () => {
  for (const page of [
    "llms.txt",
    "docs/coming-from.md",
    "docs/alternatives.md",
    "docs/failures.md",
    "docs/troubleshooting.md",
  ])
    expect(read("README.md")).toContain(`](${page})`);
});

function listed(text: string): string[] {
  return [...text.matchAll(/^- \[([^\]]+)\]/gm)].map(([, page]) => page!);
}
