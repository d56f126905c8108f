import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tellLogins } from "../../target/engine/tell-logins.ts";
import { ROOT, useProject } from "./harness.ts";

const project = useProject();
const acme = project.client("acme");
const AGENTBOX = join(project.folder, "bin/agentbox");
const FILE = "/home/dev/.bot/deep/auth.json";

/** The person's own login, which no sandbox sees. */
let own: string;
const login = (token: string, more = {}) =>
  JSON.stringify({ account: { access: token, refresh: `renews-${token}`, ends: Date.now() + 3_600_000, ...more } });
const writeOwn = (token: string) => writeFileSync(own, login(token), { mode: 0o600 });

beforeAll(async () => {
  own = join(mkdtempSync(join(tmpdir(), "login-")), "own.json");
  // A checkout whose images are its own to change, and an agent that no provider knows: any package of the registry will do.
  rmSync(join(project.folder, "images"));
  cpSync(join(ROOT, "images"), join(project.folder, "images"), { recursive: true });
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
description: An agent with a login.
package: {lock: bot, files: {"*": lib/bot/.}}
run: [node, /usr/local/lib/bot/bin.mjs]
state: [{dir: /home/dev/.bot, purpose: bot}]
keys: [BOT_KEY]
login:
  ways:
    - {token: BOT_KEY, how: make a key}
    - inside: [bash, -c, 'mkdir -p ~/.bot/deep; read -r code; printf "{\\"account\\": {\\"access\\": \\"%s\\", \\"refresh\\": \\"x\\"}}" "$code" >${FILE}']
      how: paste the code
    - {host: ${own}, how: a copy of your own}
  file:
    at: ${FILE}
    has: [{in: account, token: access, renews: refresh, ends: ends}]
    refresh: {use: once, source: "https://bot.example/1", seen: 2026-11-29}
`,
  );
  writeOwn("planted-one");
  acme.write({ agents: ["bot"], credentials: { bot: { login: "host" } } });
  const { text } = await acme.mustUp();
  expect(text.replace(/\s+/g, " ")).toContain("the first of both that renews it ends the other");
});
afterAll(() => rmSync(join(own, ".."), { recursive: true }));

const agentbox = (args: string[], input = "") => {
  const { status, stdout, stderr } = spawnSync(AGENTBOX, args, { input, env: project.environment(), encoding: "utf8" });
  expect(stdout + stderr).not.toMatch(/planted/);
  return { status, text: stdout + stderr };
};
const status = () => agentbox(["status", acme.name]);
const there = async () => (await acme.exec(`cat ${FILE}`)).stdout;

test("a login is copied once, and is told as the agent's word, without any of it", async () => {
  expect(await there()).toContain("planted-one");
  expect(status()).toEqual({
    status: 0,
    text: expect.stringMatching(
      / runs since .*UTC\n {2}ok +bot: logged in, its own file says, and it renews that itself\n$/,
    ),
  });
  // The agent renews it, and the person renews theirs: no up touches the copy.
  await acme.exec(`printf %s '${login("renewed")}' >${FILE}`);
  writeOwn("planted-two");
  await acme.mustUp();
  await acme.exec("/usr/local/lib/agent-sandbox/prepare");
  expect(await there()).toContain('"renewed"');
});

test("an agent that deletes its login gets no other by itself, and the person is told", async () => {
  await acme.exec(`rm ${FILE}`);
  expect((await acme.mustUp()).text).toContain("credentials.bot.login: not logged in; `agentbox login");
  const { text } = agentbox(["enter", acme.name], "exit\n");
  expect(text).toContain("the login of bot is gone, and your own is not copied again unless you say so");
  expect((await acme.exec(`ls ${FILE}`)).code).not.toBe(0);
  expect(status()).toEqual({ status: 0, text: expect.stringMatching(/none +bot: not logged in; `agentbox login /) });
});

test("your login is copied again when you say yes, and nobody else can say it", async () => {
  const words = ["login", acme.name, "bot", "--reseed"];
  expect(agentbox(words)).toEqual({ status: 2, text: expect.stringContaining("say --yes as well") });
  expect((await acme.exec(`ls ${FILE}`)).code).not.toBe(0);
  // Something in its place that no copy goes over.
  await acme.exec(`mkdir -p ${FILE}/x`);
  writeOwn("planted-three");
  const { status: code, text } = agentbox([...words, "--yes"]);
  expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining("done: bot logged in, its own file says") });
  expect(text).toMatch(/end each other: what renews it is good for one use \(https:\/\/bot.example\/1, 2026-11-29\)/);
  expect(await there()).toContain("planted-three");
});

test.each([
  ["a link to another login", `ln -s /run/secrets/login/bot ${FILE}`, "a link, a pipe or a directory"],
  [
    "a link on the way",
    `rm -r ~/.bot/deep; mkdir ~/.bot/else; echo '${login("x")}' >~/.bot/else/auth.json; ln -s else ~/.bot/deep`,
    "a link",
  ],
  ["a pipe", `mkfifo ${FILE}`, "a link, a pipe or a directory"],
  ["a huge file", `truncate -s 8G ${FILE}`, "a huge file"],
  ["JSON without a bottom", `head -c 200000 /dev/zero | tr '\\0' '[' >${FILE}`, "no JSON object"],
  ["control characters", `printf '\\033[2J{"account": {"access": "x"}}' >${FILE}`, "no JSON object"],
  [
    "an end that is text",
    `printf '{"account": {"access": "x", "ends": "\\\\u001b[2J"}}' >${FILE}`,
    "logged in, its own file says",
  ],
  ["a login without a token", `echo '{"account": {"refresh": "x"}}' >${FILE}`, "its file has no login"],
])("%s in the place of a login is told, and holds nobody up", async (_what, make, says) => {
  await acme.exec(`rm -rf ~/.bot/deep ~/.bot/else; mkdir ~/.bot/deep; ${make}`);
  const began = Date.now();
  const { text } = status();
  expect(text).toContain(says);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what steers a terminal
  expect(text).not.toMatch(/\u001b/);
  expect(Date.now() - began).toBeLessThan(30_000);
  expect((await project.engine.residue(acme.name)).containers.filter((name) => name.includes("logins"))).toEqual([]);
});

test("a look that has no jq says that it could not look, and not that nobody is logged in", async () => {
  const images = await project.engine.ask("images", "--format", "{{.Repository}}:{{.Tag}}");
  const base = images.split("\n").find((name) => name.startsWith("agent-sandbox/base:"))!;
  const places = [{ volume: `${acme.name}-bot`, path: "deep/auth.json", has: [{ in: "account", token: "access" }] }];
  const look = (image: string) =>
    tellLogins(
      { cli: "docker", host: project.engine.host ?? "unix:///var/run/docker.sock" },
      { client: acme.name, image, places },
    );
  await acme.exec(`rm -rf ~/.bot/deep; mkdir ~/.bot/deep; echo '${login("x")}' >${FILE}`);
  expect(await look((await project.engine.inspect(acme.gateway)).Config.Image)).toMatchObject({
    seen: [{ is: "file" }],
  });
  expect(await look(base)).toEqual({ unseen: expect.stringContaining("jq could not be run") });
});

test("a login that ends and is not renewed is told 14 days before", async () => {
  const ends = Date.now() + 3 * 86_400_000;
  await acme.exec(
    `rm -rf ~/.bot/deep; mkdir ~/.bot/deep; echo '{"account": {"access": "x", "ends": ${ends}}}' >${FILE}`,
  );
  expect(status()).toEqual({ status: 1, text: expect.stringMatching(/SOON +bot: logged in until .* in 3 days/) });
});

test("an agent is logged in in its sandbox by its own words, and by a key that is delivered", async () => {
  acme.write({ agents: ["bot"], credentials: { bot: { login: "inside" } } });
  await acme.mustUp();
  await acme.exec(`rm ${FILE}`);
  const inside = agentbox(["login", acme.name, "bot"], "code\n");
  expect(inside).toEqual({ status: 0, text: expect.stringContaining(`kept in ${acme.name}-bot, as ${FILE} there`) });
  expect(await there()).toContain('"code"');

  const steps = agentbox(["login", acme.name, "bot", "--way", "token"]);
  expect(steps).toEqual({ status: 1, text: expect.stringContaining("secret-tool store --label=") });
  acme.shell = { KEY_OF_BOT: "planted-key" };
  const expires = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  acme.write({ agents: ["bot"], credentials: { bot: { apiKey: { env: "KEY_OF_BOT", expires } } } });
  expect(agentbox(["login", acme.name, "bot"])).toEqual({
    status: 1,
    text: expect.stringContaining("no up has delivered it"),
  });
  const { text } = await acme.mustUp();
  expect(text).toMatch(new RegExp(`credentials\\.bot\\.apiKey: expires on ${expires}, in 5 days`));
  expect(agentbox(["login", acme.name, "bot"])).toEqual({
    status: 0,
    text: expect.stringContaining("as the last up delivered it"),
  });
  expect(status()).toEqual({
    status: 1,
    text: expect.stringMatching(/SOON +bot: key BOT_KEY \(env KEY_OF_BOT\) until/),
  });
});
