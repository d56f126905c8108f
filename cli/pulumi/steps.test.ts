import { Steps } from "./steps.ts";

const urn = (type: string, name: string) =>
  `urn:pulumi:acme::agent-sandbox::agent-sandbox:index:Sandbox$${type}::${name}`;
const event = (kind: string, op: string, type: string, name: string) =>
  JSON.stringify({ sequence: 1, [kind]: { metadata: { op, type, urn: urn(type, name), new: null } } });
const COMMAND = "command:local:Command";
const CONTAINER = "docker:index/container:Container";
const ended = (op: string, type: string, name: string) => event("resOutputsEvent", op, type, name);

test.each([
  ["create", COMMAND, "acme-agent-image-build", "image agent is there"],
  ["create", COMMAND, "acme-inner", "network inner is there"],
  ["update", COMMAND, "acme-firewall-init", "the policy is in force"],
  ["update", COMMAND, "acme-canary-prove", "the walls are proven"],
  ["create", CONTAINER, "acme-agent", "container acme-agent made"],
  ["update", CONTAINER, "acme-agent", "container acme-agent changed"],
  ["create-replacement", CONTAINER, "acme-agent", "container acme-agent made anew"],
  ["delete", COMMAND, "acme-wipe", "all of it on the engine removed"],
  ["create", COMMAND, "acme-of-tomorrow", "of-tomorrow done"],
])("what was done to %s of %s %s is told in words", (op, type, name, words) => {
  expect(new Steps("acme").take(ended(op, type, name), 1.23)).toBe(`   1.2 s  ${words}`);
});

test.each([
  ["same", CONTAINER, "acme-agent"],
  ["create", "agent-sandbox:index:Agent", "acme-agent"],
  ["create", COMMAND, "acme-wipe"],
  ["delete", COMMAND, "acme-inner"],
  ["delete-replaced", CONTAINER, "acme-agent"],
  ["replace", CONTAINER, "acme-agent"],
  ["delete", CONTAINER, "acme-agent"],
])("nothing is told of %s of %s %s, which does nothing by itself", (op, type, name) => {
  expect(new Steps("acme").take(ended(op, type, name), 1)).toBeUndefined();
});

test("a step that failed is told as such, and its error is kept without what only says so", () => {
  const steps = new Steps("acme");
  expect(steps.take(event("resOpFailedEvent", "create", COMMAND, "acme-canary-prove"), 2)).toBe(
    "   2.0 s  the walls: FAILED",
  );
  for (const message of [
    "a wall has a hole\nmend it\n",
    "expected resource operations for urn:pulumi:a::agent-sandbox::x::a-canary but none were seen",
    'cancelled: running "node components/steps/build-image.ts":\nhalf a line',
    "update failed\n",
  ])
    steps.take(JSON.stringify({ diagnosticEvent: { message, severity: "error" } }), 2);
  expect(steps.errors).toEqual(["a wall has a hole", "mend it"]);
});

test("what the program says of the client as a whole is told, and nothing of Pulumi's own for whoever mends it", () => {
  const words: string[] = [];
  const steps = new Steps("acme", (text) => words.push(text));
  const texts = [
    { severity: "warning", message: "WIDENS   egress  + x\n" },
    { severity: "info", message: "expires: the sandbox ends in 3 days\n" },
    { severity: "debug", message: "Registering resource: t=x\n" },
    { severity: "info", message: "#5 RUN apt-install\n", urn: urn(COMMAND, "acme-agent-image-build") },
  ];
  for (const diagnosticEvent of texts) steps.take(JSON.stringify({ diagnosticEvent }), 1);
  expect(words).toEqual(["WIDENS   egress  + x\n", "expires: the sandbox ends in 3 days\n"]);
});

test("a step that takes long is told with what it says, and not before", () => {
  const steps = new Steps("acme");
  steps.take(event("resourcePreEvent", "create", COMMAND, "acme-agent-image-build"), 1);
  const said = { urn: urn(COMMAND, "acme-agent-image-build"), message: "#5 RUN apt-install\n", severity: "info" };
  steps.take(JSON.stringify({ diagnosticEvent: said }), 2);
  expect([steps.beat(10), steps.beat(16), steps.beat(20)]).toEqual([
    undefined,
    "  16.0 s  … image agent: #5 RUN apt-install",
    undefined,
  ]);
});

test("outputs of the stack are kept, and no secret is", () => {
  const steps = new Steps("acme");
  const outputs = { walls: "proven", deployed: { ciphertext: "[secret]" } };
  const metadata = { op: "same", type: "pulumi:pulumi:Stack", urn: "a", new: { outputs } };
  steps.take(JSON.stringify({ resOutputsEvent: { metadata } }), 1);
  expect(steps.outputs).toEqual({ walls: "proven" });
});

test("what is no event is passed over", () => {
  for (const line of ["", "{", "[]", '{"resOutputsEvent":{"metadata":{}}}'])
    expect(new Steps("acme").take(line, 1)).toBeUndefined();
});
