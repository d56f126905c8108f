import type { PostureFact } from "../../plan/review/fact.ts";
import { gives, type Topic } from "../../plan/review/topic.ts";
import { ALL, type DeliveredFile } from "../delivered.ts";

/**
 * Any variable may steer a program: which one it runs, where it sends, whom it trusts, with the keys that it has, before the agent starts. Which names do is no list that could ever be
 * whole, so a list has those that do not. One that comes may loosen a program and one that goes may have held it (`PGSSLMODE: verify-full`), so a variable is right and wall at once.
 */
export const environmentTopics: Readonly<Record<string, Topic>> = {
  environment: gives(isNoMore, { holds: isNoMore, unordered: "it may steer programs" }),
};

function isNoMore(fact: PostureFact, there: readonly PostureFact[]): boolean {
  return !maySteer(fact) || there.some(({ about, says }) => about === fact.about && says === fact.says);
}

function maySteer({ about, says }: PostureFact): boolean {
  const name = about.slice(about.lastIndexOf("/") + 1);
  return !says.endsWith(OF_AN_ENDPOINT) && !(WORDS_AND_TIMES.test(name) && (name === "TZ" ? ZONE : WORD).test(says));
}

/**
 * What decides only in which words, colours, widths and times programs speak. `CI` does not, for programs ask nobody where it is set (npx installs without a question), and neither does
 * `DEBUG`: servers have a console for who sees them in it.
 */
const WORDS_AND_TIMES =
  /^(TZ|LANG|LANGUAGE|LC_(ALL|COLLATE|CTYPE|MEASUREMENT|MESSAGES|MONETARY|NUMERIC|PAPER|TIME)|TERM|COLORTERM|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|CLICOLOR(_FORCE)?|PYTHONUNBUFFERED)$/;

/** The value of one, in its quotes: with a slash it could be a file's place, from which the C library reads locales and translations. */
const WORD = /^"[\w.,:@+-]*"$/;

/** Time zones have slashes. One that begins with it, or leads upwards, is a file. */
const ZONE = /^"(?!:?\/)(?!.*\.\.)[\w,:.+<>/-]*"$/;

/** Follows from an endpoint, which is in the posture itself: what it opens is judged there. No value of a person's ends so, for values are in quotes. */
const OF_AN_ENDPOINT = " (endpoint)";

/** Variables with their values: none of them is a secret. */
export function environmentFacts(files: readonly DeliveredFile[]): PostureFact[] {
  return files.flatMap((file): PostureFact[] => {
    if (file.role !== "variable" || !("text" in file.source)) return [];
    const about = file.reader === ALL ? file.name : `${file.reader}/${file.name}`;
    const says = `${JSON.stringify(file.source.text)}${file.key.startsWith("egress.") ? OF_AN_ENDPOINT : ""}`;
    return [{ topic: "environment", about, says, key: file.key }];
  });
}
