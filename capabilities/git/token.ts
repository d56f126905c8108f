import { z } from "zod";
import { isHostName } from "../../stack-file/network.ts";
import { quoted } from "../../stack-file/quoted.ts";
import { type Lasting, type SecretSource, sourceWith } from "../credentials/source.ts";

/** A token for git over HTTPS: where it is read, and the name that is said with it. */
export type GitToken = SecretSource & Lasting & { username?: string | undefined };

const username = z
  .string({ error: () => "is not a user's name; write it like acme-bot" })
  .regex(/^[!-~]{1,100}$/, {
    error: () => "is not a user's name: 1 to 100 letters, digits and signs without a space, like acme-bot",
  })
  .optional()
  .describe("Whom the host knows the token by. Default: x-access-token, or what the host's service says.");

export const GitToken: z.ZodType<GitToken> = sourceWith(
  "a token's source",
  { username },
  ", and username: NAME beside it where the host wants a certain one",
);

/** The host that a token is for: a name, or a name and a port as git says it, `git.acme.example:8443`. A name of one label is one of `egress.lan`. */
export const GitHost = z.string().superRefine((given, ctx) => {
  const [name = "", port, ...rest] = given.split(":");
  const refuse = (why: string) => ctx.addIssue(`${quoted(given)} ${why}`);
  if (name !== name.toLowerCase()) refuse(`has capitals; write ${quoted(given.toLowerCase())}`);
  else if (port === "443" && rest.length === 0) refuse(`has the port that https has anyway; write "${name}"`);
  else if (
    rest.length > 0 ||
    (port !== undefined && (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65535)) ||
    !(isHostName(name) || /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name))
  )
    refuse("is not a host; write its name alone, like github.com, or with a port, like git.acme.example:8443");
});
