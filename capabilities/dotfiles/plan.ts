import type { Problem } from "../../stack-file/problem.ts";
import type { Capability, Named } from "../capability.ts";
import { statePlaces } from "../state-places.ts";

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
};

/** A file takes the place of a folder that something else needs: of another dotfile's, or of one that an agent keeps its state in. */
function placeProblems(at: string, { spec, agents }: Named): Problem[] {
  const isAtOrAbove = (path: string) => path === at || path.startsWith(`${at}/`);
  const below = Object.keys(spec.dotfiles).find((other) => other !== at && isAtOrAbove(other));
  const kept = statePlaces(agents)
    .map(({ dir }) => dir.slice(HOME.length))
    .find(isAtOrAbove);
  const why = below
    ? `would be a file where dotfiles.${below} needs a folder`
    : kept && `would take the place of ~/${kept}, which is kept in a volume`;
  return why ? [{ path: `dotfiles.${at}`, message: `${why}; name the files below it, one by one` }] : [];
}

const HOME = "/home/dev/";
