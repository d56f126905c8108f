import { AgentSchema } from "../capabilities/image/agent.ts";
import type { FoundLogin } from "../target/engine/tell-logins.ts";
import { readLogins } from "../target/engine/tell-logins.ts";
import { declaredStanding, loginStanding } from "./login-standing.ts";

const bot = AgentSchema.parse({
  ...{ name: "bot", description: "a bot", run: ["bot"], state: [{ dir: "/home/dev/.bot", purpose: "bot" }] },
  login: {
    ways: [{ inside: ["bot"], how: "x" }],
    file: { at: "/home/dev/.bot/auth", has: [{ token: "t" }], refresh: { use: "unknown", seen: "2026-11-29" } },
  },
});
const NOW = Date.parse("2026-11-29T12:00:00Z");
const of = (seen: FoundLogin | undefined) => {
  const { word, says } = loginStanding("acme", bot, { seen }, NOW);
  return `${word} ${says}`;
};
const at = (moment: string, renews = false): FoundLogin => ({
  ...{ is: "file", logins: [{ renews, ends: Date.parse(moment) }] },
});

test("a login that is renewed without a person ends for nobody, and what its file says is told as that", () => {
  expect(of(at("2026-11-29T11:00:00Z", true))).toBe("ok logged in, its own file says, and it renews that itself");
  expect(of({ is: "file", logins: [{ renews: false }] })).toBe("ok logged in, its own file says");
});

test("a login that ends is told 14 days before, and by the first of several that end", () => {
  expect(of(at("2026-12-14T00:00:00Z"))).toBe("ok logged in until 2026-12-14 00:00 UTC, its own file says");
  expect(of(at("2026-12-13T00:00:00Z"))).toMatch(
    /^SOON logged in until 2026-12-13 00:00 UTC, its own file says: in 14 days; `agentbox login acme bot`/,
  );
  const several = [{ renews: true, ends: 1 }, { renews: false }, ...[7, 6].map((ends) => ({ renews: false, ends }))];
  expect(of({ is: "file", logins: several })).toMatch(/^ENDED its login ended at 1970-01-01 00:00 UTC/);
  expect(of(at("2026-11-29T11:59:59Z"))).toMatch(
    /^ENDED its login ended at 2026-11-29 11:59:59 UTC, its own file says/,
  );
});

test("what is no login is told as none, and what nobody could see as nothing at all", () => {
  expect(of({ is: "absent" })).toBe("none not logged in; `agentbox login acme bot` logs it in");
  for (const is of ["other", "large", "broken"] as const)
    expect(of({ is })).toMatch(/^none not logged in: in the place/);
  expect(of({ is: "file", logins: [] })).toMatch(/^none not logged in: its file has no login/);
  expect(of(undefined)).toMatch(/^UNSEEN its sandbox keeps no state/);
  expect(loginStanding("acme", { name: "x" }, { seen: undefined }, NOW).word).toBe("unknown");
  expect(loginStanding("acme", bot, { unseen: "no engine" }, NOW)).toEqual({
    word: "UNSEEN",
    says: "could not look at its login: no engine",
  });
});

test("a day of the stack file is told from 14 days before", () => {
  const told = (expires?: string) => declaredStanding("key K", expires, NOW);
  expect(told()).toEqual({ word: "ok", says: "key K" });
  expect(told("2026-12-14")).toEqual({ word: "ok", says: "key K until 2026-12-14" });
  expect(told("2026-12-13")).toEqual({ word: "SOON", says: "key K until 2026-12-13: in 14 days" });
  expect(told("2026-11-29").word).toBe("ENDED");
});

test("a look at logins counts whole or not at all", () => {
  const line = '0 [{"renews":true,"ends":1764400000000},{"renews":false,"ends":null}]';
  expect(readLogins(`${line}\n1 other\nend\n`, 2)).toEqual({
    seen: [{ is: "file", logins: [{ renews: true, ends: 1764400000000 }, { renews: false }] }, { is: "other" }],
  });
  for (const text of [
    "",
    `${line}\n`,
    `${line}\nend`,
    `${line}\nend\n`,
    `${line}\n${line}\nend\n`,
    `${line}\n1 there\nend\n`,
    `${line}\n1 [{"renews":true,"ends":"\u001b[2J"}]\nend\n`,
    `${line}\n1 [{"renews":true,"ends":9e99}]\nend\n`,
    `${line}\n1 [{"renews":true,"ends":1,"token":"x"}]\nend\n`,
  ])
    expect(readLogins(text, 2)).toEqual({ unseen: expect.stringContaining("the look at login files") });
});
