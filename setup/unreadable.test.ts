import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { DeclaredProject } from "../test/declared-project.ts";

let project: DeclaredProject;
beforeAll(() => {
  project = new DeclaredProject();
});
afterAll(() => project.remove());

/** What is said of acme's file, which has these lines. */
function said(text: string, ...more: string[]) {
  project.write("stacks/Pulumi.acme.yaml", text);
  const program = join(import.meta.dirname, "unreadable.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, project.folder, "acme", ...more], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return { status, lines: stdout.split("\n").map((line) => line.trim()) };
}
const CONFIG = "config:\n  agent-sandbox:workspace: ~/acme\n";

test("of a file that Pulumi reads nothing is said, whatever is wrong with it otherwise: the program tells that", () => {
  expect(said(`${CONFIG}  agent-sandbox:gpuu: true\n`, "files")).toEqual({ status: 1, lines: [""] });
});

test("what Pulumi stops at is told with all else that is wrong, for the program does not start", () => {
  const text = `enviroment: x\n${CONFIG}  agent-sandbox:gpuu: true\n  agent-sandbox:secrets: {A: {encrypted: {secure: v1:x}}}\n`;
  const { status, lines } = said(text, "files");
  expect({ status, lines }).toEqual({
    status: 0,
    lines: [
      "stacks/Pulumi.acme.yaml",
      expect.stringMatching(/^enviroment +is not a key of a stack file, .*Did you mean "environment"\?$/),
      expect.stringMatching(/^gpuu +is not a key\. Did you mean "gpu"\?$/),
      expect.stringMatching(/^secrets\.A\.encrypted +has under secure: what Pulumi has not encrypted; write it with /),
      "3 problems; nothing was changed.",
      "",
    ],
  });
  // Elsewhere than in files others encrypt, in another form; and a stack that is only made decrypts nothing.
  for (const kept of ["", "none"]) expect(said(text, kept).status).toBe(1);
});

test("an ESC environment is told where nobody is asked for it, and with what is wrong with its name", () => {
  const named = `environment: [acme/dev]\n${CONFIG}`;
  for (const kept of ["", "none"]) expect(said(named, kept).status).toBe(1);
  expect(said(named, "files").lines[1]).toMatch(
    /^environment +names what Pulumi Cloud keeps .*log in there \(bin\/pulumi login\)/,
  );
  expect(said(`environment: [acme/dev/x/y]\n${CONFIG}`, "files").lines.slice(1, 3)).toEqual([
    expect.stringMatching(/^environment +names what Pulumi Cloud keeps/),
    expect.stringMatching(/^esc\[0\] +"acme\/dev\/x\/y" is not the name of an ESC environment/),
  ]);
  // Whoever keeps the stacks is asked for it by that name; a stack that is only made opens none.
  expect(said(`environment: [acme/dev/x/y]\n${CONFIG}`, "").lines[1]).toMatch(/^esc\[0\] /);
  expect(said(`environment: [acme/dev/x/y]\n${CONFIG}`, "none").status).toBe(1);
});

test.each([`environment: []\n${CONFIG}`, `environment:\n${CONFIG}`, `${CONFIG}  agent-sandbox:esc: [acme/dev]\n`])(
  "where Pulumi opens none it is no reason: %j",
  (text) => {
    expect(said(text, "files")).toEqual({ status: 1, lines: [""] });
  },
);

test("a file that is no mapping is told as that; an empty one is the program's to tell", () => {
  expect(said("- a\n").lines[1]).toMatch(/the file is no mapping; write `config:`/);
  expect(said("").status).toBe(1);
});

test("a file that is no YAML is named, with the line", () => {
  expect(said("config: [\n").lines[0]).toMatch(/^stacks\/Pulumi\.acme\.yaml is not YAML.*line 1/);
});
