import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "./engine.ts";
import { ROOT } from "./harness.ts";

test("`agentbox bump --check` asks the registry that npm is configured with, and changes nothing", async () => {
  const lock = () => readFileSync(join(ROOT, "images/lock.yaml"), "utf8");
  const before = lock();
  const ask = () => run(join(ROOT, "bin/agentbox"), ["bump", "--check"], process.env, ROOT);
  let answer = await ask();
  // The one thing here that is not ours is the registry: what it was too slow for is asked for again.
  if (answer.code === 3) answer = await ask();
  const { code, stdout, text } = answer;
  if (code !== 0 && code !== 1) throw new Error(`the registry could not be asked: exit ${code}\n${text}`);
  for (const name of Object.keys(parse(before).packages))
    expect(stdout).toMatch(new RegExp(`^${name} {2}.*(→|is the newest)`, "m"));
  expect(code).toBe(stdout.includes("→") ? 1 : 0);
  expect(lock()).toBe(before);
});

test("a registry that does not answer is told, with exit code 3", async () => {
  const nowhere = { ...process.env, npm_config_registry: "http://127.0.0.1:9/" };
  const { code, text } = await run(join(ROOT, "bin/agentbox"), ["bump", "--check", "gemini"], nowhere, ROOT);
  expect(code).toBe(3);
  expect(text).toMatch(/^agentbox: npm view @google\/gemini-cli: .*ECONNREFUSED.*Nothing was changed$/m);
});
