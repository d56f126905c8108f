import { join } from "node:path";
import { clean, HOSTILE, MANY, makeHostile } from "../hostile-workspace.ts";
import type { Run } from "./engine.ts";
import { useProject } from "./harness.ts";

const project = useProject();
const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });
const out = project.directory("out");

/** Of each state, what an agent makes in its workspace (by its user on this host, for masks hold the old ones in the sandbox), and why it stops an `up`; most are told, and gone on with. */
const STATES: [what: string, make: string, stops: RegExp | "nothing"][] = [
  ...Object.entries(HOSTILE).map(([what, make]): [string, string, "nothing"] => [what, make, "nothing"]),
  ["a pipe for its own repository", "mkfifo .git", "nothing"],
  ["its own repository behind itself", "ln -s .git .git", "nothing"],
  [
    "its own repository behind a link out of it",
    "ln -s /etc .git",
    /\.git is a link that leads to \/etc, .* remove the link/,
  ],
  ["files without number", MANY, "nothing"],
];

/** Each `up` is tried with every state, and each other command with a third of them; `HOSTILE=all npx jest …` tries all. */
const THIRDS = process.env.HOSTILE === "all" ? 1 : 3;

beforeAll(async () => {
  await acme.mustUp();
  // The home is looked at by every `up` that has a new gateway, and by those who ask for logins.
  expect(await acme.exec(`cd && ${MANY}`)).toMatchObject({ code: 0, stderr: "" });
});

// What is given is done with bounds: a command that hangs is ended by the test's own time.
test.each(STATES)("%s in the workspace: every command comes to its end", async (what, make, stops) => {
  clean(acme.workspace);
  makeHostile(acme.workspace, make);
  // A change, so that the `up` has something to do.
  acme.write({ egress: { allow: ["allowed.test"] }, environment: { STATE: what.replace(/\W/g, "-") } });
  const up = await acme.up();
  const isStopped = stops !== "nothing";
  expect([up.code !== 0, up.text]).toEqual([isStopped, expect.stringMatching(isStopped ? stops : /./)]);
  expectPlain("up", up);
  const folder = join(out, what.replace(/\W/g, "-"));
  const commands: [args: string[], codes: number[]][] = [
    [["status", acme.name], [0]],
    [["verify", acme.name], isStopped ? [0, 1] : [0]],
    [
      ["review", acme.name],
      [0, 1],
    ],
    [["export", acme.name, "--to", `${folder}-export`], [0]],
    // Of pipes, sockets and links it says that they are left out.
    [
      ["cp", `${acme.name}:/workspace`, folder],
      [0, 1],
    ],
    [["adopt", join(acme.workspace, ".devcontainer/devcontainer.json"), "--name", "other"], [2]],
  ];
  // What a person asks for in so many words is not bounded by time.
  const number = STATES.findIndex(([name]) => name === what);
  const given = commands.filter(([[name]], at) => (number + at) % THIRDS === 0 && (name !== "cp" || make !== MANY));
  await Promise.all(
    given.map(async ([args, codes]) => {
      const run = await project.agentbox(...args);
      if (!codes.includes(run.code)) throw new Error(`${args.join(" ")}: exit ${run.code}\n${run.text}`);
      expectPlain(args[0]!, run);
    }),
  );
});

test("after all of that the sandbox is what its file says", async () => {
  for (const folder of [acme.workspace, out]) clean(folder);
  acme.write({ egress: { allow: ["allowed.test"] } });
  await acme.mustUp();
  expect(await acme.curl("https://allowed.test/")).toMatchObject({ code: 0 });
  expect((await acme.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
});

/** In sentences: no stack of calls, and nothing that steers a terminal. */
function expectPlain(command: string, { text }: Run): void {
  expect([command, text.match(/\n\s+at .*|[^\P{Cc}\t\n]/u)?.[0]]).toEqual([command, undefined]);
}
