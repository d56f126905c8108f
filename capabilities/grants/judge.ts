import type { PostureFact } from "../../plan/review/fact.ts";
import { asMoment, describeMoment } from "../../stack-file/moment.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { EgressPolicy } from "../egress/egress.ts";
import { describeAllowed } from "../egress/keys.ts";

/** Days. What is needed for longer is no exception any more: a line of egress.allow says so, and is reviewed as one. */
export const MOST_DAYS = 30;

/**
 * A grant that is over is a mistake in the `up` that declares it first. Of one that an earlier `up` handed over it is what was to come: that file stays
 * right, and only says too much.
 * @param now by this machine's clock, in milliseconds since 1970
 * @param deployed what that earlier `up` left
 */
export function judgeEnds(
  { grants }: Pick<Spec, "grants">,
  now: number,
  deployed: readonly PostureFact[],
): { problems: Problem[]; warnings: Problem[] } {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const [index, { allow, until }] of grants.entries()) {
    const [at, path] = [describeMoment(until), `grants[${index}]`];
    const known = deployed.some(
      ({ topic, about, says }) =>
        topic === "grants" && about === describeAllowed(allow) && says.startsWith(`until ${at} `),
    );
    if (until > asMoment(now + MOST_DAYS * 24 * 60 * 60 * 1000))
      problems.push({
        path: `${path}.until`,
        message: `${at} is more than ${MOST_DAYS} days ahead; a grant is for less, and what is needed for longer is a line of egress.allow`,
      });
    else if (until > asMoment(now)) continue;
    else if (known)
      warnings.push({ path, message: `${describeAllowed(allow)}: ended ${at}, and stays shut; take the line out` });
    else
      problems.push({
        path: `${path}.until`,
        message: `${at} is over, by this machine's clock (${describeMoment(asMoment(now))}); give it a later end, or take the line out`,
      });
  }
  return { problems, warnings };
}

/** One name has one end: of two it would be open until the later one, whatever the other says. */
export function grantedTwice({ grants }: EgressPolicy): Problem[] {
  const first = new Map<string, number>();
  return grants.flatMap(({ destinations }, index) =>
    destinations.flatMap(({ host, subdomains }) => {
      const name = `${subdomains ? "*." : ""}${host}`;
      const other = first.get(name);
      if (other === undefined) first.set(name, index);
      if (other === undefined || other === index) return [];
      const message = `opens ${name}, as grants[${other}] does; leave one of them out, or give one all that is needed`;
      return [{ path: `grants[${index}].allow`, message }];
    }),
  );
}
