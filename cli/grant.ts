import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { planEgress } from "../capabilities/egress/egress.ts";
import { allServices } from "../capabilities/egress/look/catalogue.ts";
import { judgeEnds, MOST_DAYS } from "../capabilities/grants/judge.ts";
import { judgeText } from "../host/declarations.ts";
import { complain, say } from "../host/say.ts";
import { isWider } from "../plan/review/compare.ts";
import { isAtOrBelow } from "../stack-file/key-path.ts";
import { stackFiles } from "../stack-file/look/stack-files.ts";
import { asMoment, describeMoment } from "../stack-file/moment.ts";
import { describeProblems, suggest } from "../stack-file/problem.ts";
import { secondsOf } from "../stack-file/span.ts";
import { UserError } from "../stack-file/user-error.ts";
import { confirmed, ownBelongings } from "./belongings.ts";
import { type Command, ROOT } from "./command.ts";
import { describeClient } from "./format/review.ts";
import { type GrantLine, withGrant } from "./grant-line.ts";
import { checkName } from "./policy/check.ts";
import { reviewDeployed } from "./review/deployed.ts";
import { upAtOnce } from "./up/at-once.ts";
import { writeStackFile } from "./write-stack-file.ts";

export const command: Command = {
  usage: "grant CLIENT WHAT --for 30m --why TEXT [--ports 22,443] [--yes]",
  help: `Opens WHAT to a client for a while: writes a line of \`grants\` into the client's stack file and brings it up. WHAT is a service, a name or
*.name, as in egress.allow. A grant of the same name that is there gets the new end and reason. The gateway ends it by its own clock.
Where policies/guardrails/approvals.yaml asks for approvals, a grant needs one as any line does: the up prints it, and goes on once it is in the file.

  --for     how long: 30m, 2h, 3d; 30 days at most. The end is a whole minute
  --why     what it is for, for whoever reviews the file
  --ports   which ports, where they are others than 80 and 443
  --yes     does not ask; where the file says more that is not in force yet, and that opens something, nothing is written

  agentbox grant acme docs.acme.example --for 30m --why "reads the API"`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        for: { type: "string" },
        why: { type: "string" },
        ports: { type: "string" },
        yes: { type: "boolean" },
      },
    });
    const [client, what, ...more] = positionals;
    if (client === undefined || what === undefined || more.length > 0)
      throw new UserError(2, `one client and one destination: agentbox ${command.usage}`);
    const file = stackFile(client);
    const now = Date.now();
    if (!values.why?.trim())
      throw new UserError(
        2,
        'say what it is for, for whoever reviews the file, like --why "reads the API\'s reference"',
      );
    const line: GrantLine = {
      allow: values.ports === undefined ? what : { host: what, ports: values.ports.split(",").map(Number) },
      until: endOf(values.for, now),
      why: values.why,
    };
    await ownBelongings(ROOT, client, "grant");
    const before = readFileSync(join(ROOT, file), "utf8");
    const after = withGrant(before, line);
    if ("unfit" in after) throw new UserError(2, `${file} ${after.unfit}; nothing was changed`);
    const { opened, forGood } = await judged(client, file, after.text, after.index, now);
    const beside = await pending(client);
    if (forGood) {
      const opens = `${what} is open to ${client} by its files already, and without an end; nothing was written`;
      const waits = beside.egress.some((about) => opened.some(({ name }) => isOf(name, about)));
      if (waits) complain(`agentbox: ${opens}. It is not in force as they say it: agentbox up ${client}`);
      else say(opens);
      return waits ? 1 : 0;
    }
    say(
      `${client} may reach, until ${describeMoment(line.until)}: ${opened.map(({ name, ports }) => `${name} ${ports.join(",")}`).join(", ")}`,
    );
    if (beside.lines.length > 0) {
      say(`${file} says more that is not in force, and would be with it:`);
      for (const line of beside.lines) say(line);
    }
    if (beside.opens && values.yes)
      throw new UserError(
        2,
        `nothing was written: --yes is to the grant, and not to what is above. Bring that up first (agentbox up ${client}), or say yes to both without --yes`,
      );
    if (!(await confirmed(`Write this into ${file} and bring ${client} up?`, values.yes ?? false))) {
      say("nothing was changed");
      return 1;
    }
    writeStackFile(ROOT, file, before, after.text);
    const status = await upAtOnce(client);
    if (status !== 0)
      complain(
        `agentbox: ${client} was not brought up, and what is above says why; the line stays in ${file}, grants[${after.index}]. Mend that (an approval is the lines that were printed), then: agentbox up ${client}`,
      );
    return status === 0 ? 0 : 1;
  },
};

function stackFile(client: string): string {
  const files = stackFiles(ROOT);
  const found = files.find((stack) => stack.client === client);
  if (found) return found.file;
  const known = files.map((stack) => stack.client);
  throw new UserError(
    2,
    `no file in stacks/ is a client "${client}"'s.${suggest(client, known)} There are: ${known.join(", ")}`,
  );
}

/** When so long is over, by the next whole minute: so written, YAML takes it for no time of its own. */
function endOf(long: string | undefined, now: number): string {
  const seconds = secondsOf(long ?? "");
  if (seconds === undefined)
    throw new UserError(
      2,
      `--for ${long === undefined ? "is missing" : `${JSON.stringify(long)} is no time`}; write it like 30m, 2h or 3d`,
    );
  if (seconds > MOST_DAYS * 24 * 60 * 60)
    throw new UserError(
      2,
      `--for ${long} is more than ${MOST_DAYS} days, and what is open for longer is a line of egress.allow`,
    );
  // The longest is not to be too long by what it takes to a whole minute.
  const minutes = Math.min(seconds / 60 + Math.ceil(now / 60_000), Math.floor(now / 60_000 + MOST_DAYS * 24 * 60));
  return new Date(minutes * 60_000).toISOString().replace(/:00\.000Z$/, "Z");
}

/** What comes into force beside a grant, and of which names it opens or shuts anything: all that the files say otherwise than the last `up` left. */
async function pending(client: string): Promise<{ lines: string[]; opens: boolean; egress: string[] }> {
  const [one] = (await reviewDeployed(ROOT, { clients: [client], notes: [] }, undefined)).clients;
  if (!one || one.state === "same") return { lines: [], opens: false, egress: [] };
  const all = one.state !== "changed";
  return {
    lines: describeClient(one),
    opens: all || one.changes.some(isWider),
    egress: all ? [EVERY] : one.changes.flatMap(({ topic, about }) => (topic === "egress" ? [about] : [])),
  };
}

/** Of a client that was never up. */
const EVERY = "every name";

/** Whether a line of the posture is of a name: of that alone, of all below a domain, or, with a blank in it, of any. */
function isOf(name: string, about: string): boolean {
  return about === name || about.includes(" ") || (about.startsWith("*.") && name.endsWith(about.slice(1)));
}

/**
 * Judges the grants as the program will, so that nothing wrong is written. The rest of the file is the program's, as far as this one can be judged without it.
 * @returns the names that it opens, each with its ports, and whether all of it is open without an end already
 * @throws UserError with all that is wrong with it
 */
async function judged(
  client: string,
  file: string,
  text: string,
  index: number,
  now: number,
): Promise<{ opened: { name: string; ports: readonly number[] }[]; forGood: boolean }> {
  const declaration = await judgeText(ROOT, client, text);
  const { declared, problems } = declaration;
  if (!declared || problems.some(({ path }) => path === "workspace"))
    throw new UserError(2, describeProblems(problems, file).split("\n"));
  const { spec, catalogue } = declared;
  const wrong = [
    // With a mistake in another grant the one that is judged would not be the one at its place: what is wrong is taken out first.
    ...problems.filter(({ path }) => isAtOrBelow(path, "grants")),
    ...judgeEnds(spec, now, []).problems.filter(({ path }) => isAtOrBelow(path, `grants[${index}]`)),
  ];
  if (wrong.length > 0) throw new UserError(2, describeProblems(wrong, file).split("\n"));
  // By itself: the rest of the file may have mistakes, which the program tells.
  const opened = (planEgress(spec, [], catalogue).policy.grants[index]?.destinations ?? []).map(
    ({ host, subdomains, ports }) => ({ name: `${subdomains ? "*." : ""}${host}`, ports }),
  );
  const known = await allServices(ROOT);
  const isForGood = (name: string, port: number) => {
    const verdict = checkName(ROOT, declaration, { name, port }, known, asMoment(now));
    return verdict.allowed && verdict.until === undefined;
  };
  return {
    opened,
    forGood: opened.length > 0 && opened.every(({ name, ports }) => ports.every((port) => isForGood(name, port))),
  };
}
