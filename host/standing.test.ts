import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { told } from "../test/declared.ts";
import { standingOf } from "./standing.ts";

const ROOT = join(import.meta.dirname, "..");
const base = realpathSync(mkdtempSync(join(tmpdir(), "standing-")));
const root = join(base, "project");
for (const folder of ["images", "policies"]) cpSync(join(ROOT, folder), join(root, folder), { recursive: true });
mkdirSync(join(root, "stacks"));
for (const folder of ["acme", "globex"]) mkdirSync(join(base, folder));
symlinkSync(join(base, "globex"), join(base, "link"));
afterAll(() => rmSync(base, { recursive: true }));

writeFileSync(
  join(root, "stacks/Pulumi.globex.yaml"),
  `config:\n  agent-sandbox:workspace: ${base}/globex\n  agent-sandbox:ports: [8080]\n`,
);
const standing = async (config: Record<string, unknown>) => {
  const { problems, warnings } = await standingOf(root, "acme", { agents: ["shell"], ...config });
  return { problems: told(problems), warnings: told(warnings) };
};

test("a client that is within everything is told nothing", async () => {
  expect(await standing({ workspace: `${base}/acme` })).toEqual({ problems: [], warnings: [] });
});

test("the stack file, the organisation and the walls of every sandbox are told together, without an engine", async () => {
  const { problems, warnings } = await standing({
    workspace: `${base}/link`,
    profile: "web",
    ports: [8080],
    egress: { allow: ["githb"], host: [2375] },
    mounts: [{ host: "/etc", at: "/x" }],
    guardrails: { nobody: { level: "off", why: "x" } },
  });
  expect(problems).toEqual([
    expect.stringMatching(/^egress.allow\[0\]: "githb" is not a service/),
    expect.stringMatching(/^guardrails.nobody: "nobody" is not a guardrail/),
    expect.stringMatching(/^mounts\[0\]: \/etc belongs to the system/),
    expect.stringMatching(/^workspace: .*\/globex is shared with client globex .*guardrail no-shared-workspace/),
    expect.stringMatching(/^egress.host\[0\]: 2375 .*guardrail no-root-port/),
  ]);
  expect(warnings).toEqual([
    expect.stringMatching(/^ports: publishes 8080, and so does globex.*guardrail clients-apart/),
    expect.stringMatching(/^profile: "web" opens any public host.*guardrail denied-names/),
    expect.stringMatching(/^profile: "web" is not one of.*guardrail no-web/),
  ]);
});

test("a place that nobody gets to is no reason to end, and whatever is mounted where it exists is judged where it does", async () => {
  symlinkSync("loop", join(base, "loop"));
  const long = `${base}/${"x".repeat(300)}`;
  const mounts = [`${base}/loop`, long].map((host, index) => ({ host, at: `/m${index}` }));
  const nowhere = { host: "~/.config/nothing-of-this-test", at: "/k", when: "exists" };
  expect(await standing({ workspace: `${base}/acme`, mounts: [...mounts, nowhere] })).toEqual({
    problems: [],
    warnings: [
      expect.stringMatching(/^mounts\[2\]: is not here, and an up is refused where it is: .*no-foreign-mount/),
    ],
  });
  expect((await standing({ workspace: `${base}/acme`, mounts: [{ ...nowhere, when: "always" }] })).problems).toEqual([
    expect.stringMatching(/^mounts\[0\]: .*holds your own keys or settings .*no-foreign-mount/),
  ]);
});

test("directories of this machine on an engine that is said to be on another one are refused by the words alone", async () => {
  const mounts = [{ host: `${base}/acme`, at: "/m" }];
  expect((await standing({ workspace: `${base}/acme`, mounts, engine: "ssh://dev@gpu-box" })).problems).toEqual([
    expect.stringMatching(/^workspace: .*; write workspace: \{volume: true\}/),
    expect.stringMatching(/^mounts\[0\].host: .* is a place of this machine, and the engine is on another one/),
    expect.stringMatching(/^mounts\[0\]: .*no-second-view/),
  ]);
});

test("of a stack file without a workspace its mistakes are told, and nothing else is claimed", async () => {
  expect(await standing({ profile: "standrd" })).toEqual({
    problems: [expect.stringMatching(/^profile: "standrd"/), expect.stringMatching(/^workspace: is missing/)],
    warnings: [],
  });
});
