import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, useProject } from "./harness.ts";

const project = useProject();
const acme = project.client("acme");

test("an agent is added by its YAML file and its entry in the lock, and runs in a sandbox", async () => {
  // A checkout whose images are its own to change.
  rmSync(join(project.folder, "images"));
  cpSync(join(ROOT, "images"), join(project.folder, "images"), { recursive: true });
  // Any package of the registry will do: this one turns YAML into JSON.
  const { version, integrity } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages[
    "node_modules/yaml"
  ];
  appendFileSync(
    join(project.folder, "images/lock.yaml"),
    `\n  bot:\n    any: {package: yaml, version: ${version}, integrity: ${integrity}, released: 2026-01-01}\n`,
  );
  writeFileSync(
    join(project.folder, "images/agents/bot.yaml"),
    `
name: bot
description: Says in JSON what it is told in YAML.
package: {lock: bot, files: {"*": lib/bot/.}}
run: [node, /usr/local/lib/bot/bin.mjs]
flags: {print: [--json]}
state: [{dir: /home/dev/.bot, purpose: bot}]
settings: {/etc/bot.json: "settings of the image"}
seeds: {/home/dev/.bot/first: "of the first start"}
keys: [BOT_KEY]
before: printf %s "$BOT_KEY" >/home/dev/.bot/key
`,
  );
  // The agent of before knows which one comes: it leaves links where that one's state will be.
  acme.write({ agents: ["shell"] });
  await acme.mustUp();
  await acme.exec("ln -s /usr/local/bin ~/.bot; ln -s /usr/local/bin /state/bot");
  acme.shell = { KEY_OF_BOT: "sesame" };
  acme.write({ agents: ["bot"], credentials: { bot: { apiKey: { env: "KEY_OF_BOT" } } } });
  await acme.mustUp();
  expect(await acme.exec("echo 'an: answer' | ask bot")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"an":'),
  });
  expect((await acme.exec("cat /etc/bot.json ~/.bot/first ~/.bot/key")).stdout).toBe(
    // Each line of what is baked has its end.
    "settings of the image\nof the first start\nsesame",
  );
  expect((await project.engine.residue(acme.name)).volumes).toContain(`${acme.name}-bot`);
  expect((await acme.exec("readlink ~/.bot ~/.bot.before; test -w /usr/local/bin")).stdout).toBe(
    "/state/bot\n/usr/local/bin\n",
  );
  expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
});
