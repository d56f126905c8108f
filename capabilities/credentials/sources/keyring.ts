import { z } from "zod";
import { NO_VARIABLES, type SourceKind, WITH_A_PERSON } from "./kind.ts";

const hint = "is not an entry of a keyring; write {keyring: service/account}, like acme/npm";

/**
 * An entry of the person's keyring: of the Secret Service by secret-tool (libsecret), of the macOS Keychain by security. Both print the value alone, and are told a name
 * alone: nothing of it is an argument.
 */
export const keyring: SourceKind<string> = {
  form: "{keyring: service/account}",
  schema: z
    .string({ error: () => hint })
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@:-]*\/[A-Za-z0-9_][A-Za-z0-9_.@:-]*$/, { error: () => hint }),
  says: (entry) => entry,
  ask: (entry, { platform }) => {
    const [service = "", account = ""] = entry.split("/");
    const of = { variables: NO_VARIABLES, seconds: WITH_A_PERSON };
    return platform === "darwin"
      ? {
          program: "/usr/bin/security",
          args: ["find-generic-password", "-s", service, "-a", account, "-w"],
          ...of,
          provide: `unlock the keychain, or store it: security add-generic-password -s ${service} -a ${account} -w`,
        }
      : {
          program: "secret-tool",
          args: ["lookup", "service", service, "account", account],
          ...of,
          provide: `unlock the keyring, or store it: secret-tool store --label=${entry} service ${service} account ${account}`,
        };
  },
};
