import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSpec } from "../../stack-file/spec.ts";
import { declared } from "../../test/declared.ts";
import { placeOf } from "../delivered.ts";
import { reserved } from "../environment/variable.ts";

const files = (config: Record<string, unknown>) =>
  declared(config)
    .files.filter(({ key }) => key === "tmux")
    .map(placeOf);

test("a session of tmux is asked for by a file, so that a change replaces nothing, and `enter` looks for that file", () => {
  expect([files({}), files({ tmux: false })]).toEqual([[], []]);
  const [file] = files({ tmux: true });
  expect(readFileSync(join(__dirname, "../../images/runtime/enter"), "utf8")).toContain(`/run/secrets/${file} `);
});

test("nobody asks for it by a variable of their own", () => {
  expect(reserved("AGENT_SANDBOX_TMUX")).toMatch(/is the sandbox's own/);
});

test.each(["yes", 1, null, {}])("%j is refused", (tmux) => {
  expect(parseSpec({ workspace: "/srv/acme", tmux }).problems.map(({ path, message }) => `${path} ${message}`)).toEqual(
    [expect.stringMatching(/^tmux .*is not true or false; write tmux: true, or leave it out/)],
  );
});
