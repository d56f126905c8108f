import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { keyLines } from "../../stack-file/key-line.ts";
import { DeclaredProject } from "../declared-project.ts";
import { Editor } from "./editor.ts";
import { CORPUS, casesOf, problemsOf } from "./told.ts";

const GOLDEN = join(CORPUS, "../golden");
const project = new DeclaredProject();
const editor = new Editor();
beforeAll(() => editor.start());
afterAll(() => {
  editor.stop();
  project.remove();
});

/** What a schema can say; it knows no catalogue and no file. */
const SAYABLE = /is not a key|is not a list|is not one of|is not a mapping|is missing|is empty|is not a size/;

const textOf = (kind: string, name: string) => readFileSync(join(CORPUS, kind, name), "utf8");

test.each(casesOf("keys"))("an editor underlines in %s what this program refuses, and no other line", async (name) => {
  const text = textOf("keys", name);
  const lineOf = keyLines(text);
  const problems = (await problemsOf(project, "keys", name)).map(({ path, message }) => ({
    line: lineOf(path) ?? 1,
    message,
  }));
  const squiggles = await editor.squiggles(text);
  const lines = (of: readonly { line: number }[]) => [...new Set(of.map(({ line }) => line))].sort((a, b) => a - b);
  expect(lines(problems)).toEqual(expect.arrayContaining(lines(squiggles)));
  expect(lines(squiggles)).toEqual(
    expect.arrayContaining(lines(problems.filter(({ message }) => SAYABLE.test(message)))),
  );
});

test.each(casesOf("shape").filter((name) => !/^(empty|only-comments|key-twice.*)\.yaml$/.test(name)))(
  "an editor underlines something in %s",
  async (name) => {
    expect(await editor.squiggles(textOf("shape", name))).not.toEqual([]);
  },
);

const right = readdirSync(join(GOLDEN, "cases")).filter(
  (name) =>
    !("problems" in JSON.parse(readFileSync(join(GOLDEN, "expected/docker", name.replace(/yaml$/, "json")), "utf8"))),
);
test("an editor underlines nothing in a stack file that is right", async () => {
  for (const name of right) {
    const [stack = ""] = readFileSync(join(GOLDEN, "cases", name), "utf8").split(/^---$/m);
    expect([name, await editor.squiggles(stack)]).toEqual([name, []]);
  }
});

test("an editor offers the keys, and says at each what it is", async () => {
  const text = "config:\n  agent-sandbox:workspace: ~/acme\n  agent-sandbox:pro\n";
  expect(await editor.offers(text, 3, 19)).toEqual(expect.arrayContaining(["agent-sandbox:profile"]));
  expect(await editor.hover(text, 2, 10)).toContain("The one directory of the host that the agent may write;");
});
