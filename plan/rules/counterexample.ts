import type { PostureFact } from "../review/fact.ts";
import { describeFact } from "../review/fact.ts";
import type { Topic } from "../review/topic.ts";

/**
 * One concrete thing that a client could do and the ceiling does not have, in words: `acme could send to paste.example:443, which the ceiling does not have (opened by client)`.
 * @param fact one that is not within the ceiling @param most all that the ceiling has of its topic
 */
export function counterexample(client: string, fact: PostureFact, topic: Topic, most: readonly PostureFact[]): string {
  const could =
    WORDS[fact.topic]?.(fact, (part) => !topic.within(part, most)) ?? `could have ${fact.topic} ${describeFact(fact)}`;
  const { origin } = ORIGINATE.includes(fact.topic) ? apart(fact.says) : {};
  const by = origin ? ` (opened by ${origin})` : "";
  return `${client} ${could}, which the ceiling does not have${by}; ask for less, or raise policies/guardrails/ceiling.yaml`;
}

/** The same of a wall that the ceiling has, and the client has not. */
export function lacking(client: string, fact: PostureFact): string {
  return `${client} could do without ${WALLS[fact.topic] ?? fact.topic} ${describeFact(fact)}, which the ceiling has; leave it in place`;
}

const WALLS: Readonly<Record<string, string>> = {
  guards: "the command guard",
  masks: "the mask over",
  expires: "the end",
};

/** Kinds of facts that end with who opens them: `443 (agent claude: claude)`. */
const ORIGINATE: readonly string[] = ["egress", "endpoints"];

/** What a fact says, and what stands behind it in parentheses. */
function apart(says: string): { what: string; origin?: string } {
  const [, what = says, origin] = /^(.*?) ?\((.*)\)$/.exec(says) ?? [];
  return { what, ...(origin !== undefined && { origin }) };
}

type Words = (fact: PostureFact, isAbove: (part: PostureFact) => boolean) => string;

/** By kind of fact. What is not here is told as the posture tells it. */
const WORDS: Readonly<Record<string, Words>> = {
  egress: (fact, isAbove) => {
    const [, ports = "", rest = ""] = /^([\d,]+) (.*)$/.exec(fact.says) ?? [];
    const port = ports.split(",").find((one) => isAbove({ ...fact, says: `${one} ${rest}` }));
    return ["could send to", `${oneName(fact, port, isAbove)}:${port}`, apart(rest).what].filter(Boolean).join(" ");
  },
  endpoints: ({ about, says }) => `could reach ${apart(says).what} as ${about}`,
  ports: (fact, isAbove) => {
    const { about, says } = portByPort(fact).find(isAbove) ?? fact;
    return `could be reached at ${about}, which leads ${says}`;
  },
  mounts: ({ about, says }) => `could ${says.startsWith("rw") ? "write" : "read"} ${apart(says).origin} at ${about}`,
  "engine-at": ({ says }) => `could live on the engine ${says}`,
  workspace: ({ says }) => `could write ${says}`,
  secrets: ({ about, says }) => `could use the secret ${about} ${says}`,
  keys: ({ about, says }) => `could use the key ${about} ${says}`,
  logins: ({ about, says }) => `could use the login of ${about} ${says}`,
  "git-tokens": ({ about, says }) => `could use a token for ${about} ${says}`,
  ssh: ({ about, says }) => `could be entered by ssh with the key ${about}, ${says}`,
  "git-keys": () => "could sign in by ssh, and sign commits, with keys of its own",
  "ssh-hosts": ({ about, says }) => `could connect by ssh to ${about}, known by ${says}`,
  ca: ({ about }) => `could be read by whoever has the key of ${about}`,
  resolvers: ({ about, says }) => `could ask ${about} ${says}`,
  "way-out": ({ about }) => `could reach names by the proxy ${about}`,
  "way-out-login": ({ about, says }) => `could sign in to the proxy as ${about} ${says}`,
  accept: ({ about }) => `could run where ${about} is not held`,
  clipboard: () => "could fill the clipboard of whoever is at its terminal",
  auth: ({ about }) => `could ask a person to log in at ${about}`,
  dotfiles: ({ about, says }) => `could read ${about} ${says}`,
  agents: ({ about }) => `could run the agent ${about}`,
  tools: ({ about }) => `could run the tools ${about}`,
  packages: ({ about }) => `could run what is in the package ${about}`,
  image: ({ says }) => `could run the image ${says}`,
  registry: ({ says }) => `could run images that ${says} gives`,
  pushed: ({ about, says }) => `could run ${says} as ${about}`,
  extend: ({ about }) => `could run what ${about} builds`,
  profile: ({ says }) => `could run with profile ${says}`,
  gpu: ({ says }) => `could use GPUs: ${says}`,
  runtime: ({ says }) => `could be started by the runtime ${says}`,
  helpers: ({ about }) => `could have a container beside it, ${about}`,
  "helper-images": ({ about, says }) => `could have ${about} run the image ${says}`,
  "helper-settings": ({ about, says }) => `could have a helper run otherwise: ${about} ${says}`,
  unmasked: ({ about }) => `could write ${about}`,
  guardrails: ({ about, says }) => `could be without guardrail ${about}: ${says}`,
};

/** Each port of a line that may have a range of them: `127.0.0.1:8000-8099`, `to 3000-3099`. */
function portByPort(fact: PostureFact): PostureFact[] {
  const [, address = "", first, last = first] = /^(.*):(\d+)(?:-(\d+))?$/.exec(fact.about) ?? [];
  const [, to] = /^to (\d+)/.exec(fact.says) ?? [];
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => ({
    ...fact,
    about: `${address}:${Number(first) + index}`,
    says: `to ${Number(to) + index}`,
  }));
}

/** A name that a line opens and the ceiling does not: below a wildcard one that nobody wrote. */
function oneName(fact: PostureFact, port: string | undefined, isAbove: (part: PostureFact) => boolean): string {
  if (fact.about.includes(" ")) return pick((label) => `${label}.example`, fact, port, isAbove);
  if (!fact.about.startsWith("*.")) return fact.about;
  return pick((label) => `${label}${fact.about.slice(1)}`, fact, port, isAbove);
}

function pick(
  name: (label: string) => string,
  fact: PostureFact,
  port: string | undefined,
  isAbove: (part: PostureFact) => boolean,
): string {
  for (let number = 1; ; number++) {
    const about = name(number === 1 ? "anything" : `anything-${number}`);
    if (isAbove({ ...fact, about, says: `${port} ` })) return about;
  }
}
