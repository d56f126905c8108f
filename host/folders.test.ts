import { homedir } from "node:os";
import { join } from "node:path";
import { cacheFolder, configFolder } from "./folders.ts";

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test.each([undefined, "", "relative", "./x"])("what is said as %j is no folder of a person's", (said) => {
  for (const name of ["XDG_CONFIG_HOME", "XDG_CACHE_HOME"]) {
    delete process.env[name];
    if (said !== undefined) process.env[name] = said;
  }
  expect([configFolder(), cacheFolder()]).toEqual([
    join(homedir(), ".config/agent-sandbox"),
    join(homedir(), ".cache/agent-sandbox"),
  ]);
});

test("the folders that a person has chosen are taken", () => {
  Object.assign(process.env, { XDG_CONFIG_HOME: "/srv/c", XDG_CACHE_HOME: "/srv/k" });
  expect([configFolder(), cacheFolder()]).toEqual(["/srv/c/agent-sandbox", "/srv/k/agent-sandbox"]);
});
