import { randomBytes } from "node:crypto";
import { CANARY_STATUS, GATEWAY, LABELS } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import { judgeDatagrams, judgeLook, judgeProbes, sawRights, type Verdict } from "../../plan/proof/judge.ts";
import { lookUps, type Proof, references } from "../../plan/proof/proof.ts";
import { judgeTold, type ToldContainer } from "../../plan/proof/told.ts";
import type { Look } from "../look.ts";
import type { Inspected } from "./answers.ts";
import { type Reach, runClient } from "./client.ts";
import { listenOnHost } from "./ear.ts";
import { inspectByClient } from "./inspect.ts";
import { hasOwnKernel } from "./own-kernel.ts";
import { withReasons } from "./probe-reasons.ts";
import { HARDENED } from "./run-trusted.ts";

/** The program of a proof that mounts what the agent mounts; its container's name is the agent's, this word and a number. */
const WITNESS = "witness";

/** How long a look may take, in seconds. Measured here: 0.4 to 2. A proof that does not end is none. */
const PATIENCE = 60;

/** How many looks a container gets whose processes have rights. The last one counts. */
const LOOKS = 4;

/** What both programs run with: a trusted image, nothing writable, no right but those that are named. */
const LOCKED = [...HARDENED, "--memory", "128m"];

/**
 * Tries the walls of a client's agent, and looks at its container from outside. No program of the container is run: the canary joins its network
 * namespace, the witness its process namespace, both from the gateway's image. Changes nothing.
 * @param image the gateway's image, or a trusted one with the same programs
 */
export async function tryWalls(
  engine: Reach,
  { client, agent, image, proof }: { client: string; agent: string; image: string; proof: Proof },
): Promise<Verdict[]> {
  // Of one that is not there nothing is tried: the witness's container would make the volumes that are gone with it.
  const found = await inspectByClient(engine, agent);
  if ("unseen" in found || !found.seen) {
    const why = "unseen" in found ? found.unseen : `there is no ${agent}`;
    return [{ verdict: "unseen", what: `the walls of ${agent}: ${why}` }];
  }
  const began = Date.now();
  const { ShmSize, MaskedPaths, UsernsMode } = found.seen.HostConfig;
  // Whose numbers of users are its own alone is looked at by these: by those of rootless Podman, the person who runs it is 0, and so was every process of the agent (4.3).
  const users = UsernsMode === "private" ? ["--userns", `container:${agent}`] : [];
  // With a role, so that no preview beside it takes it for somebody else's.
  const labelled = ["--label", `${LABELS.client}=${client}`, "--label", `${LABELS.role}=helper`];
  const run = async (name: string, args: readonly string[], input: string | Promise<string>) => {
    // A container that does not end is removed by its name. Ending the client alone would leave it running for ever.
    const container = `${agent}-${name}-${randomBytes(4).toString("hex")}`;
    const said = await runClient(
      engine,
      ["run", "--rm", "--interactive", "--name", container, ...labelled, ...LOCKED, ...args],
      {
        seconds: PATIENCE,
        most: 2 ** 24,
        input,
      },
    );
    if (said.code === undefined) await runClient(engine, ["rm", "--force", container]);
    return said;
  };
  // `ro`: Podman 4.3 does not know `readonly` of a volume.
  const mounts = references(proof).flatMap(({ kind, source }, index) => [
    "--mount",
    [`type=${kind}`, `source=${source}`, `target=${GATEWAY.reference}/${index}`, "ro"].map(field).join(),
  ]);
  // The audit gets the probes before they run, for what they cause is not the agent's doing. When the gateway cannot take them, the walls are tried all the same.
  const told = runClient(engine, ["exec", "--interactive", names(client).gateway, "announce"], {
    seconds: PATIENCE,
    input: proof.probes.map((probe) => `${probe}\n`).join(""),
  });
  const listening =
    proof.datagrams.length > 0
      ? listenOnHost(
          engine,
          image,
          `${agent}-hear-${randomBytes(4).toString("hex")}`,
          [...labelled, ...LOCKED, "--user", "65534:65534", "--pids-limit", "16"],
          2 * PATIENCE,
          PATIENCE,
        )
      : undefined;
  // Probes are sent when the listener is ready and the audit knows them; the canary's container starts meanwhile (0.4 s).
  const probes = Promise.all([listening, told]).then(([ear]) =>
    [...proof.probes, ...(ear ? proof.datagrams.map((probe) => `${probe} ${ear.port} ${ear.word}`) : [])]
      .map((probe) => `${probe}\n`)
      .join(""),
  );
  const lookOnce = () =>
    run(
      WITNESS,
      [
        ...[...users, "--pid", `container:${agent}`, "--network", "none", "--user", "0:0", "--pids-limit", "64"],
        // The rights to read the tables of another user's process, and to pass directories that only their owner may enter.
        ...["--cap-add", "SYS_PTRACE", "--cap-add", "DAC_READ_SEARCH", "--security-opt", "label=disable"],
        ...[...mounts, "--entrypoint", WITNESS, image],
      ],
      lookUps(proof),
    );
  const witness = async () => {
    let said = await lookOnce();
    for (let looks = 1; looks < LOOKS && said.ok && sawRights(proof, said.stdout); looks++) said = await lookOnce();
    return said;
  };
  const own = proof.runtime === undefined ? { seen: false } : await hasOwnKernel(engine, image, proof.runtime);
  const [ear, look, canary] = await Promise.all([
    listening,
    // Beside a kernel of its own the witness would have rights over processes that are none of the container's.
    "seen" in own && !own.seen ? witness() : undefined,
    run(
      "canary",
      [
        ...["--network", `container:${agent}`, "--user", "65534:65534", "--pids-limit", "256"],
        ...["--tmpfs", "/tmp:rw,noexec,nosuid,nodev,size=16m", "--entrypoint", "canary", image],
      ],
      probes,
    ),
  ]);
  const heard = await ear?.end();
  const probed = await withReasons(engine, client, judgeProbes(proof, canary.stdout, canary.code), began);
  const unsized = ShmSize ? undefined : "the engine does not tell how large its /dev/shm is";
  const ofEngine = { shm: ShmSize ?? 0, hidden: MaskedPaths ?? [] };
  return [
    ...(look
      ? judgeLook(proof, look.stdout, ofEngine, look.ok ? unsized : look.why)
      : [judgeHidden(proof, own, found.seen)]),
    ...probed,
    ...(heard ? judgeDatagrams(proof, canary.stdout, heard) : []),
    ...(heard && !heard.ok ? [{ verdict: "unseen" as const, what: `the listener on the host: ${heard.why}` }] : []),
    // Status 1 to 3 is the canary's own verdict; with any other it did not come to its end.
    ...(!canary.ok && !(canary.code && canary.code <= CANARY_STATUS.unproven)
      ? [{ verdict: "unseen" as const, what: `the canary: ${canary.why}` }]
      : []),
  ];
}

/** What stands for the look at a container whose kernel may be its own. */
function judgeHidden(proof: Proof, own: Look<boolean>, found: Inspected): Verdict {
  if ("unseen" in own) return { verdict: "unseen", what: `the container's mounts and processes: ${own.unseen}` };
  const runtime = proof.runtime ?? "";
  return judgeTold(proof, runtime, toldBy(found, runtime, proof.gpu));
}

function toldBy(
  { Config, HostConfig: host, Mounts, NetworkSettings }: Inspected,
  runtime: string,
  gpu: boolean,
): ToldContainer {
  const modes = (["PidMode", "IpcMode", "UTSMode", "NetworkMode"] as const).filter((mode) =>
    /^(host|container:)/.test(host[mode] ?? ""),
  );
  return {
    mounts: Mounts.filter(({ Type }) => Type !== "tmpfs").map(({ Destination, RW, Name, Source }) => ({
      ...{ at: Destination, readOnly: !RW, source: Name ?? Source },
    })),
    memory: [
      ...Object.keys(host.Tmpfs ?? {}),
      ...Mounts.flatMap(({ Type, Destination }) => (Type === "tmpfs" ? [Destination] : [])),
    ],
    user: Config.User,
    networks: Object.keys(NetworkSettings.Networks ?? {}).length,
    capabilities: host.CapAdd ?? [],
    rights: [
      // The kernel was measured in another container, by that name.
      ...(host.Runtime === runtime
        ? []
        : [`it is started by ${host.Runtime || "a runtime of the engine's own choice"}`]),
      ...(host.Privileged ? ["it is privileged"] : []),
      ...(host.ReadonlyRootfs ? [] : ["its root can be written"]),
      ...((host.CapDrop ?? []).includes("ALL") ? [] : ["not all capabilities are dropped"]),
      ...((host.SecurityOpt ?? []).some((option) => /^no-new-privileges(:true)?$/.test(option))
        ? []
        : ["no-new-privileges is missing"]),
      ...modes.map((mode) => `${mode} is ${host[mode]}`),
      ...(host.GroupAdd ?? []).map((group) => `it has the group ${group}`),
      ...(gpu ? [] : (host.Devices ?? []).map(({ PathOnHost }) => `it has the device ${PathOnHost}`)),
    ],
  };
}

/** A field of a line of comma-separated values, as engines' clients read `--mount`. */
export function field(text: string): string {
  return /[,"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
