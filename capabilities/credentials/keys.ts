import { z } from "zod";
import { SANDBOX } from "../../gateway/contract.ts";
import { keys, list, text } from "../../stack-file/combinators.ts";
import { isNot } from "../../stack-file/quoted.ts";
import { Secret, SecretName, SecretSource } from "./source.ts";

const Credential = z.union(
  [
    keys({
      login: z
        .enum(["inside", "host"], {
          error: ({ input }) =>
            `${isNot(input, "a login")}; write inside, where you log it in in the sandbox, host, for a copy of the login on this machine, or {apiKey: {env: NAME}} instead of login`,
        })
        .describe("inside: you log it in in the sandbox. host: a copy of the login on this machine."),
    }),
    keys({
      apiKey: SecretSource.describe("Where its key or token is read."),
      variable: text("a variable's name", "ANTHROPIC_API_KEY")
        .optional()
        .describe("Which of the agent's variables takes it, where it has several."),
    }),
  ],
  {
    error: () => "is not a credential; write {login: inside}, {login: host} or {apiKey: {env: NAME}}",
  },
);

export const credentialKeys = {
  credentials: z
    .record(z.string(), Credential, {
      error: () => "is not a mapping of agents to credentials; write it like {claude: {login: inside}}",
    })
    .default({})
    .describe(
      "How each agent logs in (`agentbox login`): by a key or token, in the sandbox, or by a copy of the host's login. `variable` says which of the agent's variables takes the key, where it has several.",
    ),
  secrets: z
    .record(SecretName, Secret, {
      error: () => "is not a mapping of names to sources; write it like {NPM_TOKEN: {env: NPM_TOKEN}}",
    })
    .default({})
    .describe(
      `Secrets delivered as files ${SANDBOX.secrets}/<NAME>; with \`export: true\` as variables of agents and shells, too.`,
    ),
  ca: list(text("a path", "~/corp-root.pem"), "[~/corp-root.pem]")
    .default([])
    .describe("More trust anchors inside the sandbox: files of certificates, PEM or DER."),
};
