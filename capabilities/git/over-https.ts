import type { Spec } from "../../stack-file/spec.ts";
import type { DeliveredFile } from "../delivered.ts";
import type { EgressPolicy } from "../egress/egress.ts";
import type { Service } from "../egress/service.ts";
import { hasOwnKeys } from "./own-keys.ts";
import { isOpen } from "./tokens.ts";

/**
 * Has git ask over HTTPS where a repository or a submodule has an address of ssh (`git@HOST:…`, `ssh://git@HOST/…`) or of git's own protocol and ssh leads nowhere: the policy does not open port 22
 * of that host, or the client has a token for it and no key. It gives no right: what is asked over HTTPS is held to the policy, and a token goes to its own host.
 *
 * Whose hosts: those of the git services that egress names, those that have a token, and of the client's own lines the single names with `git` in them
 * (`git.acme.example`, `gitlab.…`, `gitea.…`): four lines for each name on 443 were a preview of more than a screen, and nobody clones from most of them.
 * @param services those that the client's egress names
 */
export function planOverHttps(
  git: Pick<Spec["git"], "ssh" | "tokens" | "token">,
  services: readonly Service[],
  policy: EgressPolicy | undefined,
): { files: DeliveredFile[]; problems: [] } {
  if (!policy) return { files: [], problems: [] };
  const known = services.flatMap((service) => service.git ?? []).map(({ host }) => host);
  const [only] = known;
  const withToken = [...Object.keys(git.tokens), ...(git.token && only ? [only] : [])];
  const single = policy.destinations.filter(({ subdomains, origin }) => origin === "client" && !subdomains);
  const own = [...single.map(({ host }) => host), ...policy.endpoints.map(({ name }) => name)];
  const text = [...new Set([...known, ...withToken, ...own.filter((name) => name.includes("git"))])]
    .sort()
    .map((at) => {
      const [host = "", port = "443"] = at.split(":");
      const bySsh = isOpen(policy, host, 22) && (hasOwnKeys(git) || !withToken.includes(at));
      return !bySsh && isOpen(policy, host, Number(port)) ? instead(host, port) : "";
    })
    .join("");
  return {
    files: text ? [{ role: "ssh", name: "over-https.gitconfig", source: { text }, key: "git" }] : [],
    problems: [],
  };
}

/** Each form that an address of this host has in which git would not ask over HTTPS; `git:` is shut by services and policy alike. A name without a dot before a colon would be a protocol's. */
function instead(host: string, port: string): string {
  const forms = [`git@${host}:`, `ssh://git@${host}/`, `ssh://git@${host}:22/`, `ssh://${host}/`, `git://${host}/`];
  if (host.includes(".")) forms.push(`${host}:`);
  const lines = forms.map((form) => `\tinsteadOf = ${form}\n`).join("");
  return `[url "https://${port === "443" ? host : `${host}:${port}`}/"]\n${lines}`;
}
