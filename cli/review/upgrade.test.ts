import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeUpgrade } from "./upgrade.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-upgrade-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const of = (entry?: Record<string, unknown>) => ({ packages: entry ? { "node_modules/agent-sandbox": entry } : {} });
const one = { version: "1.0.0", resolved: "file:agent-sandbox-1.0.0.tgz", integrity: "sha512-A" };

/** What is told of two locks; a word is one that is no JSON, and nothing is none. */
function told(...locks: [before: unknown, after: unknown]): string[] {
  const folders = locks.map((lock, side) => {
    const place = join(folder, String(side));
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    if (lock !== undefined)
      writeFileSync(join(place, "package-lock.json"), typeof lock === "string" ? lock : JSON.stringify(lock));
    return place;
  });
  return describeUpgrade(folders[0]!, folders[1]!);
}

test("the same package is nothing to tell, and neither is a checkout, which has none", () => {
  expect(told(of(one), of({ ...one, dev: true }))).toEqual([]);
  expect(told(of(), of())).toEqual([]);
  expect(told(undefined, undefined)).toEqual([]);
});

test.each<[what: string, before: unknown, after: unknown, says: RegExp]>([
  ["another version", of(one), of({ ...one, version: "1.1.0" }), /from "1\.0\.0" .* to "1\.1\.0" /],
  ["other bytes of one version", of(one), of({ ...one, integrity: "sha512-B" }), /"sha512-A" to .*"sha512-B"/],
  ["another place", of(one), of({ ...one, resolved: "https://evil.example/x.tgz" }), /to "1\.0\.0" "https:\/\/evil/],
  ["a link", of(one), of({ version: "1.0.0", link: true }), /to "1\.0\.0" a link/],
  ["a lock that is gone", of(one), undefined, /to what no package-lock\.json names/],
  ["a lock that is torn", of(one), "{", /to what no package-lock\.json names/],
  ["an entry that is none", of(one), { packages: [] }, /to what no package-lock\.json names/],
  ["the first", of(), of(one), /from what no package-lock\.json names to "1\.0\.0"/],
])("another package is told: %s", (_what, before, after, says) => {
  expect(told(before, after)).toEqual([expect.stringMatching(says)]);
});
