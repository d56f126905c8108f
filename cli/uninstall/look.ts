import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { cacheFolder, configFolder, stateFolder } from "../../host/folders.ts";
import { readMaker } from "../../host/maker.ts";
import { INSTALLED } from "../../setup/places.ts";
import { Name } from "../../stack-file/patterns.ts";
import { stackFiles } from "../../stack-file/read.ts";
import { UserError } from "../../stack-file/user-error.ts";
import type { Address } from "../../target/engine/address.ts";
import type { EngineSurvey } from "../../target/engine/survey.ts";
import { count, maker } from "../../target/ownership.ts";
import { target } from "../../target/target.ts";
import { type OnEngine, surveyEach } from "../on-engines.ts";
import { mountAt, mountPoints } from "./mounts.ts";
import type { Found } from "./plan.ts";
import { lookAtRecords } from "./records.ts";

/** Looks for all of this product: on each engine that a client of the project lives on, by its state as well, on that of the environment, and in the places where it writes. Nothing is changed. */
export async function lookForAll(root: string): Promise<Found & { surveys: EngineSurvey[] }> {
  const declared = stackFiles(root).map(({ client }) => client);
  const clients = [...new Set([...declared, ...noted(root)])];
  // The environment's is asked as well: what set-up got is shared with other checkouts, whose clients are there most likely.
  const usual = [await surveys(root, clients), clients.length > 0 ? await surveys(root, []) : []].flat();
  const states = await lookAtRecords(root);
  const recorded = (
    await Promise.all(
      states.flatMap(({ lived }) => {
        if (lived.length === 0) return [];
        const addresses = Object.fromEntries(lived.map(({ client, address }) => [client, address]));
        return surveys(root, Object.keys(addresses), (client) => addresses[client] ?? target.find());
      }),
    )
  ).flat();
  const asked = [...usual, ...recorded];
  const unread = states.flatMap((state) => state.unread);
  const all = asked.flatMap(({ survey }) => ("seen" in survey ? [survey.seen] : []));
  const seen = all.filter(({ engine }, at) => all.findIndex((other) => other.engine.host === engine.host) === at);
  const engines = await Promise.all(
    seen.map(async ({ engine, belongings }) => ({
      host: engine.host,
      // What is on top goes first, and was made last.
      images: (await target.images.list(engine)).images
        .sort((a, b) => b.created - a.created)
        .flatMap(({ tags }) => tags),
      clients: [...Map.groupBy(belongings, ({ client }) => client)].map(([client, things]) => ({
        client,
        has: count(things),
        made: maker(things, readMaker()),
        declared: declared.includes(client),
      })),
    })),
  );
  return {
    surveys: seen,
    engines,
    unseen: [...unseenOf(asked), ...unread],
    recorded: [...unseenOf(recorded), ...unread],
    paths: paths(root),
    lines: READ_BY_OTHERS.flatMap((file) => linesOf(join(homedir(), file), root)),
  };
}

/** Each reason once. */
function unseenOf(asked: readonly OnEngine[]): Found["unseen"] {
  const all = asked.flatMap(({ clients, survey }) => ("unseen" in survey ? [{ clients, why: survey.unseen }] : []));
  return all.filter(({ why }, at) => all.findIndex((other) => other.why === why) === at);
}

/** One engine that does not answer is told as any other. */
async function surveys(
  root: string,
  clients: readonly string[],
  addressOf?: (client: string) => Address,
): Promise<OnEngine[]> {
  try {
    return await surveyEach(root, clients, undefined, addressOf);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ clients: [...clients], survey: { unseen: error.message } }];
  }
}

/** Clients that an `up` of this checkout brought somewhere, also without a stack file. */
function noted(root: string): string[] {
  const folder = join(root, ".state/engines");
  return existsSync(folder) ? readdirSync(folder).filter((name) => Name.safeParse(name).success) : [];
}

/** Where this product writes: what is there of it. */
function paths(root: string): Found["paths"] {
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
  const folders = [
    [cacheFolder(), "what set-up got and built; all checkouts of this user share it, and make it again", "install"],
    [join(root, ".cache"), "what set-up chose and compiled for this folder", "install"],
    ...(installed ? [[join(root, "node_modules"), "npm packages of this folder", "install"] as const] : []),
    [join(root, ".state"), "the record of each stack, the passphrase, keys of ssh", "state"],
    [configFolder(), "keys by which secrets are told apart, of all checkouts of this user", "state"],
    [stateFolder(), "how long nobody was in a sandbox, of all checkouts of this user", "state"],
  ] as const;
  const mounts = mountPoints();
  return [
    ...written.flatMap(([path, what, begins]) =>
      textOf(path).startsWith(begins) ? [{ path, what, kind: "install" as const }] : [],
    ),
    ...folders.flatMap(([path, what, kind]) => {
      if (!lstatSync(path, { throwIfNoEntry: false })) return [];
      const mounted = mountAt(path, mounts);
      return [{ path, what, kind, ...(mounted !== undefined && { mounted }) }];
    }),
  ];
}

/** Files that a person's shell or ssh reads, in which our pages have lines written. */
const READ_BY_OTHERS = [
  ...[".bashrc", ".bash_profile", ".bash_aliases", ".profile", ".zshrc", ".zprofile"],
  ...[".config/fish/config.fish", ".ssh/config"],
];

function linesOf(file: string, root: string): Found["lines"] {
  const ours = [/\bagentbox\b/, `${root}/bin/`, `${root}/.state/`] as const;
  return textOf(file)
    .split("\n")
    .flatMap((text, index) =>
      ours.some((one) => (typeof one === "string" ? text.includes(one) : one.test(text)))
        ? [{ file, line: index + 1, what: "names agentbox, or this folder" }]
        : [],
    );
}

/** Nothing of a file that is not there, or that this user may not read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
