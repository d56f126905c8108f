import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Problem } from "../../../stack-file/problem.ts";
import { readExtension } from "./extension.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "extension-")));
  for (const directory of ["own/rules", "own/parts/workspace/sub"])
    mkdirSync(join(root, directory), { recursive: true });
  put("own/rules/one", "no tabs\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (path: string, text: string) => writeFileSync(join(root, path), text);
function told(extend: string): string[] {
  const problems: Problem[] = [];
  const writable = [{ path: join(root, "own/parts/workspace"), what: "the workspace" }];
  const extension = readExtension({ extend, packages: [] }, root, writable, problems);
  expect(extension === undefined).toBe(problems.length > 0);
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

test("a fragment and its files outside of what agents write are read", () => {
  put("own/fragment", "COPY rules /opt/rules\nRUN true\n");
  expect(told("own/fragment")).toEqual([]);
});

test("a fragment that an agent can change is refused: the host's builder runs it as root", () => {
  put("own/parts/workspace/fragment", "RUN true\n");
  symlinkSync("parts/workspace/fragment", join(root, "own/link"));
  expect(told("own/parts/workspace/fragment")).toEqual([
    "image.extend: own/parts/workspace/fragment is inside the workspace, where an agent can change it; keep it outside",
  ]);
  expect(told("own/link").join()).toMatch(
    /^image.extend: own\/link is inside the workspace, .* \(a link leads there\)/,
  );
});

test.each([
  ["parts/workspace/sub", "is inside the workspace, where an agent can change it; keep it outside"],
  ["parts/workspace", "is or holds the workspace, where an agent can change it; name files outside"],
  ["parts", "is or holds the workspace, where an agent can change it; name files outside"],
])("COPY of %s, where an agent writes, is refused", (source, message) => {
  put("own/fragment", `COPY rules /opt/rules\nCOPY ${source} /opt/parts\n`);
  expect(told("own/fragment")).toEqual([`image.extend: fragment: COPY takes ${source}, which ${message}`]);
});
