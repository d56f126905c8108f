import { identityOf, type SecretSource } from "../../capabilities/credentials/source.ts";
import { describeSource } from "../../capabilities/delivered.ts";
import { oneOf, oneOrMore } from "../../stack-file/combinators.ts";
import { isAtOrBelow } from "../../stack-file/key-path.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { hostPorts } from "../host-ports.ts";
import { type Judged, kind, type Other } from "./kind.ts";

/** What two clients of one machine may share by their stack files, each with the keys that it is said in. */
const SHARED = {
  ports: ["ports", "ssh"],
  addresses: ["addresses"],
  secrets: ["secrets"],
  keys: ["git", "credentials"],
  logins: ["credentials"],
} as const satisfies Record<string, readonly (keyof Spec)[]>;

type Shared = keyof typeof SHARED;
const KINDS = Object.keys(SHARED) as Shared[];

/** What has to be each client's own. It is told for both, in the review of each; a directory that two would write is refused whatever is said here. */
export const apart = kind(oneOrMore(oneOf(KINDS), "[ports, secrets]"), (of, { declared, others, lead }) => [
  ...[
    ...others.flatMap(({ client, spec }) => (spec ? overlaps(declared.spec, client, spec, lead) : [])),
    ...crowded(declared.spec, others),
  ]
    .filter(({ shared }) => of.includes(shared))
    .map(({ path, message }) => ({ path, message })),
  ...unread(of, others),
]);

interface Overlap extends Problem {
  shared: Shared;
}

function overlaps(own: Spec, client: string, theirs: Spec, lead: Judged["lead"]): Overlap[] {
  const published = hostPorts(theirs).map(({ port }) => port);
  const read = sources(theirs, lead);
  return [
    ...hostPorts(own)
      .filter(({ port }) => published.includes(port))
      .map(({ port, key }) => ({
        shared: "ports" as const,
        path: key,
        message: `publishes ${port}, and so does ${client}: the second of the two is refused where both run; publish another port`,
      })),
    ...sources(own, lead).flatMap(({ shared, key, identity, what }): Overlap[] => {
      const same = read.find((other) => identity !== undefined && other.identity === identity);
      const message = `is ${what}, which ${client} has, too (${same?.key}): an agent of the one uses what the other's may do; give each client its own`;
      return same ? [{ shared, path: key, message }] : [];
    }),
  ];
}

interface Read {
  shared: Shared;
  key: string;
  /** What is the same where the same is read; nothing where nobody can tell. */
  identity: string | undefined;
  what: string;
}

/** Where a client's credentials are read, links resolved: what two read at one place is one, by whatever names they call it. */
function sources({ secrets, git, credentials }: Spec, lead: Judged["lead"]): Read[] {
  const read = (shared: Shared, key: string, source: SecretSource): Read => ({
    ...{ shared, key, what: describeSource(source), identity: identityOf(source, lead) },
  });
  return [
    ...Object.entries(secrets).map(([name, secret]) => read("secrets", `secrets.${name}`, secret)),
    ...(git.token ? [read("keys", "git.token", git.token)] : []),
    ...Object.entries(git.tokens).map(([host, token]) => read("keys", `git.tokens.${host}`, token)),
    ...Object.entries(credentials).flatMap(([agent, credential]): Read[] => {
      const key = `credentials.${agent}`;
      if ("apiKey" in credential) return [read("keys", `${key}.apiKey`, credential.apiKey)];
      // A login of the sandbox's own is no other's.
      if (credential.login === "inside") return [];
      const what = `a copy of your own login of ${agent}`;
      return [{ shared: "logins", key: `${key}.login`, identity: `login ${agent}`, what }];
    }),
  ];
}

/** A range that more clients name than it has room for: a client takes two networks of /24. */
function crowded({ addresses }: Spec, others: readonly Other[]): Overlap[] {
  const same = others.filter(({ spec }) => spec?.addresses === addresses).map(({ client }) => client);
  const room = 2 ** (23 - Number(addresses.split("/")[1]));
  if (same.length + 1 <= room) return [];
  const message = `${addresses} has room for ${room} clients, and ${same.join(", ")} take theirs of it as well; write a larger range, or another one`;
  return [{ shared: "addresses", path: "addresses", message }];
}

/** What could not be compared is found as well: nobody knows that it is apart. The mistakes are told with their own files. */
function unread(of: readonly Shared[], others: readonly Other[]): Problem[] {
  const keys = of.flatMap((shared) => SHARED[shared]);
  const clients = others
    .filter(({ spec, unread }) => unread.some(({ path }) => !spec || keys.some((key) => isAtOrBelow(path, key))))
    .map(({ client }) => client);
  if (clients.length === 0) return [];
  const files = clients.length === 1 ? "its stack file has" : "their stack files have";
  const some = clients.length > SOME ? "" : ` ${clients.join(" ")}`;
  const told = clients.length > SOME ? `${clients.length} clients` : clients.join(", ");
  const message = `what is shared with ${told} is not known, for ${files} mistakes: \`agentbox check${some}\``;
  return [{ path: "", message }];
}

/** As many names as a line takes. */
const SOME = 8;
