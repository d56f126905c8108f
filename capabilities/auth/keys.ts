import { keys, list, text } from "../../stack-file/combinators.ts";
import { isHostName } from "../../stack-file/network.ts";
import { isNot, quoted } from "../../stack-file/quoted.ts";

/** The name of a site where a person logs in, or with `*.` all names below it. */
const Domain = text("a domain", "claude.ai").superRefine((domain, context) => {
  const host = domain.replace(/^\*\./, "");
  if (/[^ -~]/.test(domain))
    context.addIssue(`${quoted(domain)} has letters besides a-z; write it as DNS has it${inAscii(domain)}`);
  else if (domain !== domain.toLowerCase())
    context.addIssue(`${quoted(domain)} has capitals; write "${domain.toLowerCase()}"`);
  else if (!isHostName(host))
    context.addIssue(
      `${isNot(domain, "a domain")}; write the name alone, like claude.ai, or *.acme.example for all names below it`,
    );
});

function inAscii(domain: string): string {
  try {
    return `: "${new URL(`https://${domain}/`).hostname}"`;
  } catch {
    return ", like xn--bcher-kva.example";
  }
}

export const authKeys = {
  auth: keys({
    domains: list(Domain, "[claude.ai, auth.openai.com]")
      .default([])
      .describe(
        "Sites that an agent may ask a person to open in the browser of this machine, to log in there. `*.acme.example` is every name below. Each URL is asked for.",
      ),
  })
    .prefault({})
    .describe("Logins whose page the person's own browser shows: `agentbox auth`."),
};
