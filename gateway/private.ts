/**
 * IPv4 ranges that no name of the internet may lead to: this host, its networks, other networks of the same owner, multicast
 * and reserved space; and public-looking ones that are no site's but mean whatever is nearest: the machine's own agent on Azure, relays and
 * sinks that every network may have (IANA's special-purpose registry, RFC 7526, 7535, 7450, 7534). An endpoint in them is declared by its address.
 * Documentation ranges are not here: they hide nothing.
 */
export const PRIVATE_RANGES = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "224.0.0.0/3",
] as const;

/** All that no name may lead to: private ranges, and the engine's host by its public addresses. */
export function closedRanges({ hostAddresses }: { hostAddresses: readonly string[] }): string[] {
  return [...PRIVATE_RANGES, ...[...hostAddresses].sort()];
}

/**
 * Domains whose names are private by definition, or are none in the DNS: RFC 6761 (localhost, invalid), 6762 with its appendix G,
 * 7686, 8375, 9476, ICANN's `internal`, and the reverse zones. `test` and `example` are not here: a lab may serve them.
 */
export const PRIVATE_DOMAINS = [
  "alt",
  "corp",
  "home",
  "home.arpa",
  "in-addr.arpa",
  "internal",
  "intranet",
  "invalid",
  "ip6.arpa",
  "lan",
  "local",
  "localdomain",
  "localhost",
  "onion",
  "private",
] as const;

/** True for a private domain and every name below one. */
export function isPrivateName(host: string): boolean {
  return PRIVATE_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`));
}
