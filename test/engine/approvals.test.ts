import { parse } from "yaml";
import type { Run } from "./engine.ts";
import { type Config, useProject } from "./harness.ts";

/* An organisation that has changes approved that give a sandbox more: through the real pulumi, by its exit codes and by what then runs. */

const project = useProject();
const { engine } = project;
project.organisation({
  "approvals.yaml": "require: widening\n",
  "few-ports.yaml": "name: few-ports\nwhy: A test.\nlevel: mandatory\nrule: {mostPorts: 1}\n",
  "ceiling.yaml": "ports: ['8000-8099', '9000']\n",
});
const acme = project.client("acme");
const NOTHING = { containers: [], networks: [], volumes: [] };
const config = (more: Config = {}): Config => ({ egress: { allow: [] }, ...more });

/** With a preview before it, as people run it. */
const up = () => acme.pulumi("up", ["--yes"]);
const preview = () => acme.pulumi("preview");

interface Approval {
  change: string;
  by: string;
  why: string;
  until: string;
}

/** What a refusal prints to paste, with a name and a reason in it. */
function pasted({ text }: Run): Approval {
  const [item] = /- change: \S+\n.*by: ""\n.*why: ""\n.*until: \S+/.exec(text) ?? [];
  if (!item) throw new Error(`nothing to paste in:\n${text}`);
  const [approval] = parse(item.replace(/^ +/gm, "  ")) as Approval[];
  return { ...approval!, by: "ann@acme.example", why: "The tests need it." };
}

/** The day before this one, or after it. */
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let first: Approval;

test("a first up is refused, in its preview and without one, with the lines to paste, and nothing is placed", async () => {
  acme.write(config());
  const refused = await up();
  expect(refused).toMatchObject({ code: expect.any(Number) });
  expect(refused.code).not.toBe(0);
  expect(refused.text).toContain("there is no approval of it. Nothing is placed.");
  expect(refused.text).toMatch(/^ +agent-sandbox:approvals:\n +- change: [0-9a-f-]{35}\n/m);
  first = pasted(refused);
  const unseen = await acme.up();
  expect(unseen.code).not.toBe(0);
  expect(pasted(unseen)).toEqual(first);
  expect(unseen.text).not.toMatch(/\n\s+at .*:\d+:\d+/);
  expect(await engine.residue(acme.name)).toEqual(NOTHING);
});

test("the lines as they are printed are no approval: they ask for a name and a reason", async () => {
  acme.write(config({ approvals: [{ ...first, by: "", why: "" }] }));
  const { code, text } = await preview();
  expect(code).not.toBe(0);
  expect(text).toMatch(/approvals\[0\]\.by +is empty; write who approves/);
  expect(text).toMatch(/approvals\[0\]\.why +is empty; write why it is wanted/);
});

test("approved, the same up goes through, and the next one asks for nothing", async () => {
  acme.write(config({ approvals: [first] }));
  const { code, text } = await up();
  expect({ code, text }).toMatchObject({ code: 0 });
  expect(text).toContain(`approved by ann@acme.example until ${first.until}: The tests need it.`);
  const again = await preview();
  expect({ code: again.code, text: again.text }).toMatchObject({ code: 0 });
});

describe("a change that gives more", () => {
  const wider = { egress: { allow: ["allowed.test"] } };
  let change: Approval;

  test("is shown in the preview, which fails, and the up changes nothing that runs", async () => {
    const before = await acme.outputs();
    acme.write(config({ ...wider, approvals: [first] }));
    const seen = await preview();
    expect(seen.code).not.toBe(0);
    expect(seen.text).toMatch(/WIDENS +egress +\+ allowed\.test/);
    // The plan is there to be reviewed.
    expect(seen.text).toMatch(/firewall-init/);
    expect(seen.text).toContain(`the approval of ann@acme.example is for another change (${first.change})`);
    change = pasted(seen);
    expect(change.change).not.toBe(first.change);
    const refused = await up();
    expect(refused.code).not.toBe(0);
    expect(pasted(refused)).toEqual(change);
    expect(await acme.outputs()).toEqual(before);
    expect((await acme.curl("https://allowed.test/")).code).not.toBe(0);
  });

  test("is another change with one more name, and its approval is not for that", async () => {
    acme.write(config({ egress: { allow: ["allowed.test", "other.test"] }, approvals: [first, change] }));
    const seen = await preview();
    expect(seen.code).not.toBe(0);
    expect(seen.text).toContain(`is for another change (${change.change})`);
    expect(pasted(seen).change).not.toBe(change.change);
  });

  test("is refused with an approval that has ended, and the refusal says when", async () => {
    acme.write(config({ ...wider, approvals: [{ ...change, until: day(-1) }] }));
    const seen = await preview();
    expect(seen.code).not.toBe(0);
    expect(seen.text).toContain(`the approval of ann@acme.example for it ended on ${day(-1)}`);
  });

  test("goes through with its own approval", async () => {
    acme.write(config({ ...wider, approvals: [first, { ...change, until: day(1) }] }));
    const { code, text } = await up();
    expect({ code, text }).toMatchObject({ code: 0 });
    expect((await acme.curl("https://allowed.test/")).code).toBe(0);
  });

  test("that takes instead asks for nothing, and back again it is a change once more", async () => {
    acme.write(config({ approvals: [] }));
    const { code, text } = await up();
    expect({ code, text }).toMatchObject({ code: 0 });
    acme.write(config({ ...wider, approvals: [] }));
    expect((await preview()).code).not.toBe(0);
  });
});

test("guardrails and the ceiling are told with all that is wrong, before anything is placed", async () => {
  acme.write(config({ ports: [8000, 9001], profil: "web", approvals: [] }));
  const { code, text } = await preview();
  expect(code).not.toBe(0);
  expect(text).toMatch(
    /^ +ports +publishes 2 ports, and at most 1 are allowed; write fewer\. A test\. \(guardrail few-ports\)$/m,
  );
  expect(text).toContain("could be reached at 127.0.0.1:9001, which leads to 9001, which the ceiling does not have");
  expect(text).toMatch(/^ +profil +is not a key\. Did you mean "profile"/m);
  expect(text).toContain("3 problems; nothing was changed.");
});

test("a ceiling that cannot be read stops every client", async () => {
  project.organisation({ "ceiling.yaml": "egress: [\n" });
  acme.write(config());
  const { code, text } = await preview();
  expect(code).not.toBe(0);
  expect(text).toContain("policies/guardrails/ceiling.yaml");
  expect(text).toContain("the ceiling cannot be read, and no client is placed without it");
});
