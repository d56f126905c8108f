import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { LABELS } from "../../gateway/contract.ts";
import { type Inbound, PUBLISHED_AT } from "../../gateway/gateway-policy.ts";
import { readListeners } from "../../host/listeners.ts";
import type { Listener, Machine } from "../../plan/facts.ts";
import { renderSeccomp } from "../../plan/seccomp.ts";
import { isHere } from "../here.ts";
import { Published } from "./answers.ts";
import { request } from "./api.ts";
import { nameOf } from "./belongings.ts";
import type { Engine } from "./engine.ts";
import { shelveSeccomp } from "./seccomp-file.ts";
import type { EngineSurvey } from "./survey.ts";

/** The kernel's own bound on process numbers where it has 64 bits (PID_MAX_LIMIT); no kernel takes a higher limit. */
const MOST_PROCESSES = 2 ** 22;

/**
 * What the engine's machine has, and which of these ports are taken at their addresses there: published by containers of others, or, where it is this machine,
 * listened on by its programs. Without ports neither is asked. For a Podman on this machine the filter of system calls is written to a file that it can read.
 * @returns the engine with what a plan needs of its machine, and that machine
 * @throws EngineError
 */
export async function surveyMachine(
  client: string,
  survey: EngineSurvey,
  inbound: readonly Inbound[],
): Promise<{ engine: Engine; machine: Machine }> {
  const { cpus, memory, engine } = survey;
  const here = isHere(survey);
  const bounds = here
    ? ["/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max"].flatMap((file) =>
        existsSync(file) ? [Number(readFileSync(file, "utf8"))] : [],
      )
    : [];
  const listeners = here && inbound.length > 0 ? readListeners() : undefined;
  const containers = inbound.length > 0 ? await request(engine, "/containers/json", z.array(Published)) : [];
  return {
    engine:
      here && engine.kind === "podman"
        ? { ...engine, seccompFile: shelveSeccomp(renderSeccomp(engine.platform)) }
        : engine,
    machine: {
      cpus,
      memory,
      processes: Math.min(MOST_PROCESSES, ...bounds),
      ports: [...Map.groupBy(inbound, ({ listen = PUBLISHED_AT }) => listen)].flatMap(([at, there]) => {
        const ports = there.map(({ port }) => port);
        return portsTaken(client, ports, containers, listeners ? portsHeard(listeners, at) : [], at);
      }),
    },
  };
}

/** @param listeners ports of the address that some program of this machine listens on  @param at the host's address that they are to be published on */
export function portsTaken(
  client: string,
  ports: readonly number[],
  containers: readonly Published[],
  listeners: readonly number[],
  at: string = PUBLISHED_AT,
): Machine["ports"] {
  const published = containers.flatMap(({ Names, Labels, Ports }) =>
    (Ports ?? [])
      .filter(({ IP, Type }) => Type === "tcp" && meets(IP ?? "", at))
      .flatMap(({ PublicPort: port }) =>
        port ? [{ port, name: nameOf({ Names }), of: Labels?.[LABELS.client] }] : [],
      ),
  );
  return [...new Set(ports)].flatMap((port) => {
    const there = published.filter((other) => other.port === port);
    // On a port that this client publishes already, the engine's own proxy listens.
    if (there.some(({ of }) => of === client)) return [];
    const [other] = there;
    if (other) return [{ port, by: `the container ${other.name}${other.of ? ` of client ${other.of}` : ""}` }];
    return listeners.includes(port)
      ? [{ port, by: `a program that listens there (ss -ltnp "sport = :${port}" shows it)` }]
      : [];
  });
}

/** Whether an address of the engine's listing has something of another: it is the same, or one of them is all addresses. */
function meets(address: string, at: string): boolean {
  return at === ALL || ["", ALL, "::", at].includes(address);
}

const ALL = "0.0.0.0";

/** Ports that something listens on at an address, or at all addresses, of which it is one: of IPv6, too. */
export function portsHeard(listeners: readonly Listener[], at: string = PUBLISHED_AT): number[] {
  return listeners.filter(({ address }) => at === ALL || [at, ALL, "::"].includes(address)).map(({ port }) => port);
}
