import { z } from "zod";
import { PUBLISHED_AT } from "../../gateway/gateway-policy.ts";
import { keys, oneOrMore } from "../../stack-file/combinators.ts";
import { Ipv4 } from "../../stack-file/network.ts";
import { isNot, quoted } from "../../stack-file/quoted.ts";
import { AuthorizedKey } from "./authorized-key.ts";

/** Keys that a client lets in at most: each is a line of the posture. */
const MOST = 64;

const noPort = ({ input }: { input?: unknown }) =>
  `${isNot(input, "a port of the host")}; write one from 1024 to 65535, like 2222`;

/** All of the host's addresses, or one that it can have. */
const Listen = Ipv4.refine((address) => address === "0.0.0.0" || !isNobodys(address), {
  error: ({ input }) =>
    `${quoted(input)} is no address that a machine has; write one of the host's, or 0.0.0.0 for all`,
});

/** This network, 127.0.0.0/8 but for the one that engines publish on, multicast, and what is kept or everybody's. */
function isNobodys(address: string): boolean {
  const first = Number(address.split(".")[0]);
  return first === 0 || (first === 127 && address !== PUBLISHED_AT) || first >= 224;
}

export const sshKeys = {
  ssh: keys({
    port: z
      .int({ error: noPort })
      .min(1024, { error: noPort })
      .max(65535, { error: noPort })
      .describe("The port of the host."),
    authorizedKeys: oneOrMore(AuthorizedKey, "[ssh-ed25519 AAAA… anna@laptop]")
      .max(MOST, {
        error: () => `has more than ${MOST} keys; leave some out`,
      })
      .describe("Public keys that may come in, a line each."),
    listen: Listen.default(PUBLISHED_AT).describe(
      "The address of the host that the port is on; 0.0.0.0 is all of them.",
    ),
  })
    .optional()
    .describe("A port of the host by which people come in with ssh, as the user dev, by their public keys alone."),
};
