import { present } from "../../stack-file/present.ts";
import { isWildcard, type WhyShared } from "./name.ts";
import { SHARED } from "./shared.ts";

/**
 * The judge of shared domains for these names: by the public suffix list (ICANN's and private suffixes), and by our own list of what it
 * lacks. A wildcard is over a shared domain when the domain is one, and also when one lies anywhere below it: `*.amazonaws.com` has every
 * bucket of S3. The suffix list takes 15 ms to load, so it is loaded only when one of the names is a wildcard; asked about a wildcard that
 * it was not told of, the judge throws.
 */
export async function sharedDomains(names: readonly string[]): Promise<WhyShared> {
  if (!names.some(isWildcard))
    return (domain) => {
      throw new Error(`nobody said that "${domain}" has to be judged`);
    };
  const { getPublicSuffix } = await import("tldts");
  tree ??= suffixesBelow();
  const below = await tree;
  const options = { allowPrivateDomains: true, extractHostname: false, validateHostname: false };
  return (domain) => {
    for (const [kind, domains] of Object.entries(SHARED)) {
      const found = domains.find((shared) => shared === domain || shared.endsWith(`.${domain}`));
      if (found) return found === domain ? kind : `${kind}: ${found}`;
    }
    if (getPublicSuffix(domain, options) === domain) return "public suffix list";
    const found = below.get(domain);
    return found && `public suffix list: ${found}`;
  };
}

/** What the library's tree comes to, which is the same all day: 15 ms, and of 50 clients each would pay. */
let tree: ReturnType<typeof suffixesBelow> | undefined;

/** The library's own tree of rules: labels from the last to the first, a node's edges from `edgeStart[node]` to `edgeStart[node + 1]`. */
const TREE = "tldts/dist/cjs/src/data/trie.js";

interface Tree {
  nodeFlags: Uint8Array;
  edgeStart: Uint16Array;
  edgeLength: Uint8Array;
  edgeChild: Uint16Array;
  labelText: string;
  rulesRoot: number;
}

/**
 * Every domain that has a public suffix below it, with one of them. The library answers for a name and not for what is below it, so
 * this reads the module that it loads itself, at the version that package-lock.json pins; a unit test holds it against the library's answers.
 */
async function suffixesBelow(): Promise<ReadonlyMap<string, string>> {
  const { nodeFlags, edgeStart, edgeLength, edgeChild, labelText, rulesRoot } = (await import(TREE)) as Tree;
  const labels: string[] = [];
  let at = 0;
  for (const length of edgeLength) {
    labels.push(labelText.slice(at, at + length));
    at += length;
  }
  const edges = labels.map((label, edge) => ({ label, child: present(edgeChild[edge], `where ${label} leads`) }));
  const start = (node: number) => present(edgeStart[node], `node ${node} of the public suffixes`);
  const below = new Map<string, string>();
  /** A suffix at this node, or below it. */
  const visit = (node: number, name: string): string | undefined => {
    for (const { label, child } of edges.slice(start(node), start(node + 1))) {
      const suffix = visit(child, name ? `${label}.${name}` : label);
      if (suffix && !below.has(name)) below.set(name, suffix);
    }
    return nodeFlags[node] ? name : below.get(name);
  };
  visit(rulesRoot, "");
  return below;
}
