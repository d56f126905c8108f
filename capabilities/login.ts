import type { z } from "zod";
import { day, keys, list, matching, oneOf, oneOrMore, text } from "../stack-file/combinators.ts";
import { EnvironmentName } from "../stack-file/patterns.ts";

const InHome = matching(
  /^\/home\/dev(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/,
  "a path below /home/dev, like /home/dev/.tool/auth.json",
);
const Member = matching(/^[A-Za-z0-9_-]+$/, "the name of a member of a JSON object, like access_token");
/** Where something is said, and when somebody read it there. */
const Source = matching(/^https:\/\/[^\s]+$/, "an address, like https://docs.acme.example/login");

/** What a person does to log an agent in: one of these three, with a line about it. */
const WaySchema = keys({
  /** A key or a token that a person makes, which lasts: the variable that takes it. */
  token: EnvironmentName.optional(),
  /** At the agent's own prompt in the sandbox: what is run there. The login stays in the agent's volume. */
  inside: oneOrMore(
    matching(/^[^\n\0]+$/, "a word of a command line: text on one line, like login"),
    "[tool, login]",
  ).optional(),
  /** A copy of the login of this machine, made once: its file here. */
  host: matching(/^~?\/[^\n]+$/, "a path, like ~/.tool/auth.json").optional(),
  how: text("how a person does it", "open the address that it shows, and paste the code"),
  source: Source.optional(),
  seen: day("the day on which the source was read").optional(),
}).superRefine((way, context) => {
  const named = WAYS.filter((kind) => way[kind] !== undefined);
  if (named.length !== 1)
    context.addIssue(
      `says ${named.join(" and ") || "no way"}; write one of token, inside and host, each in an entry of its own`,
    );
});

/** The kinds of ways to log in, as they are called everywhere. */
export const WAYS = ["token", "inside", "host"] as const;

/** A login in an agent's file: members of one JSON object, which are looked for by these names and are never shown. */
const EntrySchema = keys({
  /** The member of the file's object that holds it; `*` is each of them, without one it is the whole. */
  in: matching(/^(\*|[A-Za-z0-9_-]+)$/, "the name of a member, or *, like tokens").optional(),
  /** Text in it is what a request is sent with: a login has it. */
  token: Member,
  /** Text in it renews the token: without a person, so its end is none of the login. */
  renews: Member.optional(),
  /** When the token ends: a number, in milliseconds since 1970. */
  ends: Member.optional(),
});
export type LoginEntry = z.output<typeof EntrySchema>;

/** How an agent is logged in: the ways, the best first, and the file that its login is in. */
export const LoginSchema = keys({
  ways: oneOrMore(WaySchema, "[{token: API_KEY, how: make a key on the page of keys}]"),
  /** Where it keeps its login in the sandbox. Some keep it nowhere that is known. */
  file: keys({
    at: InHome,
    /** What is in it, where it is logged in. Nothing where its form is not known. */
    has: list(EntrySchema, "[{in: tokens, token: access_token, renews: refresh_token}]").default([]),
    /**
     * Whether what renews a token is good for one use: then a copy and its original end each other. `unknown` where nothing was found that says so.
     */
    refresh: keys({
      use: oneOf(["once", "unknown"]),
      source: Source.optional(),
      seen: day("the day on which the source was read, or looked for"),
    }),
  }).optional(),
}).superRefine(({ ways, file }, context) => {
  if (ways.some(({ host }) => host !== undefined) && !file)
    context.addIssue({ code: "custom", path: ["file"], message: HOST_NEEDS_FILE });
});
const HOST_NEEDS_FILE =
  "is missing: a way host copies a file, so it is where the agent looks for it; write it with the keys at, has, refresh";

export type Login = z.output<typeof LoginSchema>;
export type LoginWay = z.output<typeof WaySchema>;

/** The kind of a way. */
export function kindOf(way: LoginWay): (typeof WAYS)[number] {
  if (way.token !== undefined) return "token";
  return way.inside !== undefined ? "inside" : "host";
}

/** The file of this machine that a login is copied from, for an agent that can have a copy. */
export function hostFileOf(login: Login | undefined): string | undefined {
  return login?.ways.find(({ host }) => host !== undefined)?.host;
}
