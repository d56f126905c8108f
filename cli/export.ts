import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { writeAuditLine } from "../gateway/audit-line.ts";
import { hostPath } from "../host/path.ts";
import { complain, say } from "../host/say.ts";
import { within } from "../plan/path.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Look } from "../target/look.ts";
import { target } from "../target/target.ts";
import { findClient } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { writtenByAgents } from "./known-neighbours.ts";
import { readHistory } from "./pulumi/history.ts";
import { askOutputs } from "./pulumi/outputs.ts";

export const command: Command = {
  usage: "export CLIENT [--to FOLDER]",
  help: `Keeps of a client what a destroy removes: the audit, the history of its stack, and its outputs, the posture among them. No secret is in it, nor
anything that the agent has written besides the names that it asked for. A new folder of mode 700, files of mode 600, and manifest.json, which has the sum
of each and names what could not be read. Exit code 1 when something could not be read.

  --to FOLDER   one that is not there, or is empty, and no agent can write; without it, ~/agent-sandbox-CLIENT-TIME

  agentbox export acme --to ~/kept`,

  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { to: { type: "string" } } });
    const { engine, client } = await findClient(positionals, command.usage);
    const time = new Date().toISOString();
    const folder = values.to === undefined ? usualFolder(client, time) : resolve(values.to);
    await refuseFolder(ROOT, client, folder);
    const [audit, history, outputs] = await Promise.all([
      readAudit(engine, client),
      historyText(client),
      readOutputTexts(client),
    ]);
    const looks: Readonly<Record<string, Look<string>>> = { "audit.jsonl": audit, "history.json": history, ...outputs };
    const texts = Object.entries(looks).flatMap(([name, look]) => ("seen" in look ? [[name, look.seen] as const] : []));
    const unseen = Object.entries(looks).flatMap(([name, look]) =>
      "unseen" in look ? [[name, look.unseen] as const] : [],
    );
    if (texts.length === 0)
      throw new UserError(3, `nothing of ${client} could be read: ${unseen.map(([, why]) => why).join("; ")}`);
    const files = texts.map(([name, text]) => ({
      ...{ name, bytes: Buffer.byteLength(text), sha256: createHash("sha256").update(text).digest("hex") },
    }));
    const manifest = { version: 1, client, time, files, unseen: Object.fromEntries(unseen) };
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // One that was there had a mode of its own.
    chmodSync(folder, 0o700);
    const written = [...texts, ["manifest.json", `${JSON.stringify(manifest, null, 2)}\n`] as const];
    for (const [name, text] of written) {
      writeFileSync(join(folder, name), text, { flag: "wx", mode: 0o600 });
      say(`${name.padEnd(14)}${Buffer.byteLength(text)} bytes`);
    }
    for (const [name, why] of unseen) complain(`${name.padEnd(14)}could not be read: ${why}`);
    say(`${client} is exported to ${folder}`);
    return unseen.length === 0 ? 0 : 1;
  },
};

function usualFolder(client: string, time: string): string {
  return join(homedir(), `agent-sandbox-${client}-${time.replace(/[-:]|\.\d+/g, "")}`);
}

/** @throws UserError when something is there, or some client's agents can write there: they would read it, and change it */
export async function refuseFolder(root: string, client: string, folder: string): Promise<void> {
  if (existsSync(folder) && !(statSync(folder).isDirectory() && readdirSync(folder).length === 0))
    throw new UserError(2, `${folder} is no empty folder; name one that is not there. Nothing was written`);
  const place = existing(folder);
  const holder = (await writtenByAgents(root, client, folder)).find(({ path }) => {
    const directory = hostPath(path, root);
    return existsSync(directory) && within(place, realpathSync(directory));
  });
  if (holder)
    throw new UserError(
      2,
      `${folder} is inside the ${holder.what} of ${holder.client}, where its agents can change it; name another folder. Nothing was written`,
    );
}

/** Where a path leads as far as it is there, links resolved. */
function existing(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(existing(dirname(path)), basename(path));
}

async function readAudit(engine: Engine, client: string): Promise<Look<string>> {
  try {
    const { lines, broken, unseen } = await target.logs.read(engine, client);
    if (broken > 0) complain(`agentbox: ${broken} lines of the audit are cut off and left out`);
    if (unseen) complain(`agentbox: what the agent asks for could not be read, and is left out: ${unseen}`);
    return { seen: lines.map((line) => `${writeAuditLine(line)}\n`).join("") };
  } catch (error) {
    if (error instanceof UserError) return { unseen: error.message };
    throw error;
  }
}

/** What is kept of an update. Its environment has this machine's paths, and its config may have values that were encrypted. */
const Update = z.object({
  version: z.number().optional(),
  kind: z.string(),
  startTime: z.string(),
  endTime: z.string().optional(),
  message: z.string().optional(),
  environment: z.record(z.string(), z.string()).nullish(),
  config: z
    .record(z.string(), z.looseObject({ value: z.string().optional(), secret: z.boolean().optional() }))
    .nullish(),
  result: z.string().optional(),
  resourceChanges: z.record(z.string(), z.number()).nullish(),
});

async function historyText(client: string): Promise<Look<string>> {
  const said = await readHistory(ROOT, client);
  if ("unseen" in said) return said;
  if (said.seen === undefined) return { unseen: `there is no stack ${client} here` };
  try {
    const all = z.array(Update).parse(JSON.parse(said.seen));
    return { seen: `${JSON.stringify(all.map(keptUpdate), null, 2)}\n` };
  } catch {
    return { unseen: "pulumi stack history says none that this version knows" };
  }
}

function keptUpdate({ environment, config, ...update }: z.output<typeof Update>) {
  const git = Object.entries(environment ?? {}).filter(([name]) =>
    ["git.head", "git.headName", "git.dirty"].includes(name),
  );
  const plain = Object.entries(config ?? {}).map(([name, { value, secret }]) => [
    name,
    secret === false ? value : "[secret]",
  ]);
  return { ...update, git: Object.fromEntries(git), config: Object.fromEntries(plain) };
}

/** The outputs that are for people: what is for programs is a secret to Pulumi, and holds fingerprints. */
async function readOutputTexts(client: string): Promise<Record<string, Look<string>>> {
  const outputs = await askOutputs(ROOT, client);
  const unseen = (why: string) => ({ "outputs.json": { unseen: why }, "posture.txt": { unseen: why } });
  if ("unseen" in outputs) return unseen(outputs.unseen);
  if (outputs.seen === undefined) return unseen(`there is no stack ${client} here`);
  const { posture, ...others } = outputs.seen;
  const shown = Object.entries(others).filter(([, value]) => value !== "[secret]");
  return {
    "outputs.json": { seen: `${JSON.stringify(Object.fromEntries(shown), null, 2)}\n` },
    "posture.txt":
      typeof posture === "string"
        ? { seen: `${posture}\n` }
        : { unseen: "its stack has no posture: it was not brought up, or by another version" },
  };
}
