import type { GatewayInput } from "../gateway/gateway-policy.ts";

/** The files of a bundle, as lines. */
export function sections(text: string): Record<string, string[]> {
  const files: Record<string, string[]> = {};
  let file = "";
  for (const line of text.split("\n").slice(0, -1)) {
    if (line.startsWith("==> ")) {
      file = line.slice(4);
      files[file] = [];
    } else files[file]!.push(line);
  }
  return files;
}

/** A bundle with the lines that hold at a moment, as one without spans. */
export function atMoment(text: string, moment: string): string {
  return text
    .split("\n")
    .flatMap((line) => {
      const [span, from = "", until = ""] = /^@(\S*?)\.\.(\S*) /.exec(line) ?? [];
      if (span === undefined) return [line];
      return from <= moment && (until === "" || moment < until) ? [line.slice(span.length)] : [];
    })
    .join("\n");
}

/**
 * What a bundle lets the agent reach, read from its files by another way than it was written, as sorted `host:port`. A name
 * counts only where the resolver, the proxy and the packet rules agree on it: `*.domain` for all names below a domain, `*` for
 * every public name.
 */
export function admitted(text: string): string[] {
  const files = sections(text);
  const pairs = (name: string) => files[name]!.map((line) => line.split(" ") as [string, string]);
  const resolves = new Map(pairs("hosts").map(([vip, name]) => [name, vip]));
  const below = new Map(
    files["dnsmasq.conf"]!.flatMap((line) => {
      const [, domain, vip] = /^address=\/(\*\.[^/]+|#)\/(\S+)/.exec(line) ?? [];
      return domain && vip ? [[domain.replace(/^(\*\.|#)/, ""), vip] as const] : [];
    }),
  );
  const rules = files["rules.nft"]!.join("\n");
  const vips = /daddr (\S+\/25) tcp dport { 80, 443 } accept/.exec(rules);
  const open = (vip: string, port: string) =>
    (vips !== null && (port === "80" || port === "443")) ||
    rules.includes(`ip daddr ${vip} tcp dport ${port} accept #`);
  const dialled = /skuid gw-proxy ip daddr != @private tcp dport { (.*) } accept/.exec(rules)![1]!.split(", ");
  const binds = files["haproxy.cfg"]!.flatMap((line) => /^ {2}bind (\S+)/.exec(line)?.[1] ?? []);
  const listens = (vip: string, port: string) => binds.includes(`${vip}:${port}`) || binds.includes(`0.0.0.0:${port}`);
  const reach: string[] = [];
  for (const [name, value] of pairs("names.map")) {
    const [vip, ports, at] = value.split(":") as [string, string, string?];
    for (const port of ports.split(",").filter((one) => one !== "")) {
      if (resolves.get(name) !== vip || !open(vip, port) || !listens(vip, port)) continue;
      const wall = at
        ? rules.includes(`skuid gw-proxy ip daddr ${at} tcp dport ${port} accept`)
        : dialled.includes(port);
      if (wall) reach.push(`${name}:${port}${at ? ` at ${at}:${port}` : ""}`);
    }
  }
  for (const [suffix, value] of pairs("below.map")) {
    const [vip, ports, rule] = value.split(":") as [string, string, string];
    for (const port of ports.split(","))
      if (suffix.startsWith(".") && rule === suffix && below.get(suffix.slice(1)) === vip && open(vip, port))
        reach.push(suffix === "." ? `*:${port}` : `*${suffix}:${port}`);
  }
  // Every name is open only where the proxy falls back to the line of all names, on both ports and after it judged the form.
  if (reach.includes("*:443") || reach.includes("*:80")) {
    const falls = files["haproxy.cfg"]!.filter((line) => line.includes("str(.),map_end(below.map)")).length;
    const judges = files["haproxy.cfg"]!.filter((line) => line.includes("-m len 3:253")).length;
    const shut = files["dnsmasq.conf"]!.filter((line) => /^server=\/[a-z0-9.-]+\/#$/.test(line)).length;
    if (falls !== 2 || judges !== 2 || shut === 0) reach.push("*: not as it has to be");
  } else if (files["haproxy.cfg"]!.some((line) => line.includes("str(.)"))) reach.push("*: though not declared");
  for (const [place, name] of pairs("ports.map")) {
    const [vip, port] = place.split(":") as [string, string];
    if (resolves.get(name) === vip && open(vip, port) && dialled.includes(port) && listens(vip, port))
      reach.push(`${name}:${port}`);
  }
  for (const [place, target] of pairs("lan.map")) {
    const [vip, port] = place.split(":") as [string, string];
    const [address, to, name] = target.split(":") as [string, string, string];
    const wall = rules.includes(`skuid gw-proxy ip daddr ${address} tcp dport ${to} accept`);
    if (resolves.get(name) === vip && open(vip, port) && wall && listens(vip, port))
      reach.push(`${name}:${port} at ${address}:${to}`);
  }
  for (const [port, target] of pairs("inbound.map"))
    if (
      (rules.includes(`iifname $outer ip saddr 10.208.1.1 tcp dport ${port} accept`) ||
        rules.includes(`iifname $outer tcp dport ${port} accept`)) &&
      rules.includes(
        `oifname $inner meta skuid gw-proxy ip daddr ${target.split(":")[0]} tcp dport ${target.split(":")[1]} accept`,
      )
    )
      reach.push(
        `in:${port} to ${target.split(":")[1]} ${rules.includes(`iifname $outer tcp dport ${port} accept`) ? "of anybody" : "of the host"}`,
      );
  return reach.sort();
}

/** Where no name may lead, by the proxy and by the packet rules; both have to say the same. */
export function closed(text: string): string[] {
  const files = sections(text);
  const proxy = files["private.map"]!.map((line) => line.split(" ")[0]!);
  const rules = /set private {[^}]*elements = { (.*?) }/s.exec(files["rules.nft"]!.join("\n"))![1]!.split(", ");
  return proxy.join() === rules.join() ? proxy : ["the proxy and the rules differ"];
}

/** What a bundle should admit, from what was declared. */
export function declared(input: GatewayInput): string[] {
  const wildcards = input.destinations.filter(({ subdomains }) => subdomains);
  const inherited = (host: string) => [
    ...wildcards.filter((w) => host.endsWith(`.${w.host}`)).flatMap(({ ports }) => ports),
    ...(input.web ? [80, 443] : []),
  ];
  return [
    ...(input.web ? ["*:80", "*:443"] : []),
    ...input.destinations.flatMap(({ host, subdomains, ports }) =>
      [...new Set([...ports, ...inherited(host)])].map((port) => `${subdomains ? "*." : ""}${host}:${port}`),
    ),
    ...input.endpoints.map(({ name, address, port }) => `${name}:${port} at ${address}:${port}`),
    ...input.inbound.map(
      ({ port, to, listen }) => `in:${port} to ${to} ${listen === undefined ? "of the host" : "of anybody"}`,
    ),
  ].sort();
}
