import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { mountPoints } from "../../host/file-systems.ts";
import { cacheFolder, configFolder, stateFolder } from "../../host/folders.ts";
import { asFarAsItLeads } from "../../host/real-path.ts";
import { INSTALLED } from "../../setup/places.ts";
import { mountAt } from "./mounts.ts";
import type { Found } from "./plan.ts";

/** Where this product writes on this machine: what is there of it, and what somebody else has beside it. */
export function lookAtPlaces(root: string): Pick<Found, "paths" | "theirs"> {
  const config = process.env.XDG_CONFIG_HOME || join(homedir(), ".config");
  const written = [
    [join(config, "fish/completions/agentbox.fish"), "completions of fish", "# Completes agentbox in fish."],
    [
      join(homedir(), ".local/share/bash-completion/completions/agentbox"),
      "completions of bash",
      "# Completes agentbox in bash.",
    ],
    [join(homedir(), ".local/share/man/man1/agentbox.1"), "the page for man", ".TH AGENTBOX "],
  ] as const;
  // Of an installed package node_modules is the project's own.
  const installed = !INSTALLED && existsSync(join(root, "node_modules/.agent-sandbox-lock"));
  const whole = [
    [cacheFolder(), "what set-up got and built; all checkouts of this user share it, and make it again", "install"],
    [configFolder(), "keys by which secrets are told apart, of all checkouts of this user", "state"],
    [stateFolder(), "how long nobody was in a sandbox, of all checkouts of this user", "state"],
  ] as const;
  const mounts = mountPoints();
  // This program's own packages are the last: what it still needs it has read by then.
  const packages = installed ? wholeOf(join(root, "node_modules"), "npm packages of this folder", "install") : [];
  const found = SHARED.map((shared) => lookAtShared(root, shared));
  return {
    paths: [
      ...written.flatMap(([path, what, begins]) =>
        textOf(path).startsWith(begins) ? [{ path, what, kind: "install" as const }] : [],
      ),
      ...[
        ...whole.flatMap(([path, what, kind]) => wholeOf(path, what, kind)),
        ...found.flatMap(({ paths }) => paths),
        ...packages,
      ].map((one) => {
        const mounted = mountAt(one.path, mounts);
        return { ...one, ...(mounted !== undefined && { mounted }) };
      }),
    ],
    theirs: found.flatMap(({ theirs }) => theirs),
  };
}

/** Folders of a project, and what this product puts there. All else in one is somebody's: the project of an installed package is whatever folder npm was run in, and may be the home. */
const SHARED = [
  {
    folder: ".cache",
    what: "what set-up chose and compiled for this folder",
    kind: "install",
    ours: /^(bin|compiled|count|engine|home|tools\.sh(\.\d+)?)$/,
  },
  {
    folder: ".state",
    what: "the record of each stack, the passphrase, keys of ssh",
    kind: "state",
    ours: /^(\.pulumi|\.agent-sandbox-(id(\.\d+)?|runs)|passphrase(\.\d+)?|credentials.*\.json|devcontainer|engines|ssh|used)$/,
  },
] as const;

function lookAtShared(
  root: string,
  { folder, what, kind, ours }: (typeof SHARED)[number],
): Pick<Found, "paths" | "theirs"> {
  const path = join(root, folder);
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there?.isDirectory()) return { paths: wholeOf(path, what, kind), theirs: [] };
  const names = readdirSync(path).sort();
  // By which git passes over the folder: it goes with the last that is in there.
  const others = names.filter((name) => !ours.test(name) && name !== ".gitignore");
  const only = names.filter((name) => ours.test(name) || (name === ".gitignore" && others.length === 0));
  // `~/.cache` is every program's, and another's bin/ would look like this one's.
  if (asFarAsItLeads(root) === asFarAsItLeads(homedir()))
    return {
      paths: [],
      theirs: only.map((name) => ({
        path: join(path, name),
        what: "in your home's own folder, where it may be another program's",
      })),
    };
  return {
    paths: only.length > 0 || others.length === 0 ? [{ path, what, kind, only }] : [],
    theirs: others.map((name) => ({ path: join(path, name), what: "nothing that this product puts there" })),
  };
}

/** All of a path, where something is there. Of a link the link goes. */
function wholeOf(path: string, what: string, kind: "install" | "state"): Found["paths"] {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return [];
  const link = there.isSymbolicLink()
    ? `, by a link to ${readlinkSync(path)}: the link goes, and what is there stays`
    : "";
  return [{ path, what: `${what}${link}`, kind }];
}

/** Nothing of a file that is not there, or that this user may not read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
