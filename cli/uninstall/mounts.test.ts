import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mountAt } from "./mounts.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "agent-sandbox-mounts-")));
mkdirSync(join(folder, "big/agent-sandbox/home"), { recursive: true });
symlinkSync("big", join(folder, "cache"));
symlinkSync("big/agent-sandbox", join(folder, "link"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["a folder that is one", "big/agent-sandbox", "big/agent-sandbox"],
  ["one below it", "big/agent-sandbox", "big/agent-sandbox/home"],
  ["the place where a link on the way leads", "cache/agent-sandbox", "big/agent-sandbox"],
  ["one below the place where a link on the way leads", "cache/agent-sandbox", "big/agent-sandbox/home"],
])("a mount is found: %s", (_what, path, point) => {
  expect(mountAt(join(folder, path), ["/", join(folder, point)])).toBe(join(folder, point));
});

test.each([
  ["another folder with the same beginning", "big/agent", "big/agent-sandbox"],
  ["the folder around it", "big/agent-sandbox", "big"],
  ["what a link leads to, which goes alone", "link", "big/agent-sandbox"],
])("none is found: %s", (_what, path, point) => {
  expect(mountAt(join(folder, path), ["/", join(folder, point)])).toBeUndefined();
});
