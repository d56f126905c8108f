import { closeSync, openSync, readSync } from "node:fs";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { allServices } from "../capabilities/egress/look/catalogue.ts";
import { say, sayLines } from "../host/say.ts";
import { asMoment, describeMoment } from "../stack-file/moment.ts";
import { firstLine } from "../stack-file/printable.ts";
import { suggest } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import { target } from "../target/target.ts";
import { findClient, knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { patchOfStackFile } from "./format/patch.ts";
import { table } from "./format/table.ts";
import { sayJson, VERSION } from "./json.ts";
import { asJson, askedOf, checkName, describeVerdict, readAsked } from "./policy/check.ts";
import { addLines, readClient, removeLines, withLines } from "./policy/edit.ts";
import { importList } from "./policy/import.ts";
import { readList, type WrittenList } from "./policy/written-list.ts";
import { readOutputs } from "./pulumi/outputs.ts";
import { command as listServices } from "./services.ts";
import { writeStackFile } from "./write-stack-file.ts";

export const command: Command = {
  usage:
    "policy CLIENT | check CLIENT HOST[:PORT]… [--json] | add CLIENT NAME… [--ports N,N] | rm CLIENT NAME… | services | import FILE [--stack CLIENT] [--write]",
  help: `  CLIENT      what this client may reach, on which ports, and who opens it: its own lines, an agent, a service, a file; exit code 1 when
              another policy is in force, or none could be seen
  check       whether this client may reach these by what its files say, on port 443 where none is said, and which line of which file opens it; exit code 1 where one is refused,
              or UNSEEN: a file of egress.from that may open it is not on this machine
  add         writes services or names into \`egress.allow\` of its stack file, judged as an \`up\` judges them; all else in the file stays as it is
  rm          takes such lines out with the comments about them alone, which it names, and says what still opens the name, or names of the service
  services    the names that \`egress.allow\` knows, and what each is for (a client of one of these five names cannot be shown)
  import FILE a list that was written for something else, as lines of \`egress.allow\`: a policy with services: and domains: (.yaml), a script that sets up
              a firewall (.sh), settings of an agent (.json, .toml), lists of squid or dnsmasq, one name a line. Names that a service has become that
              service; what cannot be carried over is told with the reason. Nothing of the file is run

  --stack CLIENT   for this client: what its stack file has already is left out, and what is printed ends in a patch (| patch -p1); judged as \`add\` judges it
  --write          writes the lines into that stack file instead; all else in it stays as it is
  --json           of check, for programs, in the shape of docs/json.schema.json
  --ports 22,8443  the ports of names that are added, where they are not 80 and 443

  agentbox policy check acme api.github.com git.acme.example:22
  agentbox policy add acme docs.acme.example npm`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        ports: { type: "string" },
        stack: { type: "string" },
        write: { type: "boolean", default: false },
      },
    });
    const [verb = "", client = "", ...names] = positionals;
    if (values.ports !== undefined && verb !== "add") throw new UserError(2, "--ports is for agentbox policy add");
    if (values.json && verb !== "check") throw new UserError(2, "--json is for agentbox policy check");
    if (positionals[0] === "import" && positionals.length === 2) return imported(positionals[1] ?? "", values);
    if (values.stack !== undefined || values.write)
      throw new UserError(2, "--stack and --write are for agentbox policy import FILE");
    if (EDITS.includes(verb)) {
      if (names.length === 0)
        throw new UserError(2, `which client, and which names? agentbox policy ${verb} CLIENT NAME…`);
      if (verb === "check") return check(client, names, values.json);
      const once = [...new Set(names)];
      return verb === "add" ? add(client, once, values.ports) : remove(client, once);
    }
    if (verb === "import") throw new UserError(2, "one file: agentbox policy import FILE");
    if (verb === "services") return listServices.run(positionals.slice(1));
    if (positionals.length > 1)
      throw new UserError(
        2,
        `"${verb}" is nothing that policy does.${suggest(verb, [...EDITS, "services", "import"])} What a client may reach is agentbox policy CLIENT; see \`agentbox help policy\``,
      );
    return effective(positionals);
  },
};

const EDITS = ["check", "add", "rm"];

async function check(client: string, asked: readonly string[], json: boolean): Promise<number> {
  const judged = await judge(client, asked);
  if (json)
    sayJson("policy check", {
      version: VERSION,
      client,
      hosts: judged.map(({ host, verdict }) => asJson(host, verdict)),
    });
  else for (const { host, verdict } of judged) for (const line of describeVerdict(host, verdict)) say(line);
  return judged.every(({ verdict }) => verdict.allowed) ? 0 : 1;
}

async function judge(client: string, asked: readonly string[]) {
  const declaration = await readClient(ROOT, client);
  const known = await allServices(ROOT);
  const hosts = asked.flatMap((text) => readAsked(text, known));
  const now = asMoment(Date.now());
  return hosts.map((host) => ({ host, verdict: checkName(ROOT, declaration, host, known, now) }));
}

async function add(client: string, names: readonly string[], ports: string | undefined): Promise<number> {
  const numbers = ports?.split(",").map(Number);
  if (numbers?.some((port) => !Number.isInteger(port) || port < 1 || port > 65535))
    throw new UserError(2, `--ports ${JSON.stringify(ports)} is no list of ports; write it like --ports 22,8443`);
  const more = await addLines(
    ROOT,
    client,
    names.map((name) => (numbers ? { host: name, ports: numbers } : name)),
  );
  const file = `stacks/Pulumi.${client}.yaml`;
  if (more.length === 0) say(`${file} has ${names.length === 1 ? "this line" : "all of these lines"} already`);
  else
    say(`${file} has ${lines(more.length)} more; \`agentbox up ${client}\` shows what that opens, asks, and opens it`);
  return 0;
}

async function remove(client: string, names: readonly string[]): Promise<number> {
  const before = await readable(client);
  const { removed, comments } = await removeLines(ROOT, client, names);
  say(
    `stacks/Pulumi.${client}.yaml has ${lines(names.length)} fewer; what was in force stays open until \`agentbox up ${client}\``,
  );
  for (const comment of comments) say(`the comment above it went along: ${comment}`);
  const after = await readable(client);
  if (!before || !after) {
    say(`what else opens it could not be told, for the files have or had mistakes: agentbox check ${client}`);
    return 0;
  }
  const now = asMoment(Date.now());
  for (const host of removed.flatMap((item) => askedOf(item, after.known))) {
    // What was not open before, by a profile say, is no more open by others.
    if (!checkName(ROOT, before.declaration, host, before.known, now).allowed) continue;
    const verdict = checkName(ROOT, after.declaration, host, after.known, now);
    if (!verdict.allowed && !verdict.unseen) continue;
    say(`${host.name}:${host.port} ${verdict.allowed ? "is still open, by others:" : "may still be open:"}`);
    for (const line of verdict.allowed ? describeVerdict(host, verdict).slice(1) : [`  ${verdict.why}`]) say(line);
  }
  return 0;
}

function lines(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}

/** What a client's files say; nothing where they have mistakes, which keep no line from being taken out. */
async function readable(client: string) {
  try {
    return { declaration: await readClient(ROOT, client), known: await allServices(ROOT) };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Bytes at most, and names: of 2,000 each is judged in 3 s (2026-11-29). */
const MOST = 2 ** 20;
const MANY = 2000;

async function imported(
  path: string,
  { stack, write }: { stack?: string | undefined; write: boolean },
): Promise<number> {
  if (write && stack === undefined) throw new UserError(2, "into which stack file? say --stack CLIENT");
  if (stack !== undefined) knownClients(ROOT, [stack]);
  const list = listOf(path);
  const { items, carried, left } = importList(list, await allServices(ROOT));
  say(`# ${path}, read as ${list.form}`);
  for (const what of carried) say(`# carried   ${what}`);
  for (const { what, why } of left) say(`# left out  ${what}: ${why}`);
  if (stack === undefined) {
    if (items.length > 0) sayLines(stringify({ "agent-sandbox:egress": { allow: items } }, { lineWidth: 0 }));
    return 0;
  }
  const { file, before, after, more } = await withLines(ROOT, stack, items);
  if (more.length === 0) say(`# nothing to add: ${file} has all that could be carried over`);
  else if (!write) for (const line of patchOfStackFile(file, before, after)) say(line);
  else {
    writeStackFile(ROOT, file, before, after);
    say(`# ${file} has ${lines(more.length)} more; see what that opens: pulumi preview --stack ${stack}`);
  }
  return 0;
}

/** @throws UserError */
function listOf(path: string): WrittenList {
  try {
    const list = readList(path, readUpTo(path, MOST));
    const names = list.items.length + list.denied.length;
    if (names > MANY) throw new Error(`it has ${names} names, and more than ${MANY} nobody reads; import a part of it`);
    return list;
  } catch (error) {
    throw new UserError(2, `${path} cannot be imported: ${firstLine((error as Error).message)}`);
  }
}

/** The text of a file, also of a pipe (`<(curl …)`), whose size nobody knows before. */
function readUpTo(path: string, most: number): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(most + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size <= most; size += read)
      read = readSync(file, bytes, size, bytes.length - size, null);
    if (size > most) throw new Error("it has more than 1 MiB");
    return bytes.toString("utf8", 0, size);
  } finally {
    closeSync(file);
  }
}

async function effective(positionals: readonly string[]): Promise<number> {
  const { engine, client } = await findClient(positionals, command.usage);
  const { facts, policyHash } = await readOutputs(ROOT, client);
  const live = await target.livePolicy(engine, client);
  // By this machine's clock; the gateway ends grants by its own.
  const now = describeMoment(asMoment(Date.now()));
  const open = facts
    .filter(({ topic }) => topic === "egress" || topic === "endpoints")
    .map(({ about, says }) => {
      // `80,443 (client)`, `22 until 2026-12-01 18:00 UTC (grant)`: the posture's own way to write it.
      const [, ports = says, origin = ""] = /^([^(]+) \((.*)\)$/s.exec(says) ?? [];
      return [about, ports.replace(/until (.*? UTC)/g, (until, at) => (at <= now ? `ended ${at}` : until)), origin];
    });
  if (open.length === 0) say("no name and no address is open");
  else table([["NAME", "PORTS", "FROM"], ...open]);
  const inForce = "seen" in live && live.seen === policyHash;
  const state =
    "unseen" in live
      ? `whether it is in force could not be seen: ${live.unseen}`
      : inForce
        ? "in force"
        : live.seen
          ? `not in force: the gateway runs ${live.seen}`
          : "not in force: the gateway has none, or does not run";
  say();
  say(`profile ${facts.find(({ topic }) => topic === "profile")?.says}, policy ${policyHash}: ${state}`);
  return inForce ? 0 : 1;
}
