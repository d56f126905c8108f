import { KEY_FOLDERS } from "../../capabilities/dotfiles/dotfile.ts";
import { oneOf, oneOrMore, text } from "../../stack-file/combinators.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { isNot } from "../../stack-file/quoted.ts";
import { within } from "../path.ts";
import { type Judged, kind } from "./kind.ts";

const Root = text("a directory", "~/clients/{client}").refine(
  (path) => /^(~?\/)/.test(path) && path.includes(CLIENT) && !/\{(?!client\})/.test(path),
  { error: ({ input }) => `${isNot(input, "a client's own directory")}; write it like ~/clients/{client}` },
);

/** What stands for the client's name. */
const CLIENT = "{client}";

/** Below which directory everything lies that a client's agents write: its workspace, and mounts with mode rw. */
export const writableBelow = kind(oneOrMore(Root, "[~/clients/{client}]"), (roots, { declared, lead }) => {
  const { client, spec } = declared;
  const own = roots.map((root) => root.replaceAll(CLIENT, client));
  const outside = (path: string) => !own.some((root) => within(lead(path), lead(root)));
  return written(spec)
    .filter(({ path }) => outside(path))
    .map(({ key, path }) => ({
      path: key,
      message: `${path}${leading(path, lead)} is written by agents and lies outside of ${own.join(", ")}; name a directory in there${key === "workspace" ? "" : ", or write mode: ro"}`,
    }));
});

/**
 * Whether an ssh-agent or a private key may be handed over, by a mount, a dotfile or a secret. Told by the place alone, links resolved, and by where this machine's
 * own agent answers: nothing is opened.
 */
export const privateKeys = kind(oneOf(["never"]), (_never, of) => {
  const { declared, lead, agentSockets } = of;
  const handed = [
    ...declared.spec.mounts.map(({ host }, index) => ({ key: `mounts[${index}].host`, path: host, holds: true })),
    ...writtenWorkspace(declared.spec).map((one) => ({ ...one, holds: true })),
    ...declared.files.flatMap(({ role, source, key }) =>
      // A certificate is public; a login has a file of its own, which is no key of ssh.
      "file" in source && role !== "certificates" && role !== "login" ? [{ key, path: source.file, holds: false }] : [],
    ),
  ];
  const found = handed.flatMap(({ key, path, holds }) => {
    const at = lead(path);
    const socket = agentSockets.find((one) => within(lead(one), at));
    const why = socket
      ? `holds the socket of your ssh-agent (${socket})`
      : isAgentSocket(at)
        ? "is where an ssh-agent answers"
        : keyFile(at, holds);
    return why ? [{ path: key, message: `${path}${leading(path, lead)} ${why}; ${INSTEAD}` }] : [];
  });
  return [...once(found), ...variables(of)];
});

const INSTEAD = "give the client a key or token of its own, with rights of its own, under git or secrets";

/** Where programs have the sockets of their agents, as their own documentation says. */
const AGENT_SOCKETS = [
  ...["/ssh-[A-Za-z0-9]+(/agent\\.\\d+)?$", "/S\\.gpg-agent(\\.\\w+)?$", "/keyring/(ssh|\\.ssh)$"],
  ...["/ssh-agent(\\.socket|\\.sock)?$", "/ssh-auth\\.sock$", "/com\\.apple\\.launchd\\.[^/]+(/Listeners)?$"],
  ...["/\\.1password(/agent\\.sock)?$", "/\\.ssh/agent(/|$)"],
].map((pattern) => new RegExp(pattern));

function isAgentSocket(path: string): boolean {
  return AGENT_SOCKETS.some((pattern) => pattern.test(path));
}

/**
 * ssh-keygen's own names, and what PuTTY, OpenSSL, keystores, GnuPG and stores of passwords end in; with whatever follows, for a copy (`id_rsa.old`, `a.pem.bak`) is
 * the same key. In any case: on macOS `ID_RSA` is the same file. A public key ends in .pub.
 */
const KEY_NAMES =
  /^(id_[a-z0-9_-]+|identity|ssh_host_\w+_key)([.~].*)?$|\.(ppk|p8|pk8|p12|pfx|key|pem|jks|jceks|keystore|kdbx?|keychain(-db)?|gpg-key)([.~].*)?$/i;

/** What a path says of itself that is a private key. @param holds whether it is a directory */
function keyFile(path: string, holds: boolean): string | undefined {
  const folder = path.split("/").find((name) => KEY_FOLDERS.includes(name.toLowerCase()));
  if (folder) return `is or lies in a folder of keys (${folder})`;
  if (holds) return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return KEY_NAMES.test(name) && !/\.pub$/i.test(name) ? "has the name of a private key" : undefined;
}

/** A variable that says where an agent answers. */
function variables({ declared }: Judged): Problem[] {
  return once(
    declared.files.flatMap(({ source, key }) =>
      "env" in source && source.env === "SSH_AUTH_SOCK"
        ? [{ path: key, message: `SSH_AUTH_SOCK says where your ssh-agent answers; ${INSTEAD}` }]
        : [],
    ),
  );
}

/** None where it is a volume, which is no place of the host's. */
function writtenWorkspace({
  workspace,
}: Pick<Judged["declared"]["spec"], "workspace">): { key: string; path: string }[] {
  return typeof workspace === "string" ? [{ key: "workspace", path: workspace }] : [];
}

function written({ workspace, mounts }: Judged["declared"]["spec"]): { key: string; path: string }[] {
  return [
    ...writtenWorkspace({ workspace }),
    ...mounts.flatMap(({ host, mode }, index) => (mode === "rw" ? [{ key: `mounts[${index}].host`, path: host }] : [])),
  ];
}

/** ` (leads to /data/acme)` where a path is another than it says. */
function leading(path: string, lead: Judged["lead"]): string {
  const to = lead(path);
  return path === to || path.startsWith("~") ? "" : ` (${to})`;
}

/** An exported secret is two files of one source, with one thing wrong. */
function once(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ path }, at) => problems.findIndex((other) => other.path === path) === at);
}
