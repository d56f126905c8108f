import { join } from "node:path";
import { gitSetting } from "../../host/git-config.ts";
import { readSmall } from "../../host/read-small.ts";
import { printable } from "../../stack-file/printable.ts";
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

/** Settings that name what git signs with. */
const SIGNERS = [
  ["gpg", "gpg.program"],
  ['gpg "openpgp"', "gpg.openpgp.program"],
  ['gpg "ssh"', "gpg.ssh.program"],
  ['gpg "x509"', "gpg.x509.program"],
] as const;

/** Programs of this host that a repository's own settings have git sign with, as 1Password's: those settings go before the image's, and git says no more than "cannot exec". @param git where the repository is */
export function tellSigners(git: string): Problem[] {
  const config = readSmall(join(git, "config"), 65_536) ?? "";
  return SIGNERS.flatMap(([section, setting]) => {
    const program = gitSetting(config, section, "program");
    if (program === undefined || !/^(~|\/(?!usr\/bin\/))/.test(program)) return [];
    return [
      {
        path: "git",
        message: `${setting} in the repository's own settings is ${printable(program.slice(0, 100))}, a program of this host: a commit in the sandbox that is to be signed fails. Have it in your own settings instead (git config --unset ${setting}, then git config --global ${setting} …): git: {ssh: generate} signs in the sandbox`,
      },
    ];
  });
}
