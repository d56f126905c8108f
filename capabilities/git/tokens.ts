import { isWeb } from "../../gateway/vips.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { lasting, sourceOf, writtenSource } from "../credentials/source.ts";
import type { DeliveredFile } from "../delivered.ts";
import type { EgressPolicy } from "../egress/egress.ts";
import type { Service } from "../egress/service.ts";
import type { GitToken } from "./token.ts";

/** What GitHub wants with a token, and most others take: they look at the token alone. */
const USERNAME = "x-access-token";

/**
 * The tokens of git, each for the host whose name it has: the helper in the sandbox gives it to
 * that host alone. `git.token` says no host: it is for the one git service that the client's egress names, and refused where that is none
 * or several. A token for a host that the policy does not open could only be a slip.
 * @param services those that the client's egress names
 * @param policy what is open; without one nothing is said about that
 */
export function planGitTokens(
  { token, tokens }: Spec["git"],
  services: readonly Service[],
  policy: EgressPolicy | undefined,
): { files: DeliveredFile[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const known = services.flatMap(({ git }) => git ?? []);
  const username = (host: string) => known.find((git) => git.host === host)?.username ?? USERNAME;
  const files = Object.entries(tokens).flatMap(([host, of]) => place(host, of, username, `git.tokens.${host}`));
  for (const host of Object.keys(tokens)) {
    const [name = "", port = "443"] = host.split(":");
    if (policy && !isOpen(policy, name, Number(port)))
      problems.push({
        path: `git.tokens.${host}`,
        message: `nothing in egress opens ${name} on port ${port}, so git never gets there; add ${port === "443" ? name : `{host: ${name}, ports: [${port}]}`} to egress.allow, or remove the line`,
        lacks: "egress",
      });
  }
  if (token) {
    const [only, ...others] = known;
    const form = (host: string) => `git.tokens: {${host}: ${writtenSource(token)}}`;
    const refuse = (message: string, lacks?: string) =>
      problems.push({ path: "git.token", message, ...(lacks !== undefined && { lacks }) });
    if (!only)
      refuse(
        `says no host, and egress names no git service (like github) that it could be for; say whose it is, like ${form("git.acme.example")}`,
        "egress",
      );
    else if (others.length > 0)
      refuse(
        `says no host, and may be for ${known.map(({ host }) => host).join(" or ")}; say whose it is, like ${form(only.host)}`,
      );
    else if (tokens[only.host])
      refuse(`is for ${only.host}, which has another one under git.tokens; remove one of them`);
    else files.push(...place(only.host, token, username, "git.token"));
  }
  return { files, problems };
}

function place(host: string, of: GitToken, username: (host: string) => string, key: string): DeliveredFile[] {
  return [
    { role: "git", reader: host, name: "token", source: sourceOf(of), ...lasting(of), key },
    { role: "git", reader: host, name: "username", source: { text: of.username ?? username(host) }, key },
  ];
}

/** Whether the policy lets the sandbox reach a name on a port. For a while counts: a token for a host that is granted is one to work with until then. */
export function isOpen({ destinations, grants, endpoints, web }: EgressPolicy, name: string, port: number): boolean {
  return (
    (web && isWeb(port) && name.includes(".")) ||
    endpoints.some((endpoint) => endpoint.name === name && endpoint.port === port) ||
    [...destinations, ...grants.flatMap((grant) => grant.destinations)].some(
      ({ host, subdomains, ports }) => ports.includes(port) && (subdomains ? name.endsWith(`.${host}`) : name === host),
    )
  );
}
