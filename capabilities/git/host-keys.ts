import { present } from "../../stack-file/present.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { readPublicKey } from "../../stack-file/public-key.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { DeliveredFile } from "../delivered.ts";
import type { EgressPolicy } from "../egress/egress.ts";
import type { Service } from "../egress/service.ts";
import { type KnownHost, readKnownHost, renderKnownHost } from "./known-host.ts";
import { isOpen } from "./tokens.ts";

/**
 * The hosts that ssh in the sandbox knows, by their keys: those of the git services that egress names, from the catalogue, and those that the stack file
 * declares. It connects to no other (images/runtime/etc/ssh). A key of a host that the policy does not open could only be a slip.
 * @param services those that the client's egress names
 * @param policy what is open; without one nothing is said about that
 */
export function planHostKeys(
  { knownHosts }: Pick<Spec["git"], "knownHosts">,
  services: readonly Service[],
  policy: EgressPolicy | undefined,
): { files: DeliveredFile[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const declared = knownHosts.map((line) => plain(readKnownHost(line)));
  for (const [at, { host, port }] of declared.entries())
    if (policy && !isOpen(policy, host, port))
      problems.push({
        path: `git.knownHosts[${at}]`,
        message: `nothing in egress opens ${host} on port ${port}, so ssh never gets there; add {host: ${host}, ports: [${port}]} to egress.allow, or remove the line`,
        lacks: "egress",
      });
  const pinned = services
    .flatMap(({ git }) => git?.ssh ?? [])
    .filter(({ host }) => policy && isOpen(policy, host, 22))
    .flatMap(({ host, keys }) => keys.map((line) => ({ host, port: 22, ...present(readPublicKey(line), line) })));
  const lines = [...new Set([...pinned, ...declared].map(renderKnownHost))].sort();
  if (lines.length === 0) return { files: [], problems };
  const source = { text: `${lines.join("\n")}\n` };
  return { files: [{ role: "ssh", name: "known_hosts", source, key: "git.knownHosts" }], problems };
}

/** A line of a stack file that was judged. @throws where it was not */
function plain(read: KnownHost | string): KnownHost {
  if (typeof read === "string") throw new Error(read);
  return read;
}
