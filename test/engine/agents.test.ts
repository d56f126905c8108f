import { readServices } from "../../capabilities/egress/look/catalogue.ts";
import { dataNames, readImageSources } from "../../capabilities/image/look/sources.ts";
import { eventually, ROOT, useProject } from "./harness.ts";
import { ANSWER } from "./internet/models.ts";
import { CREDENTIALS, environment, KEY, PROMPTS } from "./prompts.ts";

const CODERS = Object.keys(PROMPTS).filter((name) => name !== "shell");

/** Words of the dialogs that people meet at a first start. */
const DIALOG =
  /do you trust|trust (the files|this folder)|welcome to|get started|choose (a|the) (theme|style)|select (login|auth)|sign in with|use this (api )?key|detected a custom api key|update available|new version|press enter to continue|how would you like to authenticate|terms of service/i;

const project = useProject();
const { internet } = project;
const acme = project.client("acme");

beforeAll(async () => {
  acme.shell = { ONE: KEY, OTHER: `${KEY}-other` };
  acme.write(config);
  await acme.mustUp();
  // Up to here it is the canary that asks.
  proven = (await acme.audit()).length;
  started = Date.now();
  for (const name of Object.keys(PROMPTS))
    await acme.exec(`tmux new-session -d -x 140 -y 45 -s ${name} "${environment(name)} enter ${name}; sleep 1000"`);
});

const config = {
  agents: Object.keys(PROMPTS),
  egress: { allow: ["claude", "openai"] },
  dotfiles: {},
  credentials: CREDENTIALS,
};

let proven = 0;
let started = 0;

const screen = async (name: string) => (await acme.exec(`tmux capture-pane -p -t ${name}`)).stdout;
const ask = (name: string, words: string) =>
  acme.exec(
    `${environment(name)} timeout 120 ask ${name} ${(PROMPTS[name]!.ask ?? []).join(" ")} '${words}' </dev/null 2>&1`,
  );

test.each(Object.keys(PROMPTS))("%s reaches its prompt at its first start, and asks nothing", async (name) => {
  const seen = await patiently(
    () => screen(name),
    (text) => PROMPTS[name]!.prompt.test(text),
  );
  expect(seen).not.toMatch(DIALOG);
});

test.each(CODERS)(
  "%s answers once in print mode, told where it is, and runs no command that a guard refuses",
  async (name) => {
    const { guarded, name: api } = PROMPTS[name]!;
    const git = "git -c user.name=x -c user.email=x@x.test";
    await acme.exec(
      `rm -rf r; git init -q r; cd r; ${git} commit -q --allow-empty -m x; echo work >file; git add file`,
    );
    const before = (await internet.heard()).length;
    const { stdout } = await ask(name, guarded ? "please [[run: cd /workspace/r && git reset --hard]]" : "say hello");
    expect(stdout).toContain(ANSWER);
    const heard = (await internet.heard()).slice(before).filter((request) => request.startsWith(api));
    expect(heard.join("\n")).toContain("/etc/agent-sandbox/ABOUT.md");
    if (guarded) expect(heard.join("\n")).toContain("throws away uncommitted work");
    expect((await acme.exec("cat r/file")).stdout).toBe("work\n");
  },
);

test("the agents ask for nothing but what is declared for them, while they wait and while they work", async () => {
  // They have to have waited for a minute: what is asked for from time to time shows.
  await new Promise((done) => setTimeout(done, Math.max(0, started + 60_000 - Date.now())));
  const { agents } = readImageSources(ROOT, { agents: dataNames(ROOT, "agents"), tools: [] });
  const services = agents.flatMap(({ services }) => [...services.api, ...services.login]);
  const declared = readServices(ROOT, [...new Set([...services, "openai"])]).flatMap(({ hosts }) =>
    hosts.map(({ host }) => host),
  );
  const expected = [...declared, ...agents.flatMap(({ refused }) => refused)];
  const asked = (await acme.audit()).slice(proven).filter(({ kind }) => ["dns", "tls", "http"].includes(kind));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter(({ name }) => !expected.includes(String(name)))).toEqual([]);
});

test("two agents that take their keys from one variable each use their own", async () => {
  const of = async (name: string) =>
    (await acme.exec(`ls /run/secrets/env/${name} && sha256sum /run/secrets/env/${name}/*`)).stdout;
  expect(await of("pi")).toContain("ANTHROPIC_API_KEY");
  expect((await of("pi")).split(" ")[0]).not.toBe((await of("claude")).split(" ")[0]);
});

test("the policy that the agent can read changes with the policy, and the agent stays", async () => {
  // Hooks of a repository that came since would be masked, and a mask makes the agent anew.
  await acme.exec("rm -rf /workspace/r");
  const { agent } = await acme.running();
  const names = async () =>
    JSON.parse((await acme.exec("cat /run/agent-sandbox/policy.json")).stdout).allow.map(
      ({ name }: { name: string }) => name,
    );
  expect(await names()).not.toContain("allowed.test");
  acme.write({ ...config, egress: { allow: ["claude", "openai", "allowed.test"] } });
  await acme.mustUp();
  expect(await names()).toContain("allowed.test");
  expect((await acme.running()).agent).toBe(agent);
});

test("an agent that leaves and comes back, on a container made anew, has its login, history and settings", async () => {
  await acme.exec(
    'echo {} >~/.claude/.credentials.json; echo kept >~/.codex/note; echo "ls # seen" >~/.local/state/history/bash; ask-for docs.test "the manual"',
  );
  const { agent } = await acme.running();
  const { claude, codex } = config.credentials;
  acme.write({ ...config, agents: ["claude"], credentials: { claude } });
  await acme.mustUp();
  expect((await acme.running()).agent).not.toBe(agent);
  expect((await acme.exec("cat ~/.codex/note")).code).not.toBe(0);
  acme.write({ ...config, agents: ["claude", "codex"], credentials: { claude, codex } });
  await acme.mustUp();
  expect((await acme.exec("cat ~/.claude/.credentials.json ~/.codex/note ~/.local/state/history/bash")).stdout).toBe(
    "{}\nkept\nls # seen\n",
  );
  expect((await acme.exec("cat /var/lib/agent-sandbox/requests")).stdout).toContain(
    '"want":"docs.test","why":"the manual"',
  );
  await acme.exec('tmux new-session -d -x 140 -y 45 -s claude "enter claude"');
  expect(
    await patiently(
      () => screen("claude"),
      (text) => PROMPTS.claude!.prompt.test(text),
    ),
  ).not.toMatch(DIALOG);
  expect((await ask("codex", "say hello")).stdout).toContain(ANSWER);
});

/** Eight programs that start at once on two cores take their time. */
async function patiently(look: () => Promise<string>, so: (seen: string) => boolean): Promise<string> {
  for (let turn = 0; turn < 3; turn++) {
    try {
      return await eventually(look, so);
    } catch {}
  }
  return eventually(look, so);
}
