import type { Problem } from "../../stack-file/problem.ts";
import type { Capability, Named } from "../capability.ts";
import { statePlaces } from "../state-places.ts";
import { dotfileFacts, dotfileTopics } from "./facts.ts";

/** Files of the host put into the agent's home, read-only. */
export const dotfiles: Capability = {
  check: (of) => Object.keys(of.spec.dotfiles).flatMap((at) => placeProblems(at, of)),
  files: ({ spec }) =>
    Object.entries(spec.dotfiles).map(([at, file]) => ({
      role: "dotfile",
      at,
      source: { file },
      key: `dotfiles.${at}`,
    })),
  posture: ({ files }, placed) => dotfileFacts(files, placed?.facts.fingerprints),
  topics: dotfileTopics,
};

/** A file at, or above, a place that an agent keeps its state in would take it from there. */
function placeProblems(at: string, { agents }: Named): Problem[] {
  const kept = statePlaces(agents)
    .map(({ dir }) => dir.slice(HOME.length))
    .find((path) => path === at || path.startsWith(`${at}/`));
  if (!kept) return [];
  return [
    {
      path: `dotfiles.${at}`,
      message: `would take the place of ~/${kept}, which is kept in a volume; name the files below it, one by one`,
    },
  ];
}

const HOME = "/home/dev/";
