import { homedir } from "node:os";
import { join } from "node:path";
import { cacheFolder, configFolder, stateFolder } from "./folders.ts";

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test.each([undefined, "", "relative", "./x"])("what is said as %j is no folder of a person's", (said) => {
  for (const name of ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"]) {
    delete process.env[name];
    if (said !== undefined) process.env[name] = said;
  }
  expect([configFolder(), cacheFolder(), stateFolder()]).toEqual([
    join(homedir(), ".config/agent-sandbox"),
    join(homedir(), ".cache/agent-sandbox"),
    join(homedir(), ".local/state/agent-sandbox"),
  ]);
});

test("the folders that a person has chosen are taken", () => {
  Object.assign(process.env, { XDG_CONFIG_HOME: "/srv/c", XDG_CACHE_HOME: "/srv/k", XDG_STATE_HOME: "/srv/s" });
  expect([configFolder(), cacheFolder(), stateFolder()]).toEqual([
    ...["/srv/c/agent-sandbox", "/srv/k/agent-sandbox", "/srv/s/agent-sandbox"],
  ]);
});
