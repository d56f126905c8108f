import type { Facts } from "../../plan/facts.ts";
import { open } from "../../plan/review/topic.ts";
import { isFar } from "../../stack-file/named-engine.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";

/** The engine that a client lives on, where its stack file names one. */
export const engine: Capability = {
  check: ({ spec }) => (isFar(spec.engine ?? "") ? ofThisMachine(spec, spec.engine ?? "") : []),
  // One that the environment names, or a docker context, is known with the engine.
  plan: ({ spec }, { engine }) =>
    isFar(engine.host)
      ? {
          problems: isFar(spec.engine ?? "") ? [] : ofThisMachine(spec, engine.host),
          warnings: ofThatMachine(spec, engine),
        }
      : {},
  posture: ({ spec }) =>
    spec.engine === undefined ? [] : [{ topic: "engine-at", about: "", says: spec.engine, key: "engine" }],
  topics: { "engine-at": open("another machine is another trust") },
};

/** Directories of this machine. The other one may have some of these names, with anything in them: whose they are and what has to be masked nobody here can look at. */
function ofThisMachine({ workspace, mounts }: Spec, host: string): Problem[] {
  const there = `is a place of this machine, and the engine is on another one (${host})`;
  return [
    ...(typeof workspace === "string"
      ? [
          {
            path: "workspace",
            message: `${workspace} ${there}; write workspace: {volume: true}, and bring files in and out by \`agentbox cp\` or git`,
          },
        ]
      : []),
    ...mounts.map((mount, index) => ({
      path: `mounts[${index}].host`,
      message: `${mount.host} ${there}; leave it out, and bring it into the workspace by \`agentbox cp\``,
    })),
  ];
}

/** What is of the engine's machine, and reads as if it were this one's. */
function ofThatMachine({ ports, ssh }: Spec, { host }: Facts["engine"]): Problem[] {
  const published = ports.map(({ port }) => port);
  return [
    ...(published.length > 0
      ? [
          {
            path: "ports",
            message: `are published on 127.0.0.1 of the engine's machine (${host}), and not here; \`ssh -N -L ${published[0]}:127.0.0.1:${published[0]} HOST\` brings one here`,
          },
        ]
      : []),
    ...(ssh
      ? [
          {
            path: "ssh.port",
            message: `${ssh.port} is a port of the engine's machine (${host}), and not of this one; \`agentbox ssh-config\` needs no port`,
          },
        ]
      : []),
  ];
}
