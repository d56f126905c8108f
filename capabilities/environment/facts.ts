import type { PostureFact } from "../../plan/review/fact.ts";
import { gives, type Topic } from "../../plan/review/topic.ts";
import { ALL, type DeliveredFile } from "../delivered.ts";

/**
 * A plain variable gives the agent nothing that it could not set itself. One that steers programs decides before it starts where they send, whom they trust and what they
 * run, with the keys that they have: that is a change to be read.
 */
export const environmentTopics: Readonly<Record<string, Topic>> = {
  environment: gives(
    (fact, there) => !steers(fact) || there.some(({ about, says }) => about === fact.about && says === fact.says),
    { unordered: "it steers programs" },
  ),
};

/** By the words that programs' own variables are made of (PROMPT_COMMAND, NODE_TLS_REJECT_UNAUTHORIZED, ANTHROPIC_BASE_URL, OPENCODE_CONFIG …), and by whose they are. */
function steers({ about, says }: PostureFact): boolean {
  const name = about.slice(about.lastIndexOf("/") + 1).toUpperCase();
  if (name === "NODE_ENV" || says.endsWith(OF_AN_ENDPOINT)) return false;
  return OWNER.test(name) || /(PATH|PROXY|RC)$/.test(name) || name.split("_").some((word) => STEERING.has(word));
}

/** Follows from an endpoint, which is in the posture itself: what it opens is judged there. No value of a person's ends so, for values are in quotes. */
const OF_AN_ENDPOINT = " (endpoint)";

const OWNER =
  /^(GIT|SSH|GPG|NODE|NPM|YARN|PNPM|BUN|DENO|PIP|UV|PYTHON|PERL|RUBY|GEM|BUNDLE|CARGO|RUST|GO|JAVA|JDK|MAVEN|GRADLE|DOCKER|DYLD|ZDOTDIR)(_|$)|^(PYTHON|PERL5|RUBY|GO(PROXY|FLAGS|SUMDB|PRIVATE|INSECURE|NOSUMDB))/;

const STEERING = new Set([
  ...["URL", "URI", "HOST", "HOSTS", "ENDPOINT", "BASE", "ADDR", "ADDRESS", "SERVER", "REGISTRY", "INDEX", "REGION"],
  ...["CERT", "CERTS", "CERTIFICATE", "CA", "CAS", "CAINFO", "CAFILE", "CAPATH", "BUNDLE", "SSL", "TLS", "TRUST"],
  ...["VERIFY", "INSECURE", "REJECT", "UNAUTHORIZED", "STRICT", "ALLOW", "DENY", "SKIP", "BYPASS", "PERMISSION"],
  ...["DISABLE", "ENABLE", "YOLO", "SANDBOX", "GUARD", "HOOK", "HOOKS", "PLUGIN", "PLUGINS", "EXTENSION", "TELEMETRY"],
  ...[
    "CONFIG",
    "SETTINGS",
    "DIR",
    "HOME",
    "FILE",
    "OPTIONS",
    "OPTS",
    "FLAGS",
    "ARGS",
    "COMMAND",
    "CMD",
    "EXEC",
    "SHELL",
  ],
  ...["PRELOAD", "STARTUP", "INIT", "EDITOR", "PAGER", "BROWSER", "ASKPASS", "HELPER"],
]);

/** Variables with their values: none of them is a secret. */
export function environmentFacts(files: readonly DeliveredFile[]): PostureFact[] {
  return files.flatMap((file): PostureFact[] => {
    if (file.role !== "variable" || !("text" in file.source)) return [];
    const about = file.reader === ALL ? file.name : `${file.reader}/${file.name}`;
    const says = `${JSON.stringify(file.source.text)}${file.key.startsWith("egress.") ? OF_AN_ENDPOINT : ""}`;
    return [{ topic: "environment", about, says, key: file.key }];
  });
}
