import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { readImageSources } from "../capabilities/image/look/sources.ts";
import { LABELS } from "../gateway/contract.ts";
import { declaredBy } from "../host/declarations.ts";
import { complain, say } from "../host/say.ts";
import { yamlNames } from "../host/yaml-names.ts";
import { isMapping } from "../stack-file/mapping.ts";
import { firstLine, printable } from "../stack-file/printable.ts";
import { UserError } from "../stack-file/user-error.ts";
import { parseYaml } from "../stack-file/yaml.ts";
import { target } from "../target/target.ts";
import { type Adopted, carry } from "./adopt/carry.ts";
import { fromCompose } from "./adopt/compose.ts";
import { fromContainer } from "./adopt/container.ts";
import { fromDevcontainer, namesOfScript, parseJsonc } from "./adopt/devcontainer.ts";
import { type HandMade, handMade } from "./adopt/hand-made.ts";
import { type Command, ROOT } from "./command.ts";

export const command: Command = {
  usage: "adopt CONTAINER|FILE… [--name CLIENT] [--workspace DIRECTORY] [--service NAME] [--print]",
  help: `Writes a stack file for a sandbox that was made by hand, and tells how that differs from one of this product: what is carried over, and what is left
out and why. All that is named tells of one sandbox:

  CONTAINER               one of the engine's, by its name
  compose.yaml            one service of it; --service says which, where there are several
  devcontainer.json       with the names that an init-firewall.sh beside it lets through
  a script (.sh)          the host names in it
  a policy (.yaml)        with services: and domains:; the stack file names it in egress.from

Nothing of these is run, built or changed, and no value that looks like a secret is copied. Read what was written: \`pulumi preview\` says what it opens.

  --name CLIENT           what the client is to be called; without it, as the first of them
  --workspace DIRECTORY   the one directory that the agent may write, where another one is meant
  --print                 prints the stack file and writes none

  agentbox adopt old-sandbox --name acme
  agentbox adopt compose.yaml --service dev --print`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{ name: { type: "string" }, workspace: { type: "string" }, service: { type: "string" } },
        print: { type: "boolean" },
      },
    });
    if (positionals.length === 0) throw new UserError(2, `what is to be adopted? agentbox ${command.usage}`);
    const sources: HandMade[] = [];
    for (const one of positionals) sources.push(...(await readSource(one, values.service)));
    const client = values.name ?? nameOf(positionals[0] ?? "");
    if (!/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(client))
      throw new UserError(
        2,
        `"${client}" is not a client's name: 2 to 32 lower-case letters, digits and -, starting with a letter; say --name CLIENT`,
      );
    const file = `stacks/Pulumi.${client}.yaml`;
    if (!values.print && existsSync(join(ROOT, file)))
      throw new UserError(2, `${file} is there already, and nothing is written over it; say --name, or --print`);
    const { agents } = readImageSources(ROOT, { agents: yamlNames(ROOT, "images/agents"), tools: [] });
    const adopted = await carry(sources, agents, values.workspace && resolve(values.workspace), async (config) => {
      const declared = await declaredBy(ROOT, client, stackText(config));
      return "problems" in declared ? [...declared.problems] : [];
    });
    const text = `${header(sources, adopted)}${stackText(adopted.config)}`;
    // What is printed for a file goes alone to where files are written to.
    const tell = values.print ? complain : say;
    for (const what of adopted.carried) tell(`carried   ${what}`);
    for (const { what, why } of adopted.left) tell(`left out  ${what}: ${why}`);
    if (values.print) for (const line of text.trimEnd().split("\n")) say(line);
    else {
      writeFileSync(join(ROOT, file), text, { flag: "wx" });
      say(`${file} is written; read it, then: pulumi preview --stack ${client}`);
    }
    return 0;
  },
};

/** Bytes at most. */
const MOST = 2 ** 20;

/** What one of the person's words tells: a file where there is one, else a container. @throws UserError */
async function readSource(word: string, service: string | undefined): Promise<HandMade[]> {
  const path = resolve(word);
  if (!existsSync(path)) return [await readContainer(word)];
  const stat = statSync(path);
  if (!stat.isFile() || stat.size > MOST)
    throw new UserError(
      2,
      `${word} is ${stat.isFile() ? "larger than 1 MiB" : "no file"}; name a compose file, a devcontainer.json, a script or a policy`,
    );
  const text = readText(word, path);
  const unfit = (why: string) => new UserError(2, `${word} ${why}`);
  if (word.endsWith(".sh")) return [{ ...handMade(word), names: namesOfScript(text) }];
  const content = parsed(word, text);
  if (/devcontainer[^/]*\.json$/.test(word)) {
    const folder = dirname(path);
    const found = fromDevcontainer(
      word,
      content,
      realpathSync(basename(folder) === ".devcontainer" ? dirname(folder) : folder),
    );
    if (typeof found === "string") throw unfit(found);
    const script = join(folder, "init-firewall.sh");
    const names =
      existsSync(script) && statSync(script).isFile() && statSync(script).size <= MOST
        ? namesOfScript(readText(script, script))
        : undefined;
    return [{ ...found, ...(names && { names }) }];
  }
  if (isMapping(content) && ("domains" in content || Array.isArray(content.services)))
    return [{ ...handMade(word), policies: [path] }];
  const found = fromCompose(word, content, dirname(path), service);
  if (typeof found === "string") throw unfit(found);
  return [found];
}

/** @throws UserError where it cannot be read, as when somebody has shut it */
function readText(word: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(2, `${word} cannot be read (${(error as NodeJS.ErrnoException).code}); chmod u+r it`);
  }
}

/** @throws UserError */
function parsed(word: string, text: string): unknown {
  try {
    return word.endsWith(".json") ? parseJsonc(text) : parseYaml(text, { merge: true });
  } catch (error) {
    throw new UserError(2, `${word} cannot be read: ${firstLine((error as Error).message).replace(/:$/, "")}`);
  }
}

/** @throws UserError */
async function readContainer(name: string): Promise<HandMade> {
  const { engine } = await target.survey(target.find());
  const look = await target.container(engine, name);
  if ("unseen" in look) throw new UserError(3, `${name} could not be looked at: ${look.unseen}`);
  if (!look.seen) throw new UserError(2, `there is no file "${name}", and no container of this name on the engine`);
  const { found, ofImage } = look.seen;
  const client = found.Config.Labels?.[LABELS.client];
  if (client)
    throw new UserError(
      2,
      `${name} is a container of the client ${client} already; one that another checkout made: agentbox take-over ${client}`,
    );
  return fromContainer(name, found, ofImage);
}

/** A client's name of a container's or a file's: of `.devcontainer/devcontainer.json` the folder's above. */
function nameOf(word: string): string {
  const path = existsSync(resolve(word)) ? dirname(resolve(word)) : word;
  const last = basename(basename(path) === ".devcontainer" ? dirname(path) : path);
  return last
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 32);
}

function stackText(config: Readonly<Record<string, unknown>>): string {
  const keys = Object.entries(config).map(([key, value]) => [`agent-sandbox:${key}`, value]);
  // In quotes no reader of YAML takes `8080:3000` or `1e3` for a number.
  const settings = { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;
  return stringify({ config: Object.fromEntries(keys) }, settings);
}

/** Where it comes from, and what is not in it, as comments. */
function header(sources: readonly HandMade[], { left }: Adopted): string {
  const lines = [
    `Written by agentbox adopt, of ${sources.map(({ from }) => from).join(" and ")}. Read it before the first up.`,
    ...(left.length > 0 ? ["Left out:", ...left.map(({ what, why }) => `  ${what}: ${why}`)] : []),
  ];
  return lines.map((line) => `# ${printable(line)}\n`).join("");
}
