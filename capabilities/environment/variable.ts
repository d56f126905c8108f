import type { Spec } from "../../stack-file/spec.ts";

/** A variable that `enter` gives to what it starts. */
export interface Variable {
  name: string;
  /** The agent that alone gets it; nothing where every agent and shell does. */
  agent?: string;
  value: string;
  /** The key that declares it, for messages. */
  key: string;
}

/** What a stack file declares, in its order. */
export function variables({ environment }: Pick<Spec, "environment">): Variable[] {
  return Object.entries(environment).flatMap(([name, of]) =>
    typeof of === "string"
      ? [{ name, value: of, key: `environment.${name}` }]
      : Object.entries(of).map(([variable, value]) => ({
          ...{ name: variable, agent: name, value },
          key: `environment.${name}.${variable}`,
        })),
  );
}

/** Why a variable of this name is not a client's to set, as the end of a sentence; nothing where it is. */
export function reserved(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return "is not the name of a variable; write letters, digits and _, like TZ";
  if (OWN.some((own) => own.test(name)))
    return "is the sandbox's own: shells, programs and their trust in certificates hang on it; choose another variable";
  if (/^GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)$/.test(name)) return "is said by `git`; write git.name and git.email";
  return undefined;
}

/** What the runtime image sets (images/runtime/Dockerfile), and what changes how bash and the loader start a program: `enter` is one. */
const OWN = [
  /^(PATH|HOME|SHELL|USER|LOGNAME|PWD|OLDPWD|IFS|ENV|SHELLOPTS|SHLVL|PS4|GLOBIGNORE|UID|EUID|PPID|POSIXLY_CORRECT|_.*)$/,
  /^(SSL_CERT_FILE|CURL_CA_BUNDLE|GIT_SSL_CAINFO|REQUESTS_CA_BUNDLE|PIP_CERT|NODE_EXTRA_CA_CERTS|CODEX_CA_CERTIFICATE)$/,
  /^LD_/,
  // What its own files say to `enter`.
  /^AGENT_SANDBOX_/,
  /^BASH/,
  // Bash computes these itself: it drops what is assigned, or evaluates it as arithmetic, with `$(…)` in it (RANDOM: seen). With EXECIGNORE it finds no program.
  /^(S?RANDOM|SECONDS|LINENO|OPTIND|HISTCMD|EPOCHSECONDS|EPOCHREALTIME|GROUPS|DIRSTACK|FUNCNAME|PIPESTATUS|COMP_WORDBREAKS|EXECIGNORE)$/,
];
