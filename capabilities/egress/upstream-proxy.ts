import { isIPv4 } from "node:net";
import { z } from "zod";
import type { UpstreamProxy as Dialled } from "../../gateway/gateway-policy.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, open, type Topic } from "../../plan/review/topic.ts";
import { keys, matching } from "../../stack-file/combinators.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { isNot } from "../../stack-file/quoted.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { describeSecretSource, lasting, SecretSource, sourceOf } from "../credentials/source.ts";
import { type DeliveredFile, placeOf } from "../delivered.ts";
import { lastsAtMost, withExpiry, withoutExpiry } from "../expiry.ts";
import { refuseHere, refuseMachine } from "./endpoint.ts";

/** The engine's host, as endpoints call it. */
const HOST = "host";

const Url = z.string({ error: ({ input }) => noProxy(input) }).transform((text, context): Dialled => {
  const [, address = "", port = ""] = /^http:\/\/([a-z0-9.-]+):(\d{1,5})\/?$/.exec(text) ?? [];
  if ((isIPv4(address) || address === HOST) && +port >= 1 && +port <= 65535) return { address, port: Number(port) };
  context.addIssue(noProxy(text));
  return z.NEVER;
});

/** What is said is not repeated where it may hold a password. */
function noProxy(input: unknown): string {
  const form = "write its address, like http://10.1.2.9:3128, or {url, username, password: {env: NAME}}";
  if (typeof input !== "string") return `is not a proxy; ${form}`;
  if (input.includes("@")) return `has a sign-in in it, which is never written here in clear; ${form}`;
  if (/^https:/.test(input))
    return `${isNot(input, "a proxy that is spoken to without TLS")}, and no other is; ${form}`;
  if (/^socks/.test(input)) return `${isNot(input, "an HTTP proxy")}, and no other is spoken to; ${form}`;
  if (/^http:\/\/[^/:]*[a-z][^/:]*(:|\/|$)/.test(input) && !input.startsWith(`http://${HOST}:`))
    return `${isNot(input, "a proxy by its address")}; the gateway's packet rules know no names: ${form}. A proxy on the engine's host is http://host:3128`;
  return `${isNot(input, "a proxy")}; ${form}`;
}

/** A company's HTTP proxy by its URL, and what it is signed in to with. */
export const UpstreamProxy = z.union(
  [
    Url,
    keys({
      url: Url.describe("By its address: http://10.1.2.9:3128."),
      username: matching(/^[^:\p{Cc}]{1,256}$/u, "a user's name, which has no colon").describe("Who signs in."),
      password: SecretSource.describe("Where the password is read."),
    }),
  ],
  { error: ({ input }) => noProxy(input) },
);

/** Where it is, as the stack file says it; the gateway knows the host by another address (`atHost`). */
export function dialled({ upstreamProxy }: Pick<Spec, "upstreamProxy">): Dialled | undefined {
  return upstreamProxy && "url" in upstreamProxy ? upstreamProxy.url : upstreamProxy;
}

/** Where the gateway reaches it. @param host the engine's host, seen from the gateway */
export function planUpstreamProxy(spec: Pick<Spec, "upstreamProxy">, host: string): Dialled | undefined {
  const proxy = dialled(spec);
  return proxy?.address === HOST ? { ...proxy, address: host } : proxy;
}

/** What of it the project's files alone can judge. */
export function upstreamProblems(spec: Pick<Spec, "upstreamProxy" | "profile" | "resolvers" | "addresses">): Problem[] {
  const proxy = dialled(spec);
  if (!proxy) return [];
  const refused = proxy.address === HOST ? undefined : refuseMachine(proxy.address, spec.addresses);
  return [
    ...(refused ? [{ path: KEY, message: loopback(proxy) ?? refused }] : []),
    ...(spec.profile === "web"
      ? [
          {
            path: KEY,
            message: `resolves names itself, so that nobody here knows whether one is public, and profile "web" opens public hosts alone; name what is needed under egress.allow, with another profile`,
          },
        ]
      : []),
    ...(spec.resolvers.length > 0
      ? [
          {
            path: "resolvers",
            message: `are never asked behind an upstreamProxy, which resolves names itself; remove the key`,
          },
        ]
      : []),
  ];
}

/** What the host has to say against its address. @param hostless why nothing of the host is reached as it; undefined where it is */
export function upstreamHere(
  spec: Pick<Spec, "upstreamProxy" | "addresses">,
  own: readonly string[],
  clients: readonly string[],
  hostless?: string,
): Problem[] {
  const proxy = dialled(spec);
  if (proxy?.address === HOST && hostless !== undefined) {
    const message = `${hostless}; write http://ADDRESS:${proxy.port}, with ${OWN_ADDRESS} at which the proxy listens`;
    return [{ path: KEY, message }];
  }
  if (!proxy || proxy.address === HOST || refuseMachine(proxy.address, spec.addresses)) return [];
  if (own.includes(proxy.address)) return [{ path: KEY, message: onHost(proxy) }];
  const message = refuseHere(proxy.address, own, clients);
  return message ? [{ path: KEY, message }] : [];
}

function loopback(proxy: Dialled): string | undefined {
  return proxy.address.startsWith("127.") ? onHost(proxy) : undefined;
}

function onHost({ address, port }: Dialled): string {
  return `${address} is the engine's host; write http://${HOST}:${port}, and have the proxy listen where containers reach it`;
}

/** What the gateway signs in with: files of its own, which no agent has. */
export function wayOutFiles({ upstreamProxy }: Pick<Spec, "upstreamProxy">): DeliveredFile[] {
  if (!upstreamProxy || !("url" in upstreamProxy)) return [];
  const { username, password } = upstreamProxy;
  return [
    { role: "way-out", name: "username", source: { text: username }, key: `${KEY}.username` },
    { role: "way-out", name: "password", source: sourceOf(password), key: `${KEY}.password`, ...lasting(password) },
  ];
}

export const upstreamTopics: Readonly<Record<string, Topic>> = {
  // With a proxy the names' addresses are no matter of the gateway's any more; without one, the proxy's own rules are none. So neither is less.
  "way-out": open("somebody else leads names to their addresses"),
  "way-out-login": graded((says, than) => withoutExpiry(says) === withoutExpiry(than) && lastsAtMost(says, than), {
    ...{ unordered: "another source", marked: { word: "rotated", as: "neutral" } },
  }),
};

/** By whom names are reached, and who signs in there. @param fingerprints of the values, by place */
export function upstreamFacts(
  spec: Pick<Spec, "upstreamProxy">,
  fingerprints: Readonly<Record<string, string>> = {},
): PostureFact[] {
  const proxy = dialled(spec);
  if (!proxy) return [];
  return [
    { topic: "way-out", about: `${proxy.address}:${proxy.port}`, says: LEADS, key: KEY },
    ...wayOutFiles(spec).flatMap((file) => {
      if ("text" in file.source) return [];
      const mark = fingerprints[placeOf(file)];
      return [
        {
          ...{ topic: "way-out-login", about: userOf(spec), key: file.key, ...(mark && { mark }) },
          says: withExpiry(`(${describeSecretSource(file.source)})`, file.expires),
        },
      ];
    }),
  ];
}

const LEADS = "resolves every name, and leads it where it will: also to a private address";
const KEY = "upstreamProxy";

/** What a machine is reached by, where it is not as the host: a rootless engine's network has the first one itself. */
export const OWN_ADDRESS = "an address of this machine, other than that of its default route,";

function userOf({ upstreamProxy }: Pick<Spec, "upstreamProxy">): string {
  return upstreamProxy && "url" in upstreamProxy ? upstreamProxy.username : "";
}
