import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sections } from "../test/bundle-reader.ts";
import { renderBundle } from "./bundle.ts";
import * as contract from "./contract.ts";
import { BUNDLE, GATEWAY, KINDS, PORTS, SANDBOX, USERS } from "./contract.ts";
import type { GatewayInput } from "./gateway-policy.ts";
import { REASONS, renderKindTable, renderReasonTable } from "./reasons.ts";

/* Words of the contract are read out of every program that says or reads them, and are the same there. */

const ROOT = join(__dirname, "..");
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter(Boolean);
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const below = (folder: string) => files.filter((file) => file.startsWith(folder));
const PROGRAMS = below("images/gateway/");
/** What gatewayd is called by as a program of its own. */
const GATEWAYD = found(
  read("images/gateway/Dockerfile"),
  /ln -s "?(?:\$PWD\/)?gatewayd"? (?:\/usr\/local\/bin\/)?([a-z-]+)/g,
);

/** A policy that has all there is, as the gateway's programs read it. */
const input: GatewayInput = {
  client: "acme",
  web: true,
  destinations: [{ host: "git.acme.example", subdomains: false, ports: [22, 443], origin: "client" }],
  grants: [],
  endpoints: [{ name: "host", address: "10.208.1.1", port: 5432, origin: "client" }],
  inbound: [{ port: 2222, to: 2222 }],
  resolvers: ["10.0.0.53"],
  addresses: { gateway: "10.208.0.2", agent: "10.208.0.3", vips: "10.208.0.128/25", host: "10.208.1.1" },
  hostAddresses: [],
};
const rendered = sections(renderBundle(input).text);

/** Each different text that the expression finds: what its groups caught, or all of it. */
function found(text: string, expression: RegExp): string[] {
  const all = [...text.matchAll(expression)].map(([whole, ...groups]) =>
    groups.length > 0 ? groups.filter((group) => group !== undefined).join(" ") : whole,
  );
  return [...new Set(all)].sort();
}

/** Where a word is said or read, how it stands there, and what it has to be. */
const table: [what: string, where: string | string[], how: RegExp, words: readonly (string | number)[]][] = [
  ["users", "Dockerfile", /(\d+):(gw-\w+)/g, Object.values(USERS).map(({ uid, name }) => `${uid} ${name}`)],
  ["users", PROGRAMS, /\bgw-\w+/g, Object.values(USERS).map(({ name }) => name)],
  ["variables", "entry", /\$\{(\w+):\?\}/g, [contract.ENVIRONMENT.client, contract.ENVIRONMENT.innerAddress]],
  ["labels", "../../cli/ways/way-in.sh", /Labels "([\w.-]+)"/g, [contract.LABELS.client, contract.LABELS.role]],
  ["the commit", "../../setup/lifecycle.sh", /\b(AGENT_SANDBOX_COMMIT)\b/g, [contract.COMMIT]],
  ["the folder of what runs", PROGRAMS, /(?<![\w-])\/run\/(?!secrets|held)[\w-]+/g, [GATEWAY.run]],
  ["the policy in force", below("images/gateway/service/"), /\/run\/gateway\/live/g, [GATEWAY.live]],
  [
    "volumes",
    PROGRAMS.filter((file) => /\/(?:entry|service\/.*)$/.test(file)),
    /\/var\/lib\/[\w-]+/g,
    [GATEWAY.audit, GATEWAY.refusals],
  ],
  [
    "volumes",
    "Dockerfile",
    /install -d -m 07[05]{2} (?:-o \S+ -g \S+ )?(\/var\/lib\/[\w-]+)/g,
    [GATEWAY.policy, GATEWAY.audit, GATEWAY.refusals],
  ],
  ["the folder of programs", PROGRAMS, /\/usr\/local\/lib\/[\w-]+/g, [GATEWAY.programs]],
  [
    "programs that are called by name",
    "Dockerfile",
    /(?<=^COPY --chmod=0755 .*)\b[a-z]+(?= .*\/usr\/local\/bin\/$)/gm,
    ["entry", ...Object.keys(contract.PROGRAMS).filter((name) => !GATEWAYD.includes(name))],
  ],
  ["the way to loopback", "../runtime/serve-loopback", /^PORT = (\d+)$/gm, [SANDBOX.loopbackPort]],
];

const inSandbox: typeof table = [
  [
    "places below /run",
    below("images/runtime/"),
    /(?<![\w-])\/run\/[\w-]+/g,
    [SANDBOX.secrets, SANDBOX.gitKeys, SANDBOX.ready, SANDBOX.refusals],
  ],
  ["the folder of programs", below("images/runtime/"), /\/usr\/local\/lib\/[\w-]+(?=\/|$)/gm, [SANDBOX.programs]],
  ["the last refusals", "refused", /^last=(.*)$/gm, [`${SANDBOX.refusals}/${SANDBOX.refusalsFile}`]],
  ["the agent's wishes", "ask-for", /^requests=(.*)$/gm, [SANDBOX.requests]],
  ["the URL that is asked for", "open-url", /^asked=(.*)$/gm, [SANDBOX.askedUrl]],
  ["how long a URL is", "open-url", / -gt (\d+) /g, [SANDBOX.urlBytes]],
  ["how long the list of wishes is", "ask-for", /^most=(\d+)$/gm, [SANDBOX.requestBytes]],
  [
    "what the image was made with",
    ["enter", "prepare-home"],
    /\/etc\/agent-sandbox\/\w+/g,
    [SANDBOX.agents, SANDBOX.seeds, SANDBOX.state],
  ],
];

/** The text of the programs, and a title. */
const rows = [["images/gateway", table] as const, ["images/runtime", inSandbox] as const].flatMap(([folder, rows]) =>
  rows.map(([what, where, how, words]) => {
    const programs = [where].flat().map((file) => (file.startsWith("images/") ? file : `${folder}/${file}`));
    const title = `${what} of ${programs.length > 2 ? `all in ${folder}` : programs.join(" and ")}`;
    return { title, text: programs.map(read).join("\n"), how, words };
  }),
);

test.each(rows)("$title", ({ text, how, words }) => {
  expect(found(text, how)).toEqual([...words].map(String).sort());
});

test("each name that gatewayd is called by is one of its roles", () => {
  const roles = found(read("images/gateway/gatewayd/main.go"), /^\t"([a-z-]+)": +\w/gm);
  expect(GATEWAYD.length).toBeGreaterThan(5);
  expect(GATEWAYD.filter((name) => !roles.includes(name))).toEqual([]);
});

test("what is rendered speaks of the same ports, users and refusal", () => {
  const text = (file: string) => rendered[file]!.join("\n");
  expect(found(text("haproxy.cfg"), /bind 0\.0\.0\.0:(\d+)$/gm)).toEqual(
    [PORTS.http, PORTS.tls, input.inbound[0]!.port].map(String).sort(),
  );
  expect(found(text("haproxy.cfg"), /lf-string "(.*?) \(/g)).toEqual([contract.REFUSED]);
  expect(found(text("rules.nft"), /skuid (\S+)/g)).toEqual([USERS.proxy.name, USERS.resolver.name]);
  expect(found(text("resolver.conf"), /^local=\/(.*)\/$/gm)).toEqual([contract.LIVE_NAME.replace("live.", "")]);
  expect(Object.keys(rendered)).toEqual([...BUNDLE.sections, BUNDLE.end]);
});

test("each reason that a program writes is in the list, with its kind, and no other is", () => {
  const listed = REASONS.flatMap(({ kinds, word }) => kinds.map((kind) => `${kind}: ${word}`));
  expect(new Set(listed).size).toBe(listed.length);
  expect([...new Set(written())].sort()).toEqual(listed.sort());
});

/** `kind: reason` of each line that a program of the gateway can write. */
function written(): string[] {
  const program = (file: string) =>
    read(file.startsWith("images/") ? file : `images/gateway/${file}`).replace(/^\s*#.*$/gm, "");
  const told = (kind: string, word: string) => `${kind}: ${word.replaceAll('"', "")}`;
  const each = (kinds: readonly string[], text: string, how: RegExp) =>
    kinds.flatMap((kind) => found(text, how).map((word) => told(kind, word)));
  const shell = PROGRAMS.filter((file) => /^#!.*sh|shellcheck shell=/.test(read(file)))
    .map(program)
    .join("\n");
  const gatewayd = PROGRAMS.filter((file) => file.endsWith(".go"))
    .map(read)
    .join("\n");
  let kind = "";
  return [
    ...[...shell.matchAll(/\btell (\w+) .*? (?:allow|deny) ("[^"$]+"|[a-z-]+)/g)].map(([, of, word]) =>
      told(of!, word!),
    ),
    ...each(["drift"], gatewayd, /\bdrift\(.*, "([^"]*)"\)/g),
    ...[...gatewayd.matchAll(/contract\.Line\{(?:Client: \S+ )?Kind: "(\w+)".*Reason: "([a-z-]+)"/g)].map(
      ([, of, word]) => told(of!, word!),
    ),
    ...each(
      [...KINDS.refusals, ...KINDS.connections],
      program("gatewayd/audit/measure.go"),
      /^const leftOut = "(.*?)"$/gm,
    ),
    ...[...gatewayd.matchAll(/\btell\("(\w+)", .*, "(?:allow|deny)", "([a-z-]+)"\)/g)].map(([, of, word]) =>
      told(of!, word!),
    ),
    ...each(["kernel"], rendered["rules.nft"]!.join("\n"), /log prefix "(.*?)"/g),
    ...each(KINDS.connections, rendered["reasons.map"]!.join("\n"), /^\S+ ([^\\].*)$/gm),
    ...rendered["haproxy.cfg"]!.flatMap((line) => {
      kind = /^frontend (\w+)/.exec(line)?.[1] ?? (line === "backend web" ? "http" : kind);
      return each([kind], line, /\.reason\) str\((.*?)\)|"reason":"([a-z-]+)"/g);
    }),
  ];
}

test.each([
  ["kinds", "contract", renderKindTable],
  ["reasons", "reasons", renderReasonTable],
])("docs/audit.md has the list of %s as a table (DOCS=write writes it)", (_what, file, render) => {
  const page = join(ROOT, "docs/audit.md");
  const made = new RegExp(`(?<=<!-- Made of gateway/${file}\\.ts: [^\\n]* -->\\n).*?(?=<!-- end -->)`, "s");
  const text = readFileSync(page, "utf8").replace(made, () => `\n${render()}\n`);
  if (process.env.DOCS === "write") writeFileSync(page, text);
  expect(readFileSync(page, "utf8")).toBe(text);
  expect(text).toContain(render());
});

test("docs/debug-a-gateway.md has a row for each reason of connections, and of drift", () => {
  const [connections, drift] = read("docs/debug-a-gateway.md")
    .split("## Which line for which reason")[1]!
    .split("### Drift");
  const of = (kinds: readonly string[]) =>
    [...new Set(REASONS.filter((reason) => reason.kinds.some((kind) => kinds.includes(kind))).map(({ word }) => word))]
      .filter((word) => word !== "left-out")
      .sort();
  expect(found(connections!, /^\| `(.*?)`/gm)).toEqual(of(KINDS.connections));
  expect(found(drift!, /^\| .* \| `([^`]*)` +\| [^|]* \|$/gm)).toEqual(of(["drift"]));
});

test("a program that anything here calls by its path is one of the images'", () => {
  const there = new Set([
    ...["gateway", "runtime"].flatMap((image) =>
      below(`images/${image}/`).map((file) => `${image} ${file.slice(`images/${image}/`.length)}`),
    ),
    ...["gatewayd", ...GATEWAYD].map((name) => `gateway ${name}`),
  ]);
  const called = files
    .filter((file) => /\.(ts|md|yaml|sh|bash)$|^images\//.test(file) && !file.startsWith("test/golden/"))
    .flatMap((file) =>
      [
        ...read(file).matchAll(
          /(?:\/usr\/local\/lib\/(gateway|agent-sandbox)|\$\{(GATEWAY|SANDBOX)\.programs\})\/([a-z][\w.-]*\w)/g,
        ),
      ].map(([, folder, of, name]) => ({
        file,
        program: `${folder === "gateway" || of === "GATEWAY" ? "gateway" : "runtime"} ${name}`,
      })),
    );
  expect(called.length).toBeGreaterThan(30);
  // Other names of one program, which does by its name what it is called for.
  const [, names = ""] = /for name in ([a-z ]+); do ln -s sign-or-say /.exec(read("images/runtime/Dockerfile")) ?? [];
  for (const name of names.split(" ")) there.add(`runtime ${name}-or-say`);
  // The name by which homes of older images call it.
  const older = ["images/runtime/Dockerfile", "capabilities/command-guards/guard.test.ts"];
  expect(
    called.filter(({ file, program }) => !there.has(program) && !(program === "runtime guard" && older.includes(file))),
  ).toEqual([]);
});

test("a label that anything here speaks of is one of the contract's", () => {
  // In stack files it is a way to write a key, which is refused. A file of that name is none.
  const speak = files.filter(
    (file) => /\.(ts|sh|md)$|^images\//.test(file) && !/^stack-file\/|\/expected\//.test(file),
  );
  const labels: readonly string[] = Object.values(contract.LABELS);
  expect(
    found(speak.map(read).join("\n"), /\bagent-sandbox\.(?!(?:ts|js|d|test)\b)[a-z]+\b/g).filter(
      (label) => !labels.includes(label),
    ),
  ).toEqual([]);
});

/** A word that TypeScript writes itself, where it should take the contract's. */
const OWN =
  /\/run\/(gateway|secrets|agent-sandbox)|\/var\/lib\/(gateway|agent-sandbox)|\/usr\/local\/lib\/(gateway|agent-sandbox)|\/etc\/agent-sandbox|\bgw-[a-z]+|\b5353\b|\b993\b|agent-sandbox: refused|live\.invalid|"agent-sandbox\.[a-z]+"/;

test("TypeScript writes no word of the contract a second time", () => {
  const others = files.filter(
    (file) => file.endsWith(".ts") && !/\.test\.ts$|^test\//.test(file) && file !== "gateway/contract.ts",
  );
  const again = others.flatMap((file) =>
    read(file)
      .split("\n")
      .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line) && OWN.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(others.length).toBeGreaterThan(100);
  expect(again).toEqual([]);
});
