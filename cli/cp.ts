import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { basename, dirname, join, posix, resolve } from "node:path";
import { parseArgs } from "node:util";
import { size } from "../capabilities/limits/size.ts";
import { entryAt } from "../host/entry-at.ts";
import { hostPath } from "../host/path.ts";
import { complain, say } from "../host/say.ts";
import { agentCanChange } from "../host/writable.ts";
import { within } from "../plan/path.ts";
import { oneLine } from "../stack-file/printable.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Engine } from "../target/engine/engine.ts";
import { target } from "../target/target.ts";
import { type Command, ROOT } from "./command.ts";
import { ArchiveError } from "./cp/archive.ts";
import { isThere, type Unpacked, unpack } from "./cp/unpack.ts";
import { writtenByAgents } from "./known-neighbours.ts";
import { openDoor, START_HELP } from "./ways/way-in.ts";

const MOST = "1GiB";

export const command: Command = {
  usage: "cp CLIENT:PATH DESTINATION | cp SOURCE CLIENT:PATH [--most 1GiB] [--start [--yes]]",
  help: `Copies a file or a directory out of a client's sandbox, or into it. Nothing that is there is written over: the destination is a new name, or a directory
that takes it by its own name. A PATH that does not begin with / counts from /workspace.

Of what comes out only files and directories are taken, with the modes of your own new files; links, devices and pipes are left out and told.
A destination that an agent could change is refused.

Exit codes: 0 all of it was copied, 1 not all of it, 2 bad usage, a source that does not exist, or a destination that is refused.

  --most 1GiB   how much may come out, in all
${START_HELP}

  agentbox cp acme:/workspace/report.pdf .
  agentbox cp ./data.csv acme:/workspace/`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { most: { type: "string" }, start: { type: "boolean" }, yes: { type: "boolean" } },
    });
    const [from, to, ...more] = positionals;
    if (from === undefined || to === undefined || more.length > 0)
      throw new UserError(2, `one source and one destination: agentbox ${command.usage}`);
    const [source, destination] = [place(from), place(to)];
    if ("client" in source === "client" in destination)
      throw new UserError(
        2,
        `one of both is a sandbox's, written CLIENT:PATH (a file of this machine with a colon: ./NAME): agentbox ${command.usage}`,
      );
    const most = size(1, "nothing comes out").safeParse(values.most ?? MOST);
    if (!most.success) throw new UserError(2, `--most ${most.error.issues.map(({ message }) => message).join("; ")}`);
    // Ctrl-C ends the engine's client as well; then what has come is removed here.
    process.on("SIGINT", () => {});
    const { start = false, yes = false } = values;
    if ("client" in source) {
      const goal = await goalOf(destination as { path: string }, source);
      const { engine } = await openDoor({ client: source.client, start, yes, late: true });
      return out(engine, source, goal, most.data);
    }
    const inside = destination as { client: string; path: string };
    const given = source as { path: string };
    if (!isThere(given.path)) throw new UserError(2, `${given.path} does not exist; nothing was copied`);
    const { engine } = await openDoor({ client: inside.client, start, yes });
    return into(engine, given.path, inside);
  },
};

/** `acme:a/b` is of a client's sandbox; anything else is of this machine. */
function place(text: string): { client: string; path: string } | { path: string } {
  const [, client, path] = /^([a-z][a-z0-9-]*):(.*)$/s.exec(text) ?? [];
  if (client === undefined || path === undefined) return { path: resolve(text) };
  const whole = posix.resolve("/workspace", path);
  if (whole === "/")
    throw new UserError(2, `${text}: the whole of a sandbox is not copied; write a path after the colon`);
  return { client, path: whole };
}

/** Where it goes on this machine. @throws UserError where something is there, or an agent could change where that leads */
async function goalOf({ path }: { path: string }, source: { client: string; path: string }): Promise<string> {
  const goal = isDirectory(path) ? join(path, posix.basename(source.path)) : path;
  if (isThere(goal))
    throw new UserError(2, `${goal} is there already; name another place, or remove it. Nothing was copied`);
  if (!isDirectory(dirname(goal))) throw new UserError(2, `${dirname(goal)} is no directory; nothing was copied`);
  const why = await held(dirname(goal), source.client);
  if (why) throw new UserError(2, `${dirname(goal)} ${why}. Nothing was copied`);
  return goal;
}

/** Why nothing comes into a directory: an agent could turn what is made there into a link while it is written. */
async function held(directory: string, from: string): Promise<string | undefined> {
  const written = await writtenByAgents(ROOT, from, directory);
  const writable = written.flatMap(({ client, what, path }) => {
    try {
      return [{ path: realpathSync(hostPath(path, ROOT)), what: `the ${what} of ${client}` }];
    } catch {
      // What is not there holds nothing.
      return [];
    }
  });
  const real = realpathSync(directory);
  const inside = writable.find(({ path }) => within(real, path));
  if (inside)
    return `is in ${inside.what}, where an agent can change it; what is there is there already, so copy it within`;
  return agentCanChange(directory, writable);
}

function isDirectory(path: string): boolean {
  return entryAt(path)?.isDirectory() ?? false;
}

async function out(
  engine: Engine,
  { client, path }: { client: string; path: string },
  goal: string,
  most: number,
): Promise<number> {
  const found = { folder: posix.dirname(path), base: posix.basename(path) };
  let came: Unpacked = { leftOut: [], repositories: [] };
  try {
    const said = await target.copy.out(engine, client, found, async (archive) => {
      came = await unpack(archive, found.base, goal, most);
    });
    if (!said.ok && said.absent)
      throw new UserError(2, `${client}:${path} does not exist, as far as the agent sees; nothing was copied`);
    if (!said.ok) complain(`agentbox: not all of ${client}:${path} could be read: ${oneLine(said.why)}`);
    const { leftOut, repositories } = came;
    for (const { name, why } of leftOut) complain(`agentbox: left out ${name}: ${why}`);
    if (!isThere(goal)) {
      complain("agentbox: nothing was copied");
      return 1;
    }
    for (const name of repositories)
      complain(
        `agentbox: ${join(
          dirname(goal),
          name.replace(found.base, () => basename(goal)),
        )} is a repository, or leads to one: git on this machine, and editors by it, run what its config and hooks say, which an agent may have written. Read both before, or take it over by git clone`,
      );
    say(goal);
    return said.ok && leftOut.length === 0 ? 0 : 1;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    if (error instanceof ArchiveError)
      complain(`agentbox: what ${client} sent was refused: ${message}. Nothing was copied`);
    // The disk is full, a name is too long for it, this user may not write there.
    else if (code !== undefined) complain(`agentbox: ${goal} cannot be written: ${message}. Nothing was copied`);
    else throw error;
    return 1;
  }
}

async function into(
  engine: Engine,
  source: string,
  { client, path }: { client: string; path: string },
): Promise<number> {
  const base = basename(source);
  // On macOS tar would send a second file beside each for what that file system has of its own.
  const env = { ...process.env, COPYFILE_DISABLE: "1" };
  const args = ["-c", "-f", "-", "-C", dirname(source), "--", base];
  const packer = spawn("tar", args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const packed = new Promise<string | undefined>((done) => {
    packer.on("error", (error) => done(`tar cannot be run: ${error.message}`));
    packer.on("close", (code) => done(code === 0 ? undefined : `tar ended with status ${code}`));
  });
  const said = await target.copy.in(engine, client, packer.stdout, base, path);
  packer.stdout.destroy();
  const broken = await packed;
  if (!said.ok) complain(`agentbox: ${client} did not take it: ${oneLine(said.why)}. Nothing was copied`);
  else if (broken) complain(`agentbox: not all of ${source} was copied: ${broken}`);
  else say(`${client}:${path}`);
  return said.ok && !broken ? 0 : 1;
}
