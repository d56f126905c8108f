/**
 * Types the first commands of a client's life, on this machine's engine and with an internet of its own, and writes what was typed and printed into docs/demo.md. A command that ends
 * otherwise than it should ends the demo, and nothing is written. `make demo` runs it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, homedir, release } from "node:os";
import { stripVTControlCharacters } from "node:util";
import { busyProcessors } from "../bench/measure.ts";
import { Engine, run } from "../engine/engine.ts";
import { Project } from "../engine/harness.ts";
import { startInternet } from "../engine/internet/internet.ts";

process.env.TEST_RUN = `${process.pid.toString(36)}x`;
const internet = await startInternet();
const engine = new Engine();
const project = new Project(engine, internet);
const acme = project.client("acme", { egress: { allow: ["allowed.test"] }, mtu: 1400 });

const busy = busyProcessors();
const version = await engine.ask("version", "--format", "{{.Server.Version}}");

/** A command as a person types it. Its client has another name here, and where it asks a person, this says `--yes`. */
interface Typed {
  words: readonly string[];
  why: string;
  /** How it ends. @default 0 */
  code?: number;
}

const get = (host: string) => ["run", "acme", "--", "curl", "-sS", `https://${host}/`];
const TYPED: readonly Typed[] = [
  {
    words: ["up", "acme"],
    why: "What it would make comes first, and one yes; its images are there, as at every `up` but the first",
  },
  { words: get("allowed.test"), why: "A name that the file has" },
  { words: get("also.test"), why: "One that it has not", code: 6 },
  { words: ["audit", "acme", "--denied"], why: "What was refused, and the line that would open it" },
  { words: ["policy", "add", "acme", "also.test"], why: "That line, into the file" },
  { words: ["up", "acme"], why: "What is wider is told first; the containers stay" },
  { words: get("also.test"), why: "Open" },
  { words: ["verify", "acme"], why: "Is what runs what the file says?" },
  { words: ["status", "acme"], why: "How it is" },
  { words: ["destroy", "acme"], why: "All of it goes, and each thing's end is told" },
];

try {
  const parts = [`\`\`\`yaml\n# stacks/Pulumi.acme.yaml\n${readFileSync(acme.path, "utf8").trim()}\n\`\`\``];
  for (const typed of TYPED) parts.push(await shown(typed));
  writeFileSync("docs/demo.md", page(asAcme(parts.join("\n\n"))));
} finally {
  await project.remove();
  await internet.stop();
}

async function shown({ words, why, code = 0 }: Typed): Promise<string> {
  const asks = words[0] === "up" || words[0] === "destroy";
  const args = [...words.map((word) => (word === "acme" ? acme.name : word)), ...(asks ? ["--yes"] : [])];
  const begun = performance.now();
  const ended = await run(`${project.folder}/bin/agentbox`, args, project.environment(), project.folder);
  const seconds = (performance.now() - begun) / 1000;
  if (ended.code !== code) throw new Error(`agentbox ${args.join(" ")}: exit ${ended.code}\n${ended.text}`);
  process.stderr.write(`agentbox ${args.join(" ")}: ${seconds.toFixed(1)} s\n`);
  const text = stripVTControlCharacters(ended.text).trim();
  return `${why} (${seconds.toFixed(1)} s):\n\n\`\`\`console\n$ agentbox ${words.join(" ")}\n${text}\n\`\`\``;
}

/** The client and its folders have names of this run. */
function asAcme(text: string): string {
  return text
    .replaceAll(acme.workspace, "~/projects/acme")
    .replaceAll(internet.ca, "~/corp-root.pem")
    .replaceAll(`${project.folder}/`, "")
    .replaceAll(homedir(), "~")
    .replaceAll(acme.name, "acme");
}

function page(body: string): string {
  return `# A client's first minutes

Written by \`make demo\`, which types these commands, and by nobody's hand. Seen on ${new Date().toISOString().slice(0, 10)}, on ${availableParallelism()} cores of Linux ${release()}, an engine of version ${version}, ${busy.toFixed(1)} processors busy with other work when it began; the internet is one of the tests', so its names end in \`.test\`. The client's name, its workspace and its authority are written as a person's; \`up\` and \`destroy\` were
given \`--yes\`, as a person says it when asked.

${body}
`;
}
