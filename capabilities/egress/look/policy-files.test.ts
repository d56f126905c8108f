import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writableDirectories } from "../../../host/writable.ts";
import { parseSpec } from "../../../stack-file/spec.ts";
import { readPolicyFiles } from "./policy-files.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "policy-files-")));
  for (const directory of ["stacks", "workspace", "shared", "docs", "globex", "data", "own"])
    mkdirSync(join(root, directory));
  writeFileSync(
    join(root, "stacks/Pulumi.globex.yaml"),
    `config:
  agent-sandbox:workspace: globex
  agent-sandbox:mounts: [{host: data, at: /data, mode: rw}, {host: own, at: /own}]
`,
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (path: string, text = "domains: [docs.example.com]\n") => writeFileSync(join(root, path), text);
const link = (path: string, target: string) => symlinkSync(target, join(root, path));
const read = (...from: string[]) => {
  const { spec } = parseSpec({
    workspace: "workspace",
    mounts: [
      { host: "shared", at: "/shared", mode: "rw" },
      { host: "docs", at: "/docs" },
    ],
    egress: { from },
  });
  return readPolicyFiles(spec!, root, writableDirectories("acme", spec!, root));
};
const told = (...from: string[]) => {
  const { problems, absent } = read(...from);
  return [...absent, ...problems].map(({ path, message }) => `${path}: ${message}`);
};

test("a file outside of what agents write is read, under the path as it is written", () => {
  put("own/policy.yaml");
  put("docs/policy.yaml");
  expect(read("own/policy.yaml", "./docs/../docs/policy.yaml")).toEqual({
    raw: [
      { path: "own/policy.yaml", content: { domains: ["docs.example.com"] } },
      { path: "./docs/../docs/policy.yaml", content: { domains: ["docs.example.com"] } },
    ],
    problems: [],
    absent: [],
  });
});

test("links outside of what agents write are followed", () => {
  put("own/policy.yaml");
  link("own/link.yaml", "policy.yaml");
  link("elsewhere", "own");
  expect(told("own/link.yaml", "elsewhere/link.yaml")).toEqual([]);
});

test.each([
  [
    "in the workspace",
    "workspace/policy.yaml",
    /is inside the workspace, where an agent can change it; keep it outside/,
  ],
  ["in a mount that is written", "shared/policy.yaml", /is inside the mount shared/],
  ["in another client's workspace", "globex/policy.yaml", /is inside the workspace of globex/],
  ["in a mount that another client writes", "data/policy.yaml", /is inside the mount data of globex/],
])("a file %s is refused", (_where, path, message) => {
  put(path);
  expect(told(path).join()).toMatch(message);
});

test("a link to a file in the workspace is refused", () => {
  put("workspace/policy.yaml");
  link("own/link.yaml", "../workspace/policy.yaml");
  link("own/chain.yaml", "link.yaml");
  link("alias", "workspace");
  for (const path of ["own/link.yaml", "own/chain.yaml", "alias/policy.yaml"])
    expect(told(path).join()).toMatch(/is inside the workspace, .* \(a link leads there\)/);
});

test("a file outside, reached by a link that the agent can turn, is refused", () => {
  put("own/policy.yaml");
  link("workspace/link.yaml", join(root, "own/policy.yaml"));
  link("workspace/directory", "../own");
  link("own/there-and-back.yaml", "../workspace/link.yaml");
  for (const path of ["workspace/link.yaml", "workspace/directory/policy.yaml", "own/there-and-back.yaml"])
    expect(told(path).join()).toMatch(/is inside the workspace/);
});

test("what cannot be read is told, all at once, with the fix", () => {
  put("own/broken.yaml", "domains: [a\n");
  put("own/twice.yaml", "domains: []\ndomains: []\n");
  put("own/big.yaml", `# ${"x".repeat(2 ** 20)}\n`);
  link("own/loop.yaml", "loop.yaml");
  expect(told("own/none.yaml", "own", "own/broken.yaml", "own/twice.yaml", "own/big.yaml", "own/loop.yaml")).toEqual([
    expect.stringMatching(/^egress.from\[0\]: own\/none.yaml does not exist; create it/),
    expect.stringMatching(/^egress.from\[1\]: own is a directory/),
    expect.stringMatching(/^egress.from\[2\]: own\/broken.yaml is not YAML: /),
    expect.stringMatching(
      /^egress.from\[3\]: own\/twice.yaml is not YAML: line 2 has the key domains for the second time/,
    ),
    expect.stringMatching(/^egress.from\[4\]: own\/big.yaml has \d+ bytes; a policy has at most/),
    expect.stringMatching(/^egress.from\[5\]: own\/loop.yaml is a link that leads back to itself/),
  ]);
});

test("without egress.from nothing is read", () => {
  rmSync(join(root, "stacks"), { recursive: true });
  expect(read()).toEqual({ raw: [], problems: [], absent: [] });
});
