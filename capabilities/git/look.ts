import { join } from "node:path";
import { gitSetting } from "../../host/git-config.ts";
import { readSmall } from "../../host/read-small.ts";
import type { Problem } from "../../stack-file/problem.ts";

/** Filters that images/runtime/etc/gitconfig sets up. */
const OF_THE_IMAGE = ["lfs", "git-crypt", "git-agecrypt", "crypt"];

/** Filters that are told at most. */
const MOST_TOLD = 5;

/**
 * Filters that `.gitattributes` names and nobody has set up in the sandbox: they are in the person's own settings, as nbstripout or a formatter is. git takes such a one for none, and a
 * commit has the files as they lie there. The file is an agent's to write: 64 KiB of it are read, no link is followed, and of a filter's name plain letters are taken alone.
 * @param workspace its real path
 * @param git where the repository is
 */
export function tellFilters(workspace: string, git: string): Problem[] {
  const attributes = readSmall(join(workspace, ".gitattributes"), 65_536) ?? "";
  const config = readSmall(join(git, "config"), 65_536) ?? "";
  const named = attributes
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .flatMap((line) =>
      [...line.matchAll(/\sfilter=([A-Za-z0-9][A-Za-z0-9._-]{0,39})(?=\s|$)/g)].map(([, name = ""]) => name),
    );
  const isSetUp = (name: string) =>
    ["clean", "process"].some((way) => gitSetting(config, `filter "${name.toLowerCase()}"`, way) !== undefined);
  const lacking = [...new Set(named)].filter((name) => !OF_THE_IMAGE.includes(name) && !isSetUp(name)).sort();
  if (lacking.length === 0) return [];
  const told = lacking.slice(0, MOST_TOLD).join(", ");
  const more = lacking.length > MOST_TOLD ? ` and ${lacking.length - MOST_TOLD} more` : "";
  return [
    {
      path: "git",
      message: `.gitattributes of the workspace names the filter ${told}${more}, which is set up neither in the repository nor in the image: a commit in the sandbox has its files as they are. To have it there: git config filter.${lacking[0]}.clean … in the workspace, and its program in the image (image.packages)`,
    },
  ];
}
