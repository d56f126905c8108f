import { isMapping } from "../../stack-file/mapping.ts";
import { parseYaml } from "../../stack-file/yaml.ts";
import { namesOfScript, parseJsonc, refusedInScript } from "../adopt/devcontainer.ts";

/** What a list of another sandbox, firewall or proxy lets through, as this product writes names. All of it is others' text. */
export interface WrittenList {
  /** What it was read as, for messages. */
  form: string;
  /** Services by their name here. */
  services: unknown[];
  /** Names; names with ports; in a policy whatever stands there. */
  items: unknown[];
  /** Names that it refuses by themselves, also where something else in it lets them through. */
  denied: string[];
  left: Left[];
}

/** What cannot be carried over, and why. */
export interface Left {
  what: string;
  why: string;
}

/**
 * Reads a policy of `services:` and `domains:`, a script that sets up a firewall, settings of an agent (JSON, TOML), lines of squid or dnsmasq, or a list of one name a line.
 * Nothing of it is run.
 * @param file its name: the ending says which form it has
 * @throws Error of a parser, where the file is not what its ending says
 */
export function readList(file: string, text: string): WrittenList {
  if (/\.(ba)?sh$/.test(file)) return ofScript(text);
  if (/\.jsonc?$/.test(file)) return ofSettings(parseJsonc(text));
  if (/\.toml$/.test(file)) return ofToml(text);
  if (/\.ya?ml$/.test(file)) return ofPolicy(parseYaml(text));
  if (/^[ \t]*acl[ \t]+\S+[ \t]+dst/m.test(text)) return ofSquid(text);
  if (/^[ \t]*(server|ipset|nftset|address)=\//m.test(text)) return ofDnsmasq(text);
  return ofNames(text);
}

const NOTHING_ELSE = "everything is refused here that no line opens";

function listOf(form: string): WrittenList {
  return { form, services: [], items: [], denied: [], left: [] };
}

function ofScript(text: string): WrittenList {
  const ranges = [...new Set([...text.matchAll(/\b\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?\b/g)].map(([range]) => range))];
  const denied = refusedInScript(text);
  return {
    ...listOf("a script: the host names in it"),
    items: namesOfScript(text),
    denied,
    left: [
      ...ranges
        .filter((range) => !/^(127\.|0\.0\.0\.0)/.test(range))
        .map((what) => ({ what, why: "an address is no name; a machine of the LAN is declared under egress.lan" })),
      ...denied.map((what) => ({ what, why: `it stands in a line that refuses; ${NOTHING_ELSE}` })),
    ],
  };
}

function ofPolicy(content: unknown): WrittenList {
  const found = listOf("a policy of services and domains");
  for (const [key, said] of Object.entries(isMapping(content) ? content : { "the file": content })) {
    if ((key !== "services" && key !== "domains") || !Array.isArray(said))
      found.left.push({ what: key, why: "it is no list of services or domains" });
    else if (key === "services") found.services = said;
    else found.items = said;
  }
  return found;
}

function texts(said: unknown): string[] {
  return Array.isArray(said) ? said.filter((one) => typeof one === "string") : [];
}

/** Keys of agents' settings that hold names which may be reached: Claude Code's sandbox, Cursor's networkPolicy, and what others call the same. */
const ALLOWED = /^(allow(ed)?_?domains?|allowed_?hosts|domains|allow)$/i;
const DENIED = /^(den(y|ied)_?(domains?|hosts)?)$/i;

/** A rule of permissions: of all tools, the one that fetches pages names hosts. */
const FETCH = /^WebFetch\(domain:(.+)\)$/;

function ofSettings(content: unknown): WrittenList {
  const found = listOf("settings of an agent");
  const visit = (said: unknown, inNetwork: boolean) => {
    if (!isMapping(said)) return;
    for (const [key, inner] of Object.entries(said)) {
      const isOfNames = inNetwork || /domain|host/i.test(key);
      const names = isOfNames ? texts(inner) : texts(inner).flatMap((rule) => FETCH.exec(rule)?.[1] ?? []);
      if (DENIED.test(key)) deny(found, key, names);
      else if (isOfNames ? ALLOWED.test(key) : key === "allow") take(found, names);
      visit(inner, inNetwork || /network/i.test(key));
    }
  };
  visit(content, false);
  return found;
}

/** Codex's: `allowed_domains = ["a"]`, and a table of names with "allow" or "deny". */
function ofToml(text: string): WrittenList {
  const found = listOf("settings of an agent");
  // Strings first: what looks like a comment in one is none, and a name in a comment is none.
  const plain = text.replace(/("[^"\n]*"|'[^'\n]*')|#[^\n]*/g, (_, string) => string ?? "");
  for (const [, key = "", names = ""] of plain.matchAll(
    /^[ \t]*((?:allowed|denied)_domains)[ \t]*=[ \t]*\[((?:"[^"\n]*"|'[^'\n]*'|[^\][="'])*)\]/gm,
  )) {
    const said = [...names.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, one, other]) => one ?? other ?? "");
    if (DENIED.test(key)) deny(found, key, said);
    else take(found, said);
  }
  for (const [, name = "", word = ""] of plain.matchAll(/^[ \t]*"([^"\n]+)"[ \t]*=[ \t]*"(allow|deny)"/gm))
    if (word === "deny") deny(found, word, [name]);
    else take(found, [name]);
  return found;
}

/** A list of names lets through by the rule that names it: `allow ours`, or `deny !ours`. Where no rule is, the file is the lists of another one, and is taken whole. */
function ofSquid(text: string): WrittenList {
  const found = listOf("lists of squid");
  const lines = linesOf(text);
  const rules = lines.flatMap((line) => {
    const [, word, lists] = /^http_access\s+(allow|deny)\s+(.*)$/.exec(line) ?? [];
    return (lists?.split(/\s+/) ?? []).map((name) => ({
      name: name.replace("!", ""),
      lets: (word === "allow") !== name.startsWith("!"),
    }));
  });
  const byName = Map.groupBy(rules, ({ name }) => name);
  for (const line of lines) {
    const [, name = "", kind = "", rest = ""] = /^acl\s+(\S+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    const of = byName.get(name) ?? [];
    if (kind === "dstdomain")
      for (const word of rest.split(/\s+/).filter((one) => !one.startsWith("-")))
        if (/["/]/.test(word)) found.left.push({ what: word, why: "it is a file of names; import it by itself" });
        else if (of.some(({ lets }) => !lets)) deny(found, `http_access deny ${name}`, [word]);
        else if (of.length > 0 || rules.length === 0) take(found, [word]);
        else found.left.push({ what: word, why: `no http_access lets ${name} through` });
    else if (kind.startsWith("dst"))
      found.left.push({
        what: `acl ${name} ${kind}`,
        why: "only names are carried over: an expression or an address is none",
      });
    else if (/^include\s/.test(line)) found.left.push({ what: line, why: "it is another file; import it by itself" });
  }
  return found;
}

function ofDnsmasq(text: string): WrittenList {
  const found = listOf("lines of dnsmasq");
  for (const line of linesOf(text)) {
    const [, key, names = "", to = ""] = /^([\w-]+)=\/(.*)\/([^/]*)$/.exec(line) ?? [];
    // Such a line is about the name and all below it.
    const all = names
      .split("/")
      .filter(Boolean)
      .map((name) => (name === "#" ? "*" : `.${name}`));
    if (key === "ipset" || key === "nftset" || (key === "server" && to !== "")) found.items = found.items.concat(all);
    else if (key) {
      found.denied = found.denied.concat(all);
      found.left.push({ what: line, why: "it refuses a name, or answers it with an address" });
    } else if (/^(conf-file|conf-dir|servers-file)=/.test(line))
      found.left.push({ what: line, why: "it is another file; import it by itself" });
  }
  return found;
}

function ofNames(text: string): WrittenList {
  const found = listOf("a list of names");
  for (const line of linesOf(text))
    if (/^\S+$/.test(line)) take(found, [line]);
    else found.left.push({ what: line, why: "it is not one name" });
  return found;
}

function linesOf(text: string): string[] {
  return text.split("\n").flatMap((line) => line.replace(/(^|\s)[#;].*$/, "").trim() || []);
}

function deny(found: WrittenList, by: string, words: readonly string[]): void {
  for (const word of words) {
    const { name } = asWritten(word);
    found.denied.push(name);
    found.left.push({ what: `${by}: ${name}`, why: NOTHING_ELSE });
  }
}

function take(found: WrittenList, words: readonly string[]): void {
  for (const word of words) {
    const { scheme, name, port } = asWritten(word);
    if (port !== undefined && !["80", "443"].includes(port)) found.items.push({ host: name, ports: [Number(port)] });
    else if (port !== undefined || /^((http|ws)s?)?$/.test(scheme)) found.items.push(name);
    else
      found.left.push({
        what: `${scheme}://${name}`,
        why: `a name alone opens 80 and 443; write the port of ${scheme}, like {host: ${name}, ports: [22]}`,
      });
  }
}

/** A name, also of a URL or with a port behind it. What a URL says of who asks is nobody's to read: it may be a password. */
function asWritten(word: string): { scheme: string; name: string; port?: string } {
  const [, scheme = "", host, port] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^/\\?#\s]*@)?([^/:@\\?#\s]+)(?::(\d+))?(?:\/.*)?$/i.exec(word) ?? [];
  if (host === undefined) return { scheme: "", name: word.replace(/(^|\/)[^/\s]*@/, "$1…@") };
  return {
    scheme: scheme.toLowerCase(),
    name: host.toLowerCase().replace(/\.$/, ""),
    ...(port !== undefined && { port }),
  };
}
