import { z } from "zod";
import { keys, text } from "../../stack-file/combinators.ts";
import { SecretSource } from "../credentials/source.ts";
import { GitHost, GitToken } from "./token.ts";

export const gitKeys = {
  git: keys({
    name: text("a name", "acme-bot").optional(),
    email: text("an address", "acme-bot@example.com").optional(),
    token: SecretSource.optional().describe(
      "A token for the one git service that egress allows (github, gitlab, bitbucket), over HTTPS. Nobody else gets it.",
    ),
    tokens: z
      .record(GitHost, GitToken, {
        error: () => "is not a mapping of hosts to tokens; write it like {git.acme.example: {env: ACME_PAT}}",
      })
      .default({})
      .describe(
        "Tokens by host, and port where it is not 443: `git.acme.example:8443`. Each is handed to git for exactly that host, over HTTPS. `username` is x-access-token, or what the host's service says.",
      ),
  })
    .prefault({})
    .describe("The identity git uses inside the sandbox."),
};
