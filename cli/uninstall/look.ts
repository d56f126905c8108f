import { homedir } from "node:os";
import { join } from "node:path";
import { notedClients } from "../../host/engine-of.ts";
import { readMaker } from "../../host/maker.ts";
import { stackFiles } from "../../stack-file/look/stack-files.ts";
import { UserError } from "../../stack-file/user-error.ts";
import type { Address } from "../../target/engine/address.ts";
import type { EngineSurvey } from "../../target/engine/survey.ts";
import { count, maker } from "../../target/ownership.ts";
import { target } from "../../target/target.ts";
import { type OnEngine, surveyEach } from "../on-engines.ts";
import { lookAtPlaces, textOf } from "./places.ts";
import type { Found } from "./plan.ts";
import { lookAtRecords } from "./records.ts";

/** Looks for all of this product: on each engine that a client of the project lives on, by its state as well, on that of the environment, and in the places where it writes. Nothing is changed. */
export async function lookForAll(root: string): Promise<Found & { surveys: EngineSurvey[] }> {
  const declared = stackFiles(root).map(({ client }) => client);
  const clients = [...new Set([...declared, ...notedClients(root)])];
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
    ...lookAtPlaces(root),
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
