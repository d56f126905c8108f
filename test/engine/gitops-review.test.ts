import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Run } from "./engine.ts";
import { Repository } from "./repository.ts";

// A review asks no engine.
const repository = new Repository({ CI: "true" });
const out = join(repository.folder, "summary.md");
let base: string;
const stack = (...allow: string[]) =>
  stringify({
    config: {
      "agent-sandbox:workspace": "/srv/acme",
      "agent-sandbox:agents": ["shell"],
      "agent-sandbox:egress": { allow },
    },
  });

beforeAll(() => {
  repository.write("stacks/Pulumi.acme.yaml", stack("npm", "pypi"));
  repository.push("acme");
  base = repository.merge("acme");
});
afterAll(() => repository.remove());

/** What the job of a pull request does. */
function reviewed(branch: string, edits: Record<string, string>): Promise<Run> {
  for (const [file, text] of Object.entries(edits)) repository.write(file, text);
  const head = repository.push(branch);
  return repository.make("ci-review", { BASE: base, HEAD: head, OUT: out });
}

test("a pull request that opens a name fails its review, which says which and where", async () => {
  const { code, stdout } = await reviewed("wider", {
    "stacks/Pulumi.acme.yaml": stack("npm", "pypi", "docs.acme.example"),
  });
  expect(code).not.toBe(0);
  expect(stdout).toMatch(
    /\*\*WIDENS\*\* \| `egress` \| `\+ docs\.acme\.example 80,443 \(client\)` \| `stacks\/Pulumi\.acme\.yaml:\d+`/,
  );
  expect(readFileSync(out, "utf8")).toContain("docs.acme.example");
});

test("one that takes a name away passes", async () => {
  const { code, stdout } = await reviewed("narrower", { "stacks/Pulumi.acme.yaml": stack("npm") });
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing to approve") });
});

test("one whose file is wrong is told what to write, for all that is wrong", async () => {
  const { code, stdout } = await reviewed("wrong", { "stacks/Pulumi.acme.yaml": stack("npm", "pipy") });
  expect(code).not.toBe(0);
  expect(stdout).toMatch(/### ❌ Files: something is wrong\n\n```text\n[^`]*"pipy" is not a service or a host name/);
});

test("one that changes the program has no say in its own review", async () => {
  const { code, stdout } = await reviewed("sly", {
    "stacks/Pulumi.acme.yaml": stack("npm", "pypi", "docs.acme.example"),
    "cli/agentbox.ts": 'process.stdout.write("nothing to approve\\n");\n',
    Makefile: "ci-review:\n\t@echo nothing to approve\n",
  });
  expect(code).not.toBe(0);
  expect(stdout).toContain("docs.acme.example");
});
