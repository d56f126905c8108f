import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-up-test-"));
  for (const own of ["stacks", "bin"]) mkdirSync(join(folder, own));
  writeFileSync(join(folder, "log"), "");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CHANGES = {
  changeSummary: { same: 3, update: 1 },
  diagnostics: [{ severity: "warning", message: "warning: WIDENS   egress  + x\n" }],
};
const SAME = { changeSummary: { same: 4 } };

/** Clients, and a pulumi that says this of each: what its preview prints, one after the other, and what its ups do. */
function clients(all: Record<string, { previews?: object[]; ups?: string[] }>): void {
  for (const [client, { previews = [CHANGES], ups = ["true"] }] of Object.entries(all)) {
    writeFileSync(join(folder, `stacks/Pulumi.${client}.yaml`), "config: {}\n");
    // One that cannot be planned has no summary.
    for (const [at, preview] of previews.entries())
      writeFileSync(
        join(folder, `preview.${client}.${at}`),
        `echo '${JSON.stringify(preview)}'; exit ${"changeSummary" in preview ? 0 : 255}`,
      );
    for (const [at, up] of ups.entries()) writeFileSync(join(folder, `up.${client}.${at}`), up);
  }
  writeFileSync(
    join(folder, "bin/pulumi"),
    `#!/bin/bash
events='' before=''
for word; do [ "$before" != --event-log ] || events=$word; before=$word; done
cd "${folder}"; times=$(grep -c "^$1 $3$" log); echo "$1 $3" >>log; . "./$1.$3.$times"`,
  );
  chmodSync(join(folder, "bin/pulumi"), 0o755);
}

const log = () => readFileSync(join(folder, "log"), "utf8").split("\n").filter(Boolean);
const ups = () => log().filter((line) => !line.startsWith("preview"));

function up(...words: string[]) {
  const args = [join(__dirname, "agentbox.ts"), "up", ...words];
  const child = execFile(process.execPath, args, { env: { ...process.env, AGENT_SANDBOX_ROOT: folder } });
  const text: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => text.push(part));
  const ended = new Promise<{ code: number | null; text: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, text: text.join("") })),
  );
  return { child, ended };
}

test("each client that changes is brought up in turn; one that does not is left alone", async () => {
  clients({ a: {}, b: { previews: [SAME] }, c: {} });
  const { code, text } = await up("--all", "--yes").ended;
  expect({ code, ups: ups() }).toEqual({ code: 0, ups: ["up a", "up c"] });
  expect(text).toMatch(/^2 changed, 1 unchanged$/m);
});

test("without a yes nothing is begun", async () => {
  clients({ a: {} });
  const { code, text } = await up("a").ended;
  expect({ code, ups: ups() }).toEqual({ code: 2, ups: [] });
  expect(text).toContain("WIDENS   egress  + x");
});

test("whose sessions it ends stands in the question", async () => {
  const message = 'warning: neutral  containers  ~ agent\nENDS     sessions      a: 1 terminal, tmux "main"\n';
  clients({ a: { previews: [{ ...CHANGES, diagnostics: [{ severity: "warning", message }] }] } });
  expect((await up("a").ended).text).toContain('Bring up 1 client (a), which ends a: 1 terminal, tmux "main"?');
});

test.each([
  [[], ["up a", "up b"], "c  +not begun"],
  [["--keep-going"], ["up a", "up b", "up c"], "c  +changed"],
])("after one that fails, with %j, these are begun: %j", async (words, begun, of) => {
  clients({ a: {}, b: { ups: ["echo 'error: update failed'; echo 'error: no room'; exit 1"] }, c: {} });
  const { code, text } = await up("--all", "--yes", ...words).ended;
  expect({ code, ups: ups() }).toEqual({ code: 1, ups: begun });
  expect(text).toMatch(/^b +failed +[\d.]+ +no room$/m);
  expect(text).toMatch(new RegExp(`^${of}`, "m"));
});

test("with one that cannot be planned none is begun, or the others are", async () => {
  const wrong = { diagnostics: [{ severity: "error", message: "error: stacks/Pulumi.b.yaml\n  profile  no\n" }] };
  clients({ a: { previews: [CHANGES, CHANGES] }, b: { previews: [wrong, wrong] } });
  expect(await up("--all", "--yes").ended).toMatchObject({
    code: 1,
    text: expect.stringMatching(/^b: stacks\/Pulumi.b.yaml: profile +no\nb cannot be planned\. Nothing was changed/m),
  });
  expect(ups()).toEqual([]);
  const { code, text } = await up("--all", "--yes", "--keep-going").ended;
  expect({ code, ups: ups() }).toEqual({ code: 1, ups: ["up a"] });
  expect(text).toMatch(/^b +failed +stacks\/Pulumi.b.yaml: profile +no$/m);
});

test("what is not as planned when its turn comes is carried out where the same words tell it and no more changes, and else is not", async () => {
  const violates = "echo 'error: up violates plan: properties changed'; exit 1";
  const other = { ...CHANGES, diagnostics: [{ severity: "warning", message: "warning: WIDENS   egress  + y\n" }] };
  clients({
    a: { previews: [CHANGES, CHANGES], ups: [violates, "true"] },
    b: { previews: [CHANGES, other], ups: [violates, "true"] },
    c: { previews: [CHANGES, { ...CHANGES, changeSummary: { same: 2, update: 2 } }], ups: [violates, "true"] },
    d: { previews: [CHANGES, { ...CHANGES, changeSummary: { same: 3, delete: 1 } }], ups: [violates, "true"] },
  });
  const { code, text } = await up("--all", "--yes", "--keep-going").ended;
  expect({ code, ups: ups() }).toEqual({ code: 1, ups: ["up a", "up a", "up b", "up c", "up d"] });
  for (const client of ["b", "c", "d"])
    expect(text).toMatch(new RegExp(`^${client} +failed +[\\d.]+ +what it would do now is not what was told`, "m"));
});

test("Ctrl-C tells whoever is under way once, and begins no other", async () => {
  clients({ a: { ups: ["trap 'echo told >>log; exit 1' INT; while true; do sleep 0.1; done"] }, b: {} });
  const { child, ended } = up("--all", "--yes");
  while (child.exitCode === null && !log().includes("up a")) await setTimeout(20);
  await setTimeout(300);
  child.kill("SIGINT");
  const { code, text } = await ended;
  expect({ code, ups: ups() }).toEqual({ code: 1, ups: ["up a", "told"] });
  expect(text).toMatch(/^b +not begun$/m);
});

const event = (kind: string, metadata: object) => `echo '${JSON.stringify({ [kind]: { metadata } })}' >>"$events"`;
const STEP = {
  ...{ op: "update", type: "command:local:Command" },
  urn: "urn:pulumi:a::agent-sandbox::command:local:Command::a-firewall-init",
};
const PUT_OUT = {
  ...{ op: "same", type: "pulumi:pulumi:Stack", urn: "a" },
  new: { outputs: { walls: "proven", agents: "claude" } },
};

test("of one client each step is told as it ends, with the commands of pulumi, and the last lines say what it came to", async () => {
  const warned = { severity: "warning", message: "warning: mtu: too large\n" };
  clients({
    a: {
      previews: [{ ...CHANGES, diagnostics: [...CHANGES.diagnostics, warned] }],
      ups: [[event("resOutputsEvent", STEP), event("resOutputsEvent", PUT_OUT)].join("; ")],
    },
  });
  const { code, text } = await up("a", "--yes").ended;
  expect({ code, text: text.replaceAll(/[\d.]+ s/g, "N s") }).toEqual({
    code: 0,
    text: expect.stringMatching(
      /^\$ pulumi preview --stack a [\s\S]*\n\$ pulumi up --stack a [^\n]*\n +N s {2}the policy is in force\n\na: changed in N s\n {2}changed {2}WIDENS {3}egress {2}\+ x\n {2}walls {4}proven\n {2}enter {4}agentbox enter a claude\n {2}look at {2}mtu: too large\n$/,
    ),
  });
});

test("what was done around an up that fails is said before why it failed, and hides nothing of it", async () => {
  const remark = "The pulumi before was killed (process 4711): its lock is removed";
  const fails = `echo '${remark}' >&2; echo '{"diagnosticEvent":{"severity":"error","message":"this change gives the sandbox more\\nadd these lines\\n"}}' >"$events"; exit 1`;
  clients({ a: { ups: [fails] } });
  const { code, text } = await up("a", "--yes").ended;
  expect({ code, last: text.trimEnd().split("\n").slice(-3) }).toEqual({
    code: 1,
    last: [remark, "this change gives the sandbox more", "add these lines"],
  });
});

test("a container that the engine does not start says why, whatever was done around it", async () => {
  const container = {
    ...STEP,
    type: "docker:index/container:Container",
    urn: STEP.urn.replace("command:local:Command", "docker:index/container:Container"),
  };
  const said = `echo '{"diagnosticEvent":{"severity":"error","message":"port is already allocated\\n"}}' >>"$events"`;
  clients({ a: { ups: [`echo remark >&2; ${said}; ${event("resOpFailedEvent", container)}; exit 1`] } });
  const { text } = await up("a", "--yes").ended;
  expect(text.trimEnd().split("\n").slice(-2)).toEqual(["remark", "port is already allocated"]);
});

test.each([
  [
    "of a step",
    `${event("resOpFailedEvent", STEP)}; echo 'Resources: 1 errored'; echo 'a wall has a hole' >&2; exit 1`,
  ],
  [
    "of pulumi",
    `echo '{"diagnosticEvent":{"severity":"error","message":"a wall has a hole\\n"}}' >"$events"; echo 'Resources: 1 errored'; exit 1`,
  ],
  ["without a log", "echo 'a wall has a hole'; exit 1"],
])("where one client fails, the error %s is the last line", async (_what, fails) => {
  clients({ a: { ups: [fails] } });
  const { code, text } = await up("a", "--yes").ended;
  expect({ code, last: text.trimEnd().split("\n").slice(-2) }).toEqual({
    code: 1,
    last: [expect.stringMatching(/^a: failed after /), "a wall has a hole"],
  });
});

test("one client that is as its file says is told so, and pulumi is not asked to do anything", async () => {
  clients({ a: { previews: [SAME] } });
  const { code, text } = await up("a").ended;
  expect({ code, ups: ups(), text }).toMatchObject({
    code: 0,
    ups: [],
    text: expect.stringContaining("a is as its file says"),
  });
});

test("--raw shows what pulumi prints", async () => {
  clients({ a: { ups: ["echo 'Resources: 1 changed'"] } });
  expect((await up("a", "--yes", "--raw").ended).text).toContain("\nResources: 1 changed\n");
});
