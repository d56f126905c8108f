import { lstatSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { gitSetting } from "../../../host/git-config.ts";
import { readSmall } from "../../../host/read-small.ts";
import { realPath } from "../../../host/real-path.ts";
import { within } from "../../../plan/path.ts";
import { printable } from "../../../stack-file/printable.ts";
import type { Problem } from "../../../stack-file/problem.ts";
import type { Mask } from "../mask.ts";

/** Programs that git's hooks call on this host, by the word that a hook of theirs has, and the files of a workspace that tell them what to run. */
const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  "pre-commit": [".pre-commit-config.yaml", ".pre-commit-config.yml"],
  lefthook: [
    ...["lefthook.yml", "lefthook.yaml", "lefthook.toml", "lefthook.json", ".lefthook.yml", ".lefthook.yaml"],
    ...["lefthook-local.yml", "lefthook-local.yaml"],
  ],
  overcommit: [".overcommit.yml", ".git-hooks"],
};

/** Hooks that are read at most: git knows 28. */
const MOST_HOOKS = 64;

/**
 * What of the workspace git on this host runs besides the hooks that are masked by default: a directory that `core.hooksPath` names, as husky has it, and what tells the programs that
 * hooks call what to run. Editing it is an agent's work as often as not, so it is said, and masked where the client declares it.
 * @param workspace its real path
 * @param git where the repository is: its config, and hooks where no setting says otherwise
 */
export function tellHostHooks(workspace: string, git: string, masks: readonly Pick<Mask, "path">[]): Problem[] {
  const open = (path: string) => !masks.some((mask) => within(path, mask.path));
  const config = readSmall(join(git, "config"), 65_536);
  const said = gitSetting(config ?? "", "core", "hookspath");
  const hooks = said ? realPath(resolve(workspace, said)) : join(git, "hooks");
  const own = said && hooks !== undefined && within(hooks, workspace) ? hooks.slice(workspace.length + 1) : undefined;
  // husky's own scripts, in a folder `_`, call those beside it.
  const holds = own !== undefined && basename(own) === "_" ? dirname(own) : own;
  const byPath =
    holds !== undefined && open(holds)
      ? [
          `core.hooksPath leads git on this host to ${holds === "" || holds === "." ? "the workspace itself" : printable(holds)}, where an agent writes: what is there runs as you at your next git command. ${
            holds === "" || holds === "." ? "Name another directory (git config core.hooksPath)" : advice([holds])
          }`,
        ]
      : [];
  const called = hooks === undefined ? [] : calledBy(hooks);
  const byRunner = called.flatMap((runner) => {
    const files = (RUNNERS[runner] ?? []).filter((file) => isThere(join(workspace, file)) && open(file));
    return files.length === 0
      ? []
      : [
          `hooks of git call ${runner} on this host, which runs what ${files.join(" and ")} ${files.length > 1 ? "say" : "says"}, and an agent writes ${files.length > 1 ? "these" : "it"}. ${advice(files)}`,
        ];
  });
  return [...unseen(join(git, "config"), config), ...byPath, ...byRunner].map((message) => ({
    path: "masks",
    message,
  }));
}

/** What is not known of a config, which an agent may have written. */
function unseen(path: string, config: string | undefined): string[] {
  if (config === undefined && isThere(path))
    return [`whether ${path} has git run hooks of the workspace is not known: it is no plain file of 64 KiB at most`];
  return /^\s*\[\s*include/im.test(config ?? "")
    ? [
        `whether ${path} has git run hooks of the workspace is not known: it includes other files, which are not looked at`,
      ]
    : [];
}

/** Which of the programs the hooks of a directory call, by their text. */
function calledBy(hooks: string): string[] {
  try {
    const texts = readdirSync(hooks)
      .filter((name) => !name.endsWith(".sample"))
      .slice(0, MOST_HOOKS)
      .map((name) => readSmall(join(hooks, name), 65_536) ?? "");
    return Object.keys(RUNNERS).filter((runner) => texts.some((text) => text.includes(runner)));
  } catch {
    // None there, or shut to this person, who runs none of them then.
    return [];
  }
}

function advice(paths: readonly string[]): string {
  return `Where agents do without: masks: [${paths.map(printable).join(", ")}]`;
}

/** What cannot be looked at is there: it is told, and not taken for nothing. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // A file where its directory would be.
    return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
  }
}
