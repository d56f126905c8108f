import { sshInbound } from "../capabilities/ssh/inbound.ts";
import type { Inbound } from "../gateway/gateway-policy.ts";
import type { Spec } from "../stack-file/spec.ts";

/** All ports of the host that a client publishes, each with the key that asks for it. */
export function hostPorts(spec: Pick<Spec, "ports" | "ssh">): (Inbound & { key: string })[] {
  return [
    ...spec.ports.map((one) => ({ ...one, key: "ports" })),
    ...sshInbound(spec).map((one) => ({ ...one, key: "ssh.port" })),
  ];
}
