import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deployed } from "../plan/deployed.ts";
import { asOfNow, readLifetime, refuseExpired, refuseExpiredByLastUp } from "./expired.ts";

const root = mkdtempSync(join(tmpdir(), "agent-sandbox-expired-"));
mkdirSync(join(root, "stacks"));
afterAll(() => rmSync(root, { recursive: true }));
const write = (text: string) => writeFileSync(join(root, "stacks/Pulumi.acme.yaml"), text);
const lastUp = (says?: string) =>
  ({
    facts: says === undefined ? [] : [{ topic: "expires", about: "", says }],
    proof: { probes: ["shut tcp 1.1.1.1 443", "open dns 10.208.0.2 allowed.test 10.208.0.129"] },
  }) as unknown as Deployed;

test.each([
  "config: {agent-sandbox:expires: 2020-01-31}\n",
  'config:\n  "agent-sandbox:expires": "2020-01-31T00:00Z"\n',
])("a client whose end has come is refused by its file, key, moment and what to do: %j", (text) => {
  write(text);
  expect(() => refuseExpired(root, "acme")).toThrow(
    /^stacks\/Pulumi\.acme\.yaml: expires: 2020-01-31 00:00 UTC is over, .*: the sandbox is shut; give it a later day and bring it up, or take the line out$/,
  );
});

test.each([
  "config: {agent-sandbox:expires: 2999-01-31}\n",
  "config: {}\n",
  "",
  // Other mistakes are not this one's to tell.
  "config: {agent-sandbox:profile: none}\n",
  "config: {a: b\n",
])("one whose end is to come, or that has none, is let through: %j", (text) => {
  write(text);
  expect(() => refuseExpired(root, "acme")).not.toThrow();
  expect(readLifetime(root, "nobody")).toEqual({});
});

test.each([
  "config: {agent-sandbox:expires: soon}\n",
  "config: {agent-sandbox:idle: 5s}\n",
  "config: {agent-sandbox:expires: 2020-01-31\n",
])("an end that nobody can make out is no leave: %j", (text) => {
  write(text);
  expect(() => refuseExpired(root, "acme")).toThrow(/^stacks\/Pulumi\.acme\.yaml cannot be made out/);
});

test("an end that the last `up` put into force counts, whatever the file says, and nothing is looked for that is open", () => {
  for (const to of [lastUp(), lastUp("2999-01-31 00:00 UTC")]) {
    expect(() => refuseExpiredByLastUp("acme", to)).not.toThrow();
    expect(asOfNow(to)).toBe(to);
  }
  const over = lastUp("2020-01-31 00:00 UTC");
  expect(() => refuseExpiredByLastUp("acme", over)).toThrow(
    "acme is shut since 2020-01-31 00:00 UTC, by `expires` of its last up, and stacks/Pulumi.acme.yaml says another end by now: `pulumi up --stack acme` puts that into force",
  );
  expect(asOfNow(over).proof.probes).toEqual(["shut tcp 1.1.1.1 443"]);
});
