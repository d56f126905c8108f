import { randomBytes } from "node:crypto";
import { LABELS } from "../../gateway/contract.ts";
import { type Reach, runClient, type Said } from "./client.ts";

/** A program that is run once, in a container that is thrown away, of an image that no agent has written. */
export interface Trusted {
  /** What it is for. Its container's name begins with this and ends in chance: `acme-audit`. */
  name: string;
  /** Whose label it has: the client whose volumes it holds. Should it be left behind, a destroy of the client finds it. */
  client?: string;
  /** One that the engine has; none is pulled. */
  image: string;
  /** `uid:gid` */
  user: string;
  /** `uid:gid` of whom the agent is, for a program that gives files to the agent: it has to see users by the numbers that the agent has. */
  owner?: string;
  /** Rights of root that it keeps, without `CAP_`. */
  capabilities?: readonly string[];
  /** `volume:/place`, with options after another colon. An engine makes a volume that is not there. */
  volumes?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** The program, found in the image, and its arguments. */
  program: readonly [string, ...string[]];
  /** What it reads. */
  input?: string;
  /** How long it may take, 60 without a word of it. */
  seconds?: number;
  network?: "none" | "host" | `container:${string}`;
  /** More of the client's own options. */
  options?: readonly string[];
}

/** What no such container is without: nothing of it can be written, and it gains no right. */
export const HARDENED = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];

/**
 * Runs a trusted program to its end, without a network unless it is to see the host's, and without rights that are not named. One that takes too long is
 * removed: a client that was ended leaves its container behind, which goes on and holds its volumes.
 */
export async function runTrusted(engine: Reach, trusted: Trusted): Promise<Said> {
  const { name, client, image, user, network = "none", input, seconds = 60 } = trusted;
  const { capabilities = [], volumes = [], environment = {}, options = [] } = trusted;
  const [program, ...args] = trusted.program;
  const container = `${name}-${randomBytes(4).toString("hex")}`;
  const users = trusted.owner === undefined ? [] : await askUserns(engine, trusted.owner);
  if ("ok" in users) return users;
  const said = await runClient(
    engine,
    [
      // An image that is missing is missed: of this name, somebody else may have put one on a registry.
      ...["run", "--rm", "--pull", "never", "--name", container, "--label", `${LABELS.role}=helper`],
      ...(client === undefined ? [] : ["--label", `${LABELS.client}=${client}`]),
      ...(input === undefined ? [] : ["--interactive"]),
      ...["--network", network, ...users, ...HARDENED, "--user", user],
      ...capabilities.flatMap((right) => ["--cap-add", right]),
      ...volumes.flatMap((volume) => ["--volume", volume]),
      ...Object.entries(environment).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]),
      ...[...options, "--entrypoint", program, image, ...args],
    ],
    { seconds, ...(input !== undefined && { input }) },
  );
  if (said.code === undefined) await runClient(engine, ["rm", "--force", container]);
  return said;
}

/**
 * Rootless Podman gives each container the numbers of users that it asks for: the agent's container has its owner's own (`keep-id`), and by those of any other a file that is given to
 * user 1001 belongs to somebody else there (4.3: the agent could not read what was delivered).
 * @returns the words that ask for them, or how the engine did not say whether it is rootless
 */
async function askUserns(engine: Reach, owner: string): Promise<string[] | (Said & { ok: false })> {
  if (!engine.cli.startsWith("podman")) return [];
  const said = await runClient(engine, ["info", "--format", "{{.Host.Security.Rootless}}"]);
  if (!said.ok) return said;
  return said.stdout.trim() === "true" ? ["--userns", `keep-id:uid=${owner.replace(":", ",gid=")}`] : [];
}
