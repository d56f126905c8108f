import type { AuditLine } from "../../gateway/audit-line.ts";
import type { ReasonWord } from "../../gateway/reasons.ts";
import { isHostName } from "../../stack-file/network.ts";
import { compareText } from "./fact.ts";

/** A name that was refused because it leads to a machine of a private network. */
export interface Inward {
  name: string;
  address: string;
}

/** Names that a person reads; whoever owns a name's zone can have as many as he likes. */
const MOST = 5;

/**
 * Finds names that egress opens and that lead to a private address: a company's own machine, which `egress.lan` is for, or a name whose owner points it into the
 * network of whoever trusts it. Which of the two it is only a person knows. Pure.
 * @param declared names of `egress.lan`: theirs is no question any more
 * @param refuse why an address can be no endpoint: of it no line is told
 */
export function inwardNames(
  lines: readonly AuditLine[],
  declared: readonly string[],
  refuse: (address: string) => string | undefined,
): Inward[] {
  const found = new Map<string, Inward>();
  for (const { verdict, reason, name, address, probe } of lines) {
    if (verdict !== "deny" || reason !== INWARD || probe || address === "") continue;
    if (isHostName(name) && !declared.includes(name) && refuse(address) === undefined)
      found.set(`${name} ${address}`, { name, address });
  }
  return [...found.values()].sort((a, b) => compareText(a.name, b.name)).slice(0, MOST);
}

const INWARD: ReasonWord = "private-address";

/** What a person does about one. */
export function describeInward({ name, address }: Inward): string {
  return `${name} leads to ${address}, in a private network. Where that machine is meant, declare it, egress.lan: {${name}: ${address}}, in the place of its line in egress.allow. Where it is not, the name's owner pointed it there: take the line out`;
}
