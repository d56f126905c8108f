import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Engine } from "../model/engine.ts";
import { names } from "../model/names.ts";
import {
  type Check,
  checkContainer,
  checkDrift,
  checkNeighbours,
  checkWalls,
  type Inspected,
} from "../model/verify.ts";
import { readAudit } from "./audit.ts";
import { runClient } from "./engine-client.ts";
import type { StackOutputs } from "./stack-outputs.ts";

/** How far back drift counts. */
const HOUR = 3_600_000;

/**
 * Looks at what runs, and compares it with what the last `up` said. Nothing is changed: the one thing that acts is the gateway's
 * own guard, which repairs as it does every few seconds.
 */
export async function verify(
  root: string,
  engine: Engine,
  client: string,
  { posture, policyHash, probes }: StackOutputs,
): Promise<Check[]> {
  const { agent, gateway } = names(client);
  const containers = await Promise.all(
    (
      [
        ["gateway", gateway],
        ["agent", agent],
      ] as const
    ).map(async ([role, name]) => {
      const said = await runClient(engine, ["inspect", "--type", "container", name]);
      if (said.code !== 0) return [{ what: `${role}: is there`, wrong: [said.stderr.trim() || `there is no ${name}`] }];
      const found = JSON.parse(said.stdout)[0] as Inspected;
      const checks = checkContainer(role, posture.containers[role], found);
      const image = await sameImage(engine, role, found);
      return [...checks, image];
    }),
  );
  const [policy, guard, alone] = await Promise.all([
    livePolicy(engine, gateway, policyHash),
    look(engine, gateway),
    neighbours(engine, client),
  ]);
  const walls = await tryWalls(root, engine, agent, posture.containers.gateway.image, probes);
  return [...containers.flat(), alone, policy, guard, walls, await recentDrift(engine, client)];
}

/** A tag can be moved: the container has to be of what the tag means. */
async function sameImage(engine: Engine, role: string, { Image, Config }: Inspected): Promise<Check> {
  const { stdout } = await runClient(engine, ["image", "inspect", "--format", "{{.Id}}", Config.Image]);
  const id = (text: string) => text.trim().replace(/^sha256:/, "");
  return {
    what: `${role}: its image is the one that has the tag`,
    wrong:
      id(stdout) === id(Image) ? [] : [`${Config.Image} is ${stdout.trim() || "gone"}, and it was made of ${Image}`],
  };
}

async function neighbours(engine: Engine, client: string): Promise<Check> {
  const { agent, gateway, inner } = names(client);
  const filter = ["--filter", `network=${inner}`, "--format", "{{.Names}}"];
  const { stdout } = await runClient(engine, ["ps", "--all", ...filter]);
  return checkNeighbours(inner, [agent, gateway], stdout.split("\n").filter(Boolean));
}

async function livePolicy(engine: Engine, gateway: string, policyHash: string): Promise<Check> {
  const said = await runClient(engine, ["exec", gateway, "cat", "/run/gateway/live/hash"]);
  const live = said.stdout.trim();
  const wrong =
    said.code !== 0 ? ["no policy is in force"] : live !== policyHash ? [`${live} is in force, not ${policyHash}`] : [];
  return { what: "policy: the one of the last up is in force", wrong };
}

async function look(engine: Engine, gateway: string): Promise<Check> {
  const said = await runClient(engine, ["exec", gateway, "/usr/local/lib/gateway/guard"]);
  const text = (said.stdout + said.stderr).trim().split("\n");
  // What it repairs just now it says on stderr.
  const repaired = text.filter((line) => line.startsWith("drift: "));
  return {
    what: "gateway: its rules, files and daemons are the policy's",
    // Any other sentence is of one that did not look: it is starting, or an apply is at work.
    wrong: [
      ...repaired,
      ...(/^policy [0-9a-f]{64} live$/m.test(said.stdout) || repaired.length > 0
        ? []
        : [text.at(-1) || `status ${said.code}`]),
    ],
  };
}

function tryWalls(
  root: string,
  engine: Engine,
  agent: string,
  image: string,
  probes: readonly string[],
): Promise<Check> {
  const env = {
    ...process.env,
    DOCKER_HOST: engine.host,
    CONTAINER_HOST: engine.host,
    ENGINE: engine.cli,
    AGENT: agent,
    IMAGE: image,
  };
  return new Promise((resolve) => {
    const child = execFile(join(root, "components/steps/try-walls.sh"), { env, timeout: 60_000 }, (error, stdout) =>
      resolve(checkWalls(error ? (typeof error.code === "number" ? error.code : 127) : 0, stdout)),
    );
    child.stdin!.on("error", () => {});
    child.stdin!.end(probes.map((probe) => `${probe}\n`).join(""));
  });
}

async function recentDrift(engine: Engine, client: string): Promise<Check> {
  try {
    const { lines } = await readAudit(engine, client);
    const recent = lines.filter(({ time }) => Date.parse(time) >= Date.now() - HOUR);
    return checkDrift(recent, "an hour ago");
  } catch (error) {
    return { what: "drift since an hour ago", wrong: [(error as Error).message] };
  }
}
