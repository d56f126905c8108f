import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGuards } from "../capabilities/command-guards/look.ts";
import { readServices } from "../capabilities/egress/look/catalogue.ts";
import { UserError } from "../stack-file/user-error.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "agent-sandbox-catalogue-"));
  for (const folder of ["services", "guards"]) mkdirSync(join(root, "policies", folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function failure(read: () => unknown): UserError {
  try {
    read();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

test("a slip in a file of a catalogue is told with the file, the key path and the fix, all at once", () => {
  writeFileSync(
    join(root, "policies/services/forge.yaml"),
    "name: forge\ndescription: a forge\nhosts: [{host: forge.example, port: [443], why: x, source: x, seen: 2026-11-21}]\n",
  );
  writeFileSync(join(root, "policies/services/other.yaml"), "name: another\ndescription: x\nhosts: [\n");
  const { message, exitCode } = failure(() => readServices(root, ["forge", "other"]));
  expect(exitCode).toBe(2);
  expect(message).toMatch(/^policies\/services\/forge\.yaml\n/m);
  expect(message).toMatch(/^ {2}hosts\[0\]\.port +is not a key here\. Did you mean "ports"\?$/m);
  expect(message).toMatch(/^policies\/services\/other\.yaml\n +the file is not YAML: line \d+ .*\. Mend it$/m);
  expect(message).toMatch(/\n2 problems; nothing was changed\.$/);
});

test.each([
  ["", "the file is empty; write a mapping with the keys message, name, pattern, why"],
  ["- name: clean\n", "the file is not a mapping with the keys message, name, pattern, why"],
  ["clean\n", "the file is not a mapping with the keys message, name, pattern, why"],
])("of a file that holds %j it is said what belongs there", (text, said) => {
  writeFileSync(join(root, "policies/guards/clean.yaml"), text);
  expect(failure(() => readGuards(root)).message).toBe(
    `policies/guards/clean.yaml\n    ${said}\n1 problem; nothing was changed.`,
  );
});

test("a file that is not there is told with how it comes back", () => {
  expect(failure(() => readServices(root, ["forge"])).message).toBe(
    "policies/services/forge.yaml\n    the file cannot be read (ENOENT); put it back: git checkout policies/services/forge.yaml\n1 problem; nothing was changed.",
  );
});

test("a file is named after what it holds", () => {
  writeFileSync(join(root, "policies/guards/clean.yaml"), "name: cleen\nwhy: x\npattern: x\nmessage: x\n");
  expect(failure(() => readGuards(root)).message).toMatch(
    /policies\/guards\/clean\.yaml\n {2}name +"cleen" is not the file's own name; name both the same/,
  );
});
