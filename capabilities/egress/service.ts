import type { z } from "zod";
import { day, keys, matching, oneOrMore, text } from "../../stack-file/combinators.ts";
import { isHostName, Port } from "../../stack-file/network.ts";
import { Name } from "../../stack-file/patterns.ts";
import { readPublicKey } from "../../stack-file/public-key.ts";
import { isNot } from "../../stack-file/quoted.ts";
import { readName } from "./name.ts";

/** A name that a service opens, or one of names below it. */
const Host = text("a host name", "docs.acme.example").refine((host) => isHostName(readName(host).host), {
  error: ({ input }) => `${isNot(input, "a host name")}; write it like docs.acme.example or *.acme.example`,
});

/** Where a line was read or measured, and when. */
const found = {
  source: text("where this is from", "https://docs.acme.example/network"),
  seen: day("the day when the source said so"),
};

/** A named, reviewed bundle of destinations: one file in policies/services. */
export const ServiceSchema = keys({
  name: Name,
  description: text("what the service is", "The forge of Acme."),
  /** Of a git service: the host of its repositories over HTTPS, and the user's name that it wants with a token. */
  git: keys({
    host: text("a host name", "git.acme.example").refine(isHostName, {
      error: ({ input }) => `${isNot(input, "a host name")}; write one without wildcard, like git.acme.example`,
    }),
    /** Where it has git over SSH, and the keys of that host; left out where no official text has them. */
    ssh: keys({
      host: text("a host name", "git.acme.example").refine(isHostName, {
        error: ({ input }) => `${isNot(input, "a host name")}; write one without wildcard, like git.acme.example`,
      }),
      keys: oneOrMore(
        text("a public key", "ssh-ed25519 AAAA…").refine((line) => readPublicKey(line) !== undefined, {
          error: ({ input }) =>
            `${isNot(input, "a public key")}; write it as known_hosts has it, without the host: ssh-ed25519 AAAA…`,
        }),
        "[ssh-ed25519 AAAA…]",
      ),
      ...found,
    }).optional(),
    username: matching(/^[!-~]+$/, "a user's name: letters, digits and signs without a space, like x-access-token"),
    ...found,
  }).optional(),
  hosts: oneOrMore(
    keys({
      host: Host,
      ports: oneOrMore(Port, "[22, 443]").default([443]),
      why: text("what it is for", "The API."),
      ...found,
    }),
    "[{host: api.acme.example, why: The API., source: https://docs.acme.example/network, seen: 2026-11-21}]",
  ),
});

export type Service = z.output<typeof ServiceSchema>;
