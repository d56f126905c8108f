import type { Endpoint } from "../../gateway/gateway-policy.ts";
import type { Problem } from "../../stack-file/problem.ts";

/** Where proxies listen that lead anywhere, by what usually does there (IANA's service names; the defaults of squid, tinyproxy, privoxy and Tor, read in November 2026). */
const PROXY_PORTS: Readonly<Record<number, string>> = {
  1080: "a SOCKS proxy",
  3128: "squid",
  8080: "many an HTTP proxy",
  8118: "privoxy",
  8888: "tinyproxy",
  9050: "Tor",
  9150: "Tor Browser",
};

/** Endpoints at a proxy's port, each with what that would be: whoever reaches a proxy names the site to it, which nobody here judges. */
export function proxyWarnings(endpoints: readonly Pick<Endpoint, "name" | "port">[]): Problem[] {
  return endpoints.flatMap(({ name, port }) => {
    const usual = PROXY_PORTS[port];
    if (usual === undefined) return [];
    return [
      {
        path: name === "host" ? "egress.host" : `egress.lan.${name}`,
        message: `${name}:${port} is where ${usual} listens: if it is a proxy, it opens every name that it leads to, whatever egress.allow says; a company's proxy is upstreamProxy, behind which each name is judged`,
      },
    ];
  });
}
