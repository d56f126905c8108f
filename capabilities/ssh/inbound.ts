import { SANDBOX } from "../../gateway/contract.ts";
import { type Inbound, PUBLISHED_AT } from "../../gateway/gateway-policy.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** The way from the port of the host to the sandbox's sshd; none without `ssh`. */
export function sshInbound({ ssh }: Pick<Spec, "ssh">): Inbound[] {
  if (!ssh) return [];
  const { port, listen } = ssh;
  return [{ port, to: SANDBOX.sshPort, ...(listen !== PUBLISHED_AT && { listen }) }];
}
