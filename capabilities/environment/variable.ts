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
  const steered = STEERING.find(({ names }) => names.test(name));
  if (steered) return `steers ${steered.what}; choose another variable, or a file under secrets without export`;
  return undefined;
}

/** What the runtime image sets (images/runtime/Dockerfile), and what changes how bash and the loader start a program: `enter` is one. */
const OWN = [
  /^(PATH|HOME|SHELL|BROWSER|USER|LOGNAME|PWD|OLDPWD|IFS|ENV|SHELLOPTS|SHLVL|PS4|GLOBIGNORE|UID|EUID|PPID|POSIXLY_CORRECT|_.*)$/,
  /^(SSL_CERT_FILE|GIT_SSL_CAINFO|REQUESTS_CA_BUNDLE|NODE_EXTRA_CA_CERTS)$/,
  /^LD_/,
  // What its own files say to `enter`.
  /^AGENT_SANDBOX_/,
  /^BASH/,
  // Bash computes these itself: it drops what is assigned, or evaluates it as arithmetic, with `$(…)` in it (RANDOM: seen). With EXECIGNORE it finds no program.
  /^(S?RANDOM|SECONDS|LINENO|OPTIND|HISTCMD|EPOCHSECONDS|EPOCHREALTIME|GROUPS|DIRSTACK|FUNCNAME|PIPESTATUS|COMP_WORDBREAKS|EXECIGNORE)$/,
];

/**
 * Variables that make another program of one, or have it trust or ask somebody else: a line of a stack file that looks like a setting would run code, or send what a
 * secret opens elsewhere. They are found by who reads them: the C library (what glibc itself drops for a program with privileges), shells, the runtimes' options and
 * paths of modules, git and ssh, TLS, and proxies. Settings that steer nothing else (NODE_ENV, PYTHONUNBUFFERED, RUST_LOG) are none.
 */
const STEERING: readonly { what: string; names: RegExp }[] = [
  {
    what: "what every program loads and where it finds names",
    names:
      /^(DYLD_.*|GCONV_PATH|GETCONF_DIR|GLIBC_TUNABLES|HOSTALIASES|LOCALDOMAIN|LOCPATH|MALLOC_.*|NIS_PATH|NLSPATH|RESOLV_HOST_CONF|RES_OPTIONS|TZDIR|TERMINFO(_DIRS)?)$/,
  },
  {
    what: "what a shell runs",
    names:
      /^(PROMPT_COMMAND|PS[0-3]|CDPATH|FPATH|ZDOTDIR|INPUTRC|FIGNORE|HISTFILE|MAILPATH|TIMEFORMAT|LESSOPEN|LESSCLOSE)$/,
  },
  {
    what: "what a language's programs load before their own code",
    names:
      /^(NODE_(OPTIONS|PATH|REPL_EXTERNAL_MODULE|PENDING_DEPRECATION_MODULE)|BUN_(OPTIONS|CONFIG.*)|DENO_(DIR|CERT|TLS_CA_STORE)|NPM_CONFIG_(NODE_OPTIONS|SCRIPT_SHELL|SHELL|GIT|GLOBALCONFIG|USERCONFIG|PREFIX)|PYTHON(PATH|HOME|STARTUP|INSPECT|USERBASE|EXECUTABLE|BREAKPOINT|PLATLIBDIR|PYCACHEPREFIX|WARNINGS)|PERL5?(OPT|LIB|DB|SHELL)|PERL5DB|PERLLIB|RUBY(OPT|LIB|PATH|SHELL)|(JAVA_TOOL|JDK_JAVA)_OPTIONS|CLASSPATH|PHPRC|PHP_INI_SCAN_DIR|LUA_(INIT|PATH|CPATH)(_5_\d)?|DOTNET_STARTUP_HOOKS|CORECLR_.*|ERL_(A|Z)?FLAGS|R_(PROFILE|ENVIRON)(_USER)?|JULIA_LOAD_PATH|GOFLAGS|RUSTC(_WRAPPER|_WORKSPACE_WRAPPER)?|ELECTRON_RUN_AS_NODE|MAKEFLAGS)$/i,
  },
  {
    what: "git, or how it and ssh ask and sign in",
    names: /^(GIT_.*|SSH_ASKPASS(_REQUIRE)?|SSH_AUTH_SOCK|SUDO_ASKPASS)$/,
  },
  {
    what: "whom programs trust",
    names:
      /^(SSL_CERT_.*|SSL_DIR|SSLKEYLOGFILE|OPENSSL_.*|CURL_(CA_BUNDLE|HOME|SSL_BACKEND)|CODEX_CA_CERTIFICATE|(AWS|REQUESTS|HTTPLIB2)_CA_(BUNDLE|CERTS)|NODE_(TLS_REJECT_UNAUTHORIZED|EXTRA_CA_CERTS|USE_.*_CA)|NPM_CONFIG_(CA|CAFILE|STRICT_SSL)|PIP_(CERT|TRUSTED_HOST)|PYTHONHTTPSVERIFY|UV_(INSECURE_HOST|NATIVE_TLS)|CARGO_HTTP_(CAINFO|CHECK_REVOKE)|GRPC_DEFAULT_SSL_ROOTS_FILE_PATH|GO(INSECURE|NOSUMDB|NOSUMCHECK|SUMDB|FLAGS))$/i,
  },
  { what: "where programs send what they ask", names: /(^|_)PROXY(_(HOST|PORT|USER|PASS(WORD)?))?$/i },
];
