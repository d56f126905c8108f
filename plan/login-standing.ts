import { daysBetween, describeDays, SOON } from "../capabilities/expiry.ts";
import type { Agent } from "../capabilities/image/agent.ts";
import { asMoment, describeMoment } from "../stack-file/moment.ts";
import type { FoundLogin } from "../target/engine/tell-logins.ts";
import type { Look } from "../target/look.ts";

/** How something that ends stands, for a person: `none` is no login, `unknown` what nobody could tell, `UNSEEN` what nobody could look at now. */
export interface Standing {
  word: "ok" | "none" | "unknown" | "SOON" | "ENDED" | "UNSEEN";
  says: string;
}

/**
 * How an agent's login stands by what lies in its place. An agent writes that file, so all that is said of it is the agent's word, and is told as that.
 * @param found nothing where there is no place to look at: the agent keeps its login where nobody knows, or the sandbox keeps no state
 */
export function loginStanding(
  client: string,
  { name, login }: Pick<Agent, "name" | "login">,
  found: Look<FoundLogin | undefined>,
  now: number,
): Standing {
  const advice = `\`agentbox login ${client} ${name}\` logs it in`;
  if ("unseen" in found) return { word: "UNSEEN", says: `could not look at its login: ${found.unseen}` };
  const { seen } = found;
  if (!seen && !login?.file?.has.length)
    return { word: "unknown", says: "whether it is logged in is not known, nor where it keeps that" };
  if (!seen) return { word: "UNSEEN", says: "its sandbox keeps no state (profile lockdown), so no login can be seen" };
  switch (seen.is) {
    case "absent":
      return { word: "none", says: `not logged in; ${advice}` };
    case "other":
      return {
        word: "none",
        says: `not logged in: in the place of its login lies no file, but a link, a pipe or a directory; ${advice}`,
      };
    case "large":
      return { word: "none", says: `not logged in: in the place of its login lies a huge file; ${advice}` };
    case "broken":
      return { word: "none", says: `not logged in: in the place of its login lies no JSON object; ${advice}` };
    case "file":
      return fileStanding(seen.logins, advice, now);
  }
}

function fileStanding(logins: Extract<FoundLogin, { is: "file" }>["logins"], advice: string, now: number): Standing {
  if (logins.length === 0) return { word: "none", says: `not logged in: its file has no login; ${advice}` };
  // What is renewed without a person ends for nobody.
  const ends = logins.flatMap(({ renews, ends }) => (renews || ends === undefined ? [] : [ends])).sort((a, b) => a - b);
  const [first] = ends;
  if (first === undefined) {
    const renewed = logins.some(({ renews }) => renews) ? ", and it renews that itself" : "";
    return { word: "ok", says: `logged in, its own file says${renewed}` };
  }
  const until = `${describeMoment(asMoment(first))}, its own file says`;
  if (first <= now) return { word: "ENDED", says: `its login ended at ${until}; ${advice}` };
  const days = daysBetween(day(now), day(first));
  if (days <= SOON) return { word: "SOON", says: `logged in until ${until}: ${describeDays(days)}; ${advice}` };
  return { word: "ok", says: `logged in until ${until}` };
}

/** How a credential stands by the day that the stack file says beside it. @param what it is, as `key OPENAI_API_KEY` */
export function declaredStanding(what: string, expires: string | undefined, now: number): Standing {
  if (expires === undefined) return { word: "ok", says: what };
  const days = daysBetween(day(now), expires);
  if (days <= 0) return { word: "ENDED", says: `${what} ended on ${expires}; take a new one, and write its own day` };
  const says = `${what} until ${expires}`;
  return days <= SOON ? { word: "SOON", says: `${says}: ${describeDays(days)}` } : { word: "ok", says };
}

function day(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}
