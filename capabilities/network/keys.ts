import { z } from "zod";
import { text } from "../../stack-file/combinators.ts";
import { isNot } from "../../stack-file/quoted.ts";
import { ADDRESSES, refuseAddresses } from "./addresses.ts";

const noMtu = ({ input }: { input?: unknown }) =>
  `${isNot(input, "an MTU")}; write the bytes of the largest packet, a whole number from 576 to 9000, like 1400`;

export const networkKeys = {
  addresses: text("a range", "172.20.0.0/16")
    .superRefine((range, context) => {
      const message = refuseAddresses(range);
      if (message) context.addIssue(message);
    })
    .default(ADDRESSES)
    .describe(
      "The private range that the client's two networks (/24) come from. Another one where a VPN or a LAN needs the default.",
    ),
  mtu: z
    .number({ error: noMtu })
    .int({ abort: true, error: noMtu })
    .min(576, { error: noMtu })
    .max(9000, { error: noMtu })
    .optional()
    .describe(
      "Bytes of the largest packet that the gateway sends out, where the way out takes less than 1500: a VPN's, say. Default: the engine's.",
    ),
};
