import { isMapping } from "../../stack-file/mapping.ts";
import { parseYaml } from "../../stack-file/yaml.ts";
import { namesOfScript, parseJsonc } from "../adopt/devcontainer.ts";

/** What a list of another sandbox, firewall or proxy lets through, as this product writes names. All of it is others' text. */
export interface WrittenList {
  /** What it was read as, for messages. */
  form: string;
  /** Services by their name here; names; names with ports. */
  items: (string | { host: string; ports: number[] })[];
  left: { what: string; why: string }[];
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
  if (/^\s*acl\s+\S+\s+dst/m.test(text)) return ofSquid(text);
  if (/^\s*(server|ipset|nftset|address)=\//m.test(text)) return ofDnsmasq(text);
  return ofNames(text);
}

const NOTHING_ELSE = "everything is refused here that no line opens";

function ofScript(text: string): WrittenList {
  const ranges = [...new Set([...text.matchAll(/\b\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?\b/g)].map(([range]) => range))];
  return {
    form: "a script: the host names in it",
    items: namesOfScript(text),
    left: ranges
      .filter((range) => !/^(127\.|0\.0\.0\.0)/.test(range))
      .map((what) => ({ what, why: "an address is no name; a machine of the LAN is declared under egress.lan" })),
  };
}

function ofPolicy(content: unknown): WrittenList {
  const { services = [], domains = [], ...more } = isMapping(content) ? content : { "the file": "" };
  return {
    form: "a policy of services and domains",
    items: [...listed(services), ...listed(domains)] as WrittenList["items"],
    left: Object.keys(more).map((what) => ({ what, why: "it is no list of services or domains" })),
  };
}

function listed(said: unknown): unknown[] {
  return Array.isArray(said) ? said : [];
}

/** Keys of agents' settings that hold names which may be reached: Claude Code's sandbox, Cursor's networkPolicy, and what others call the same. */
const ALLOWED = /^(allow(ed)?_?domains?|allowed_?hosts|domains|allow)$/i;
const DENIED = /^(den(y|ied)_?(domains?|hosts)?)$/i;

function ofSettings(content: unknown): WrittenList {
  const found: WrittenList = { form: "settings of an agent", items: [], left: [] };
  const visit = (said: unknown, inNetwork: boolean) => {
    if (!isMapping(said)) return;
    for (const [key, inner] of Object.entries(said)) {
      const names = listed(inner).filter((one) => typeof one === "string");
      if (ALLOWED.test(key) && (inNetwork || /domain|host/i.test(key))) found.items.push(...names.map(asWritten));
      else if (DENIED.test(key) && (inNetwork || /domain|host/i.test(key)))
        found.left.push(...names.map((name) => ({ what: `${key}: ${name}`, why: NOTHING_ELSE })));
      // Rules of permissions: of all tools, the one that fetches pages names hosts.
      else if (key === "allow")
        found.items.push(...names.flatMap((rule) => /^WebFetch\(domain:(.+)\)$/.exec(rule)?.[1] ?? []));
      visit(inner, inNetwork || /network/i.test(key));
    }
  };
  visit(content, false);
  return found;
}

/** Codex's: `allowed_domains = ["a"]`, and a table of names with "allow" or "deny". */
function ofToml(text: string): WrittenList {
  const lists = [...text.matchAll(/^\s*allowed_domains\s*=\s*\[([^\]]*)\]/gm)].flatMap(([, names = ""]) =>
    [...names.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, one, other]) => one ?? other ?? ""),
  );
  const table = [...text.matchAll(/^\s*"([^"]+)"\s*=\s*"(allow|deny)"/gm)];
  return {
    form: "settings of an agent",
    items: [...lists, ...table.flatMap(([, name = "", word]) => (word === "allow" ? [name] : []))].map(asWritten),
    left: table.flatMap(([, name, word]) => (word === "deny" ? [{ what: `deny ${name}`, why: NOTHING_ELSE }] : [])),
  };
}

function ofSquid(text: string): WrittenList {
  const found: WrittenList = { form: "lists of squid", items: [], left: [] };
  for (const line of linesOf(text)) {
    const [, name, kind, rest = ""] = /^acl\s+(\S+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (kind === "dstdomain")
      for (const word of rest.split(/\s+/).filter((one) => !one.startsWith("-")))
        if (/["/]/.test(word)) found.left.push({ what: word, why: "it is a file of names; import it by itself" });
        else found.items.push(asWritten(word));
    else if (/^dst/.test(kind ?? ""))
      found.left.push({
        what: `acl ${name} ${kind}`,
        why: "only names are carried over: an expression or an address is none",
      });
    else if (/^http_access\s+deny\s+(?!all\b|!)/.test(line)) found.left.push({ what: line, why: NOTHING_ELSE });
  }
  return found;
}

function ofDnsmasq(text: string): WrittenList {
  const found: WrittenList = { form: "lines of dnsmasq", items: [], left: [] };
  for (const line of linesOf(text)) {
    const [, key, names = "", to = ""] = /^(\w+)=\/(.*)\/([^/]*)$/.exec(line) ?? [];
    // Such a line is about the name and all below it.
    if (key === "ipset" || key === "nftset" || (key === "server" && to !== ""))
      found.items.push(
        ...names
          .split("/")
          .filter(Boolean)
          .map((name) => (name === "#" ? "*" : `.${name}`)),
      );
    else if (key) found.left.push({ what: line, why: "it refuses a name, or answers it with an address" });
  }
  return found;
}

function ofNames(text: string): WrittenList {
  const found: WrittenList = { form: "a list of names", items: [], left: [] };
  for (const line of linesOf(text))
    if (/^\S+$/.test(line)) found.items.push(asWritten(line));
    else found.left.push({ what: line, why: "it is not one name" });
  return found;
}

function linesOf(text: string): string[] {
  return text.split("\n").flatMap((line) => line.replace(/(^|\s)[#;].*$/, "").trim() || []);
}

/** A name, also of a URL or with a port behind it. */
function asWritten(word: string): WrittenList["items"][number] {
  const [, host = word, port] = /^(?:[a-z]+:\/\/)?([^/:\s]+)(?::(\d+))?(?:\/.*)?$/i.exec(word) ?? [];
  const name = host.toLowerCase().replace(/\.$/, "");
  if (port === undefined || ["80", "443"].includes(port)) return name;
  return { host: name, ports: [Number(port)] };
}
