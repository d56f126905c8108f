import type { Capability } from "../capability.ts";

/** Files of the host put into the agent's home, read-only. */
export const dotfiles: Capability = {
  files: ({ spec }) =>
    Object.entries(spec.dotfiles).map(([at, file]) => ({
      role: "dotfile",
      at,
      source: { file },
      key: `dotfiles.${at}`,
    })),
};
