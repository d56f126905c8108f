import { posix } from "node:path";
import type { Facts } from "../../plan/facts.ts";
import { lacks } from "../../plan/lacks.ts";
import { present } from "../../stack-file/present.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability, Named } from "../capability.ts";
import { mountFacts, mountTopics } from "./facts.ts";
import { PROGRAMS, refuseMountPoint } from "./own-places.ts";

/** More directories and files of the host. */
export const mounts: Capability = {
  check: (of) =>
    of.spec.mounts.flatMap(({ at, mode }, index) => {
      const message = refuseMountPoint(at, mode === "ro", shipped(of));
      return message ? [{ path: `mounts[${index}].at`, message }] : [];
    }),
  plan: ({ spec }, facts) => {
    const declared = spec.mounts.map((mount, index) => ({
      ...mount,
      ...present(facts.mounts[index], `mounts[${index}] on the host`),
      key: `mounts[${index}]`,
    }));
    return {
      mounts: declared
        .filter(({ is }) => is !== "absent")
        .map(({ at, mode, create, path, id, is, key }) => ({
          ...{ kind: "bind", source: path, at, readOnly: mode === "ro", key },
          ...(id !== "" && { id }),
          ...((is === "file" || (is === "unmade" && create === "file")) && { file: true }),
        })),
      problems: [...noPrograms(spec, facts.mounts), ...unmountable(spec, facts)],
      warnings: declared
        .filter(({ is }) => is === "absent")
        .map(({ path, at, key }) => ({
          path: key,
          message: `${path} is not there, so nothing is mounted at ${at}; once it is, the next up replaces the agent's container by one that has it`,
        })),
    };
  },
  posture: ({ spec }, placed) =>
    mountFacts(spec, placed && { found: placed.facts.mounts, mounts: placed.agent.mounts }),
  topics: mountTopics,
};

/** Programs of the image that a mount would hide. */
function shipped({ agents, tools }: Pick<Named, "agents" | "tools">): string[] {
  return [...agents.flatMap(({ run }) => run.slice(0, 1)), ...tools.flatMap(({ commands }) => commands)];
}

/** What is no program, where programs lie. */
function noPrograms({ mounts }: Spec, found: Facts["mounts"]): Problem[] {
  return mounts.flatMap(({ host, at, create }, index) =>
    posix.dirname(at) === PROGRAMS && (create !== undefined || found[index]?.is === undefined)
      ? [
          {
            path: `mounts[${index}].at`,
            message: `${at} is for a program, a single file, and ${host} is ${create ? "made empty where it is missing" : "a directory"}; mount it at a place of its own, like /opt/${posix.basename(at)}`,
          },
        ]
      : [],
  );
}

function unmountable({ mounts }: Spec, { mounts: found, workspace, engine }: Facts): Problem[] {
  const why = lacks(engine).colons;
  if (why === undefined) return [];
  return [
    { key: "workspace", path: workspace.path ?? "" },
    ...mounts.map((_, index) => ({ key: `mounts[${index}].host`, path: found[index]?.path ?? "" })),
  ]
    .filter(({ path }) => path.includes(":"))
    .map(({ key, path }) => ({ path: key, message: `${path} has a colon in its name, with which ${why}; rename it` }));
}
