/** True where one of the declared domains is a host's: its own name, or with `*.acme.example` any name below it, at whatever depth. */
export function isDeclared(host: string, domains: readonly string[]): boolean {
  return domains.some((domain) => covers(domain, host));
}

/** Whether a domain as it is declared has all that another one has; a host's name is one that has itself. */
export function covers(domain: string, other: string): boolean {
  // `*.b.a.example` ends with `.a.example`, as `b.a.example` does.
  return domain === other || (domain.startsWith("*.") && other.endsWith(domain.slice(1)));
}
