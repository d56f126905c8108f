import { z } from "zod";
import { keys, text } from "../../stack-file/combinators.ts";
import { isNot } from "../../stack-file/quoted.ts";
import { SecretSource } from "../credentials/source.ts";
import { KnownHosts } from "./known-host.ts";
import { GitHost, GitToken } from "./token.ts";

export const gitKeys = {
  git: keys({
    name: text("a name", "acme-bot").optional().describe("Who commits."),
    email: text("an address", "acme-bot@example.com").optional().describe("The address of who commits."),
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
    ssh: z
      .literal("generate", { error: ({ input }) => refuseSsh(input) })
      .optional()
      .describe(
        "`generate`: a key for ssh and one for signatures, made for this client in a volume of its own. Their public halves are outputs of the stack.",
      ),
    sign: z
      .boolean({ error: ({ input }) => `${isNot(input, "true or false")}; write one of them` })
      .optional()
      .describe(
        "Whether git signs commits and tags with the client's own key. True with `ssh: generate`, unless it is false.",
      ),
    knownHosts: KnownHosts.default([]).describe(
      "Hosts that ssh may connect to, by their keys, besides those of the git services that egress names: lines of known_hosts. It connects to no other.",
    ),
  })
    .prefault({})
    .describe("The identity git uses inside the sandbox."),
};

/** Why another way to have a key for ssh is none. */
function refuseSsh(input: unknown): string {
  if (typeof input === "object" && input !== null && "agent" in input)
    return "forwards an ssh-agent, which is not offered: whoever has its socket signs in your name, to whatever host egress opens, and the filter that would hold it to one key would have to run on this machine for as long as the sandbox does. Write generate, and give the public key that comes of it its own rights";
  return `${isNot(input, "a way to have a key for ssh")}; write generate`;
}
