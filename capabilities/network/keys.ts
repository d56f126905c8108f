import { text } from "../../stack-file/combinators.ts";
import { ADDRESSES, refuseAddresses } from "./addresses.ts";

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
};
