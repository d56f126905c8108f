import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Needs } from "../../../capabilities/image/image.ts";
import { LABELS } from "../../../gateway/contract.ts";
import { complain } from "../../../host/say.ts";
import { lastLine, oneLine } from "../../../stack-file/printable.ts";
import { type Reach, runClient } from "../client.ts";
import { runTrusted } from "../run-trusted.ts";

/** Labels of containers, networks and volumes; an image has two of its own. */
const OF_THINGS = Object.values<string>(LABELS).filter((label) => label !== LABELS.agents && label !== LABELS.tools);

/** How every agent's container starts. */
const START = '["/usr/bin/tini","--","/usr/local/bin/entrypoint"] ["sleep","infinity"]';

/**
 * Gives an image its tag, when it is what a sandbox needs: asked of the image itself, in a container without a network and without rights that is thrown away.
 * @throws Error when something is missing; all of it has been said then, and no tag has changed
 */
export async function accept(
  engine: Reach,
  image: string,
  tag: string,
  { owner, agents, commands }: Needs,
): Promise<void> {
  const asked = await runTrusted(engine, {
    ...{ name: "agent-sandbox-check", image, user: "0:0", seconds: 120 },
    capabilities: ["DAC_READ_SEARCH"],
    environment: {
      OWNER: owner,
      AGENTS: Object.entries(agents)
        .map((agent) => agent.join("="))
        .join(" "),
      COMMANDS: commands.join(" "),
    },
    program: ["/bin/sh", "-c", readFileSync(join(import.meta.dirname, "../../../images/check"), "utf8")],
  });
  if (!asked.ok && asked.code === undefined) throw new Error(`${tag}  could not be looked through: ${asked.why}`);
  // Judged by what it prints: old engines' exit codes say nothing (Podman 4.3 answers 0).
  const lines = (asked.stdout + asked.stderr).trim().split("\n");
  const wrong = lines.flatMap((line) => (line.startsWith("wrong  ") ? [line.slice("wrong  ".length)] : []));
  if (lines.at(-1) !== "checked") wrong.push(`cannot run /bin/sh: ${oneLine(lastLine(asked.stdout + asked.stderr))}`);
  const start = await inspect(engine, image, "{{json .Config.Entrypoint}} {{json .Config.Cmd}}");
  if (start !== START)
    wrong.push(`does not start by tini and /usr/local/bin/entrypoint, and then sleep, but by ${start}`);
  const volumes = await inspect(engine, image, "{{range $path, $none := .Config.Volumes}}{{$path}} {{end}}");
  if (volumes) wrong.push(`declares volumes of its own: ${volumes}`);
  // A container has its image's labels, and by these the engine is asked whose it is, and what it was made of.
  const labels = await inspect(engine, image, "{{range $label, $none := .Config.Labels}}{{$label}} {{end}}");
  const marks = labels.split(" ").filter((label) => OF_THINGS.includes(label));
  if (marks.length > 0) wrong.push(`has labels that this product gives to what a client has: ${marks.join(" ")}`);
  for (const line of wrong) complain(`  ${line}`);
  if (wrong.length > 0)
    throw new Error(
      `${tag}  cannot be the image of a sandbox (docs/images.md says what one needs); everything is as it was`,
    );
  const tagged = await runClient(engine, ["tag", image, tag]);
  if (!tagged.ok) throw new Error(`${tag}  ${tagged.why}`);
}

async function inspect(engine: Reach, image: string, format: string): Promise<string> {
  const said = await runClient(engine, ["image", "inspect", "--format", format, image]);
  if (!said.ok) throw new Error(`${image} cannot be looked at: ${said.why}`);
  return said.stdout.trim();
}
