/**
 * IPv4 ranges that no name of the internet may lead to: this host, its networks, other networks of the same owner, multicast
 * and reserved space. An endpoint in them is declared by its address. Documentation ranges are not here: they hide nothing.
 */
export const PRIVATE_RANGES = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
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
