import type { EgressPolicy } from "../../capabilities/egress/egress.ts";
import { type Name, readName } from "../../capabilities/egress/name.ts";
import { PROFILES } from "../../capabilities/profile/keys.ts";
import type { Destination } from "../../gateway/gateway-policy.ts";
import { oneOf, oneOrMore, text, whole } from "../../stack-file/combinators.ts";
import { isHostName } from "../../stack-file/network.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { isNot, quoted } from "../../stack-file/quoted.ts";
import { kind } from "./kind.ts";

/** Which profiles clients may have: no `web` is a list without it. */
export const profiles = kind(oneOrMore(oneOf(PROFILES), "[standard, lockdown, offline]"), (allowed, { declared }) => {
  const { profile } = declared.spec;
  if (allowed.includes(profile)) return [];
  return [{ path: "profile", message: `${quoted(profile)} is not one of ${allowed.join(", ")}; write one of these` }];
});

/** How many wildcards a client has at most, those of services, agents and grants among them. */
export const mostWildcards = kind(whole("a number of wildcards", 0, "5"), (most, { declared }) => {
  const wildcards = destinations(declared).filter(({ subdomains }) => subdomains);
  if (wildcards.length <= most) return [];
  const told = few(wildcards.map((one) => `${nameOf(one)} (${one.origin})`));
  return [
    {
      path: tooMany(wildcards, most),
      message: `opens ${wildcards.length} wildcards, and at most ${most} are allowed: ${told}; write the names that are needed`,
    },
  ];
});

/** How many names a client reaches at most, grants among them, a wildcard counting as one. */
export const mostHosts = kind(whole("a number of hosts", 0, "100"), (most, { declared }) => {
  const open = destinations(declared);
  if (open.length <= most) return [];
  const origins = [...Map.groupBy(open, ({ origin }) => origin)].sort(([, a], [, b]) => b.length - a.length);
  const told = few(origins.map(([origin, { length }]) => `${length} by ${origin}`));
  return [
    {
      path: tooMany(open, most),
      message: `opens ${open.length} names, and at most ${most} are allowed (${told}); remove what is not needed`,
    },
  ];
});

const DeniedName = text("a name", "paste.example or *.paste.example").refine(
  (name) => name === name.toLowerCase() && isHostName(readName(name).host),
  {
    error: ({ input }) =>
      `${isNot(input, "a host name in lower case")}; write paste.example, *.paste.example for all below it, .paste.example for both`,
  },
);

/** Names that nobody gets, in whatever way they would be opened: by themselves, by a service, by a wildcard that has them, by a grant, by profile web. */
export const deniedNames = kind(oneOrMore(DeniedName, "[paste.example]"), (denied, { declared }) => [
  ...(declared.spec.profile === "web"
    ? [
        {
          path: "profile",
          message: `"web" opens any public host, and with it ${few(denied)}, which nobody may reach; write another profile`,
        },
      ]
    : []),
  ...destinations(declared).flatMap((destination) => {
    const covered = denied.filter((name) => share(readName(name), asName(destination)));
    if (covered.length === 0) return [];
    return [
      {
        path: keyOf(destination),
        message: `opens ${nameOf(destination)} (${destination.origin}), and nobody may reach ${covered.join(", ")}; remove it${destination.subdomains ? ", or write the names that are needed" : ""}`,
      },
    ];
  }),
]);

/** The first ones, and how many more there are: a line is to be read. */
function few(texts: readonly string[]): string {
  const more = texts.length - MOST_TOLD;
  return [...texts.slice(0, MOST_TOLD), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

const MOST_TOLD = 3;

/** A name that is open for good, or by grants alone. */
type Open = Destination & { granted: boolean };

/** All names that are open, each once, those first that are open for good; none where a line is wrong, for then it is refused anyway. */
function destinations({ policy }: { policy: Pick<EgressPolicy, "destinations" | "grants"> | undefined }): Open[] {
  const open = [
    ...(policy?.destinations ?? []).map((one) => ({ ...one, granted: false })),
    ...(policy?.grants ?? []).flatMap((grant) => grant.destinations.map((one) => ({ ...one, granted: true }))),
  ];
  return [...Map.groupBy(open, nameOf).values()].flatMap(([first]) => first ?? []);
}

/** The key to shorten: grants, where what is open for good keeps within the number. */
function tooMany(open: readonly Open[], most: number): Problem["path"] {
  return open.filter(({ granted }) => !granted).length > most ? "egress.allow" : "grants";
}

/** The key whose line opens it. */
function keyOf({ origin, granted }: Open): Problem["path"] {
  if (granted) return "grants";
  if (origin.startsWith("agent ")) return "agents";
  return origin.startsWith("file ") ? "egress.from" : "egress.allow";
}

function nameOf({ host, subdomains }: Pick<Destination, "host" | "subdomains">): string {
  return `${subdomains ? "*." : ""}${host}`;
}

function asName(destination: Destination): Name {
  return readName(nameOf(destination));
}

/** Whether there is a name that both are, or have below them. */
function share(one: Name, other: Name): boolean {
  const has = (name: Name, host: string) =>
    (name.itself && name.host === host) || (name.below && host.endsWith(`.${name.host}`));
  return (
    (one.itself && has(other, one.host)) ||
    (other.itself && has(one, other.host)) ||
    // Of two that go below, the deeper one lies in the other, or they are the same.
    (one.below && other.below && (one.host === other.host || has(one, other.host) || has(other, one.host)))
  );
}
