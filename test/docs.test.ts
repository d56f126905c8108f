import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/* What pages and comments point to is there: decisions by their number, other pages and their headings, files and folders of this project. */

const ROOT = join(__dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter((file) => file && statSync(join(ROOT, file), { throwIfNoEntry: false })?.isFile());
const pages = files.filter((file) => /^([^/]+|docs\/[^/]+)\.md$/.test(file));
/** What people write, but for what a machine made of it. */
const texts = files.filter(
  (file) => !/^test\/golden\/expected\/|(^|\/)(package-lock\.json|go\.sum|LICENSE)$/.test(file),
);
const decisions = read("docs/decisions.md");

test("decisions are numbered in their order, and the index has each of them", () => {
  const titles = headings(decisions).filter(({ depth }) => depth === 2);
  expect(titles.map(({ title }) => /^D-\d+: /.exec(title)?.[0])).toEqual(titles.map((_, at) => `D-${at + 1}: `));
  const index = [...decisions.matchAll(/^- \[(D-\d+)\]\(#(\S+)\) (.*)$/gm)].map(([, id, slug, title]) => ({
    slug,
    title: `${id}: ${title}`,
  }));
  expect(index).toEqual(titles.map(({ slug, title }) => ({ slug, title })));
});

test("every decision that is cited is there", () => {
  const there = headings(decisions).map(({ title }) => title.split(":")[0]!);
  const missing = texts.flatMap((file) =>
    [...read(file).matchAll(/\bD-\d+\b/g)].filter(([id]) => !there.includes(id)).map(([id]) => `${file} cites ${id}`),
  );
  expect(missing).toEqual([]);
});

test("a comment that sends somebody to the decisions says to which", () => {
  const vague = texts
    .filter((file) => !/\.md$|^llms\.txt$/.test(file) && file !== "test/docs.test.ts")
    .flatMap((file) =>
      read(file)
        .split("\n")
        .filter((line) => /decisions\.md(?!, D-\d)/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(vague).toEqual([]);
});

test.each(pages)("every link and every path in %s leads somewhere", (page) => {
  expect([...brokenLinks(page), ...brokenPaths(page)]).toEqual([]);
});

test.each(pages)("every block of %s that names a file has that file's own lines", (page) => {
  expect(staleBlocks(read(page))).toEqual([]);
});

test("each block of TypeScript in docs/add-a-key.md names the file that it shows, and one that went stale is found", () => {
  const page = read("docs/add-a-key.md");
  expect(page).not.toMatch(/^```(ts|diff)$/m);
  expect(blocks(page).length).toBeGreaterThan(8);
  for (const line of ['      role: "dotfile",', "  ...environmentKeys,", "export_of _all"])
    expect(staleBlocks(page.replace(line, "another line"))).toHaveLength(1);
});

test("what leads nowhere is found", () => {
  expect(slugOf("D-43: `agentbox verify` takes what's there")).toBe("d-43-agentbox-verify-takes-whats-there");
  expect(brokenLink("docs/audit.md", "decisions.md#d-0-nothing")).toBe(true);
  expect(brokenLink("docs/audit.md", "decisions.md#d-2-spec-hash")).toBe(false);
  expect(brokenLink("docs/audit.md", "../plan/none.ts")).toBe(true);
  expect(brokenPath("plan/none.ts")).toBe(true);
  expect(brokenPath("stacks/Pulumi.<client>.yaml")).toBe(false);
});

/** Blocks whose first line names a file after the language: the file, and the lines that have to be in it, in pieces. */
function blocks(text: string): { file: string; pieces: string[] }[] {
  return [...text.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, file, lines]) => ({
    file: file!,
    pieces: `\n${lines}`.split(/^…\n/m).map((piece) => (piece.startsWith("\n") ? piece : `\n${piece}`)),
  }));
}

/** What a page shows of a file that does not have it in this order. */
function staleBlocks(text: string): string[] {
  return blocks(text).flatMap(({ file, pieces }) => {
    let rest = existsSync(join(ROOT, file)) ? `\n${read(file)}` : "";
    const missing = pieces.find((piece) => {
      const at = rest.indexOf(piece);
      rest = rest.slice(at + piece.length - 1);
      return at < 0;
    });
    return missing === undefined ? [] : [`${file} has not these lines:${missing}`];
  });
}

function brokenLinks(page: string): string[] {
  return [...prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target) && brokenLink(page, target));
}

function brokenLink(page: string, target: string): boolean {
  const [path = "", heading] = target.split("#");
  const file = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, file))) return true;
  return heading !== undefined && !headings(read(file)).some(({ slug }) => slug === heading);
}

/** Paths in backticks that begin with a folder of this project; `<client>` and `*` stand for any name. */
function brokenPaths(page: string): string[] {
  const folders = new Set(files.filter((file) => file.includes("/")).map((file) => file.split("/")[0]));
  return [...withoutBlocks(read(page)).matchAll(/`([\w.-]+\/[\w./*<>{},-]*)`/g)]
    .map(([, path]) => path!)
    .filter((path) => folders.has(path.split("/")[0]!) && brokenPath(path));
}

function brokenPath(path: string): boolean {
  return globSync(path.replace(/<[^>]*>/g, "*"), { cwd: ROOT }).length === 0;
}

function headings(text: string): { depth: number; title: string; slug: string }[] {
  const seen = new Map<string, number>();
  return [...withoutBlocks(text).matchAll(/^(#+) (.*)$/gm)].map(([, signs, title]) => {
    const slug = slugOf(title!);
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return { depth: signs!.length, title: title!, slug: before === 0 ? slug : `${slug}-${before}` };
  });
}

/** The anchor that GitHub gives a heading. */
function slugOf(title: string): string {
  return title
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function prose(text: string): string {
  return withoutBlocks(text).replace(/`[^`\n]*`/g, "");
}

function withoutBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}
