import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Declared } from "../capabilities/capability.ts";
import { describeSource } from "../capabilities/delivered.ts";
import type { Agent } from "../capabilities/image/agent.ts";
import { hostFileOf, kindOf, type LoginWay, type WAYS } from "../capabilities/login.ts";
import { flawless, readDeclarations } from "../host/declarations.ts";
import { engineOf } from "../host/engine-of.ts";
import { lookAtLogins, ofAgent } from "../host/logins.ts";
import { askPerson, complain, say } from "../host/say.ts";
import { loginStanding, type Standing } from "../plan/login-standing.ts";
import { names } from "../plan/names.ts";
import { packageOf } from "../setup/places.ts";
import { oneLine } from "../stack-file/printable.ts";
import { suggest } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Engine } from "../target/engine/engine.ts";
import { target } from "../target/target.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { lookAtKey } from "./login/key.ts";
import { hostSteps, tokenSteps } from "./login/steps.ts";
import { bringUp, openDoor, START_HELP } from "./ways/way-in.ts";

export const command: Command = {
  usage: "login CLIENT AGENT [--way token|inside|host] [--reseed] [--start] [--yes]",
  help: `Logs an agent in, step by step: says in which ways that can be done, goes one of them, says what is stored where, and looks at the end whether the agent is
logged in, from outside of its sandbox. Without --way it is the way of the stack file, and without one there the agent's best.

  token    a key or token that you make: which, how to store it, and the line of the stack file. It is never read or shown here
  inside   at the agent's own prompt in the sandbox; its login stays in the client's volume
  host     a copy of your own login, made once

Exit code 1 when the agent is not logged in.

  --reseed  with --way host: your login is copied once more, in the place of the agent's. It asks
${START_HELP}, and answers the question of --reseed

  agentbox login acme claude`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{ way: { type: "string" }, reseed: { type: "boolean" } },
        ...{ start: { type: "boolean" }, yes: { type: "boolean" } },
      },
    });
    const { start = false, yes = false, reseed = false } = values;
    const [client, name, ...more] = positionals;
    if (client === undefined || name === undefined || more.length > 0)
      throw new UserError(2, `one client and one agent: agentbox ${command.usage}`);
    const { declared, agent } = await findAgent(client, name);
    const way = chosen(agent, declared, values.way ?? (reseed ? "host" : undefined));
    if (reseed && way !== "host") throw new UserError(2, "--reseed copies your own login again; that is --way host");
    if (yes && !start && !reseed)
      throw new UserError(2, `--yes goes with --start or --reseed: agentbox ${command.usage}`);
    tellWays(agent, way);
    const goes = { client, agent, declared, start, yes };
    const stands = await { token, inside, host: (of: Going) => host(of, reseed) }[way](goes);
    say(`${stands.word === "ok" ? "done" : stands.word}: ${name} ${stands.says}`);
    return stands.word === "ok" || stands.word === "SOON" ? 0 : 1;
  },
};

type Way = (typeof WAYS)[number];

interface Going {
  client: string;
  agent: Agent;
  declared: Declared;
  start: boolean;
  yes: boolean;
}

/** @throws UserError 2 */
async function findAgent(client: string, name: string): Promise<{ declared: Declared; agent: Agent }> {
  const [declaration] = await readDeclarations(ROOT, { clients: knownClients(ROOT, [client]), here: true });
  const declared = declaration && flawless(declaration);
  if (!declared) throw new UserError(2, `stacks/Pulumi.${client}.yaml has mistakes; see \`agentbox check ${client}\``);
  const agents = declared.agents.map((agent) => agent.name);
  const agent = declared.agents.find((agent) => agent.name === name);
  if (!agent)
    throw new UserError(
      2,
      `"${name}" is not an agent of ${client}.${suggest(name, agents)} Its agents: ${agents.join(", ")}`,
    );
  if (!agent.login) throw new UserError(2, `${name} needs no login`);
  return { declared, agent };
}

/** @throws UserError 2 for a way that the agent has not */
function chosen({ name, login }: Agent, { spec }: Declared, said: string | undefined): Way {
  const kinds = [...new Set(login?.ways.map(kindOf))];
  const credential = spec.credentials[name];
  const written = credential && ("login" in credential ? credential.login : "token");
  const way = said ?? written ?? kinds[0];
  const found = kinds.find((kind) => kind === way);
  if (found) return found;
  throw new UserError(
    2,
    `"${way}" is not a way to log ${name} in.${suggest(way ?? "", kinds)} Ways: ${kinds.join(", ")}`,
  );
}

function tellWays({ name, login }: Agent, way: Way): void {
  say(`Ways to log ${name} in, the best first:`);
  for (const one of login?.ways ?? [])
    say(`  ${kindOf(one) === way ? "*" : " "} ${kindOf(one).padEnd(7)} ${describeWay(one)}`);
}

function describeWay({ token, host, how, source, seen }: LoginWay): string {
  const what = token === undefined ? "" : `${token}: `;
  const from = host === undefined ? "" : ` (${host})`;
  return `${what}${how}${from}${source === undefined ? "" : ` [${source}, ${seen}]`}`;
}

/** Says what a person does, for what they make is theirs to store: nothing of it is read here. */
async function token({ client, agent, declared }: Going): Promise<Standing> {
  const { name } = agent;
  const key = declared.files.find((file) => file.role === "variable" && file.key === `credentials.${name}.apiKey`);
  if (key?.role !== "variable") {
    for (const line of tokenSteps(client, agent, process.platform)) say(line);
    return { word: "none", says: `has no key in stacks/Pulumi.${client}.yaml yet; run this again after these steps` };
  }
  say(
    `stacks/Pulumi.${client}.yaml says where its ${key.name} is read: ${describeSource(key.source)}. Each \`pulumi up\` delivers it`,
  );
  say(`to ${names(client).volume("secrets")}, where ${name} reads it; no other agent has it as its variable.`);
  return lookAtKey(client, key);
}

/** Hands the person over to the agent's own words for it, then looks. */
async function inside({ client, agent, start, yes }: Going): Promise<Standing> {
  const { engine } = await openDoor({ client, start, yes });
  const way = agent.login?.ways.find((way) => way.inside !== undefined);
  const place = agent.login?.file;
  const kept = agent.state.map(({ purpose }) => names(client).volume(purpose)).join(", ");
  say(`It runs in ${client}'s sandbox: ${way?.inside?.join(" ")}. ${way?.how ?? ""}`);
  say(
    place
      ? `The login is kept in ${kept}, as ${place.at} there: an update keeps it, \`pulumi destroy\` wipes it.`
      : `Where ${agent.name} keeps the login is not known.`,
  );
  const code = await atTerminal(engine, client, way?.inside ?? []);
  if (code !== 0) complain(`agentbox: ${way?.inside?.join(" ")} ended with status ${code}`);
  return check(client, agent);
}

/** Runs a command of an agent's at this terminal, as `enter` runs an agent. It has no key. */
function atTerminal(engine: Engine, client: string, words: readonly string[]): Promise<number> {
  // Ctrl-C is the agent's.
  process.on("SIGINT", () => {});
  const env = {
    ...target.variables(process.env, engine),
    AGENT_SANDBOX_ENGINE: engine.cli,
  };
  return new Promise((resolve) => {
    const child = spawn(join(packageOf(ROOT), "bin/agentbox"), ["sign-in", client, "--", ...words], {
      env,
      stdio: "inherit",
    });
    child.on("error", () => resolve(1));
    child.on("close", (status) => resolve(status ?? 1));
  });
}

/** A copy of the person's own login: once by itself, again where they say so. */
async function host({ client, agent, declared, start, yes }: Going, again: boolean): Promise<Standing> {
  const { name, login } = agent;
  const credential = declared.spec.credentials[name];
  for (const line of hostSteps(client, agent)) say(line);
  if (!credential || !("login" in credential) || credential.login !== "host")
    return {
      word: "none",
      says: `has no copy: write \`${name}: {login: host}\` below credentials in stacks/Pulumi.${client}.yaml, then \`pulumi up --stack ${client}\``,
    };
  const { engine } = await openDoor({ client, start, yes });
  if (again) {
    const asked = `Copy ${hostFileOf(login)} to ${client} again? The login that ${name} has there is removed [yes/no]`;
    const answer = yes ? "yes" : await askPerson(asked);
    if (answer === undefined)
      throw new UserError(2, "--reseed asks first, and nobody can be asked here: say --yes as well");
    if (answer !== "yes") {
      say("Nothing was copied.");
      return check(client, agent);
    }
    // What was delivered is the login of the last up.
    await bringUp(client, yes);
    const said = await target.reseed(engine, client, login?.file?.at ?? "");
    if (!said.ok) throw new UserError(3, `${client} did not copy it: ${oneLine(said.why)}`);
  }
  return check(client, agent);
}

/** Looks from outside whether the agent is logged in. */
async function check(client: string, agent: Agent): Promise<Standing> {
  const survey = await target.survey(engineOf(ROOT, client), {
    containers: [names(client).agent, names(client).gateway],
  });
  return loginStanding(client, agent, ofAgent(await lookAtLogins(survey, client, [agent]), agent.name), Date.now());
}
