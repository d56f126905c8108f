import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { isProgram } from "../../../host/is-program.ts";
import { hostPath } from "../../../host/path.ts";
import { runProgram } from "../../../host/program.ts";
import { agentCanChange, type Writable } from "../../../host/writable.ts";
import { within } from "../../../plan/path.ts";
import { quoted } from "../../../stack-file/quoted.ts";
import type { Ask } from "../sources/kind.ts";
import { namedIn } from "../sources/named-in.ts";
import type { Reading, SourceWorld } from "./source.ts";

/** What every program gets of the person's environment: who they are, and where their keyring and their files are. Nothing of Pulumi's, and no other secret. */
const BASE =
  /^(HOME|USER|LOGNAME|LANG|LC_[A-Z]+|TZ|TMPDIR|XDG_(RUNTIME_DIR|(CONFIG|DATA|CACHE|STATE)_HOME)|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|SSL_CERT_FILE)$/;

/**
 * The value that a program prints, without the end of its last line. It runs without a shell and without the person's terminal, in an environment of a few variables, and
 * is ended with all of its session. What it says besides is not repeated, for that may be the value.
 * @param most bytes that a value may have
 */
export async function askProgram(
  { program, args, files = [], variables, seconds, provide }: Extract<Ask, { program: string }>,
  most: number,
  { root, writable }: SourceWorld,
): Promise<Reading> {
  const path = foldersOfPrograms(writable);
  const found = find(program, path, root);
  if (!found) return { unseen: `${quoted(program)} is no program here; install it, or name another source` };
  const gone = files.find((file) => !existsSync(hostPath(file, root)));
  if (gone !== undefined) return { unseen: `${gone} does not exist; create it, or name another source` };
  const words = args.map((word) => (files.includes(word) ? hostPath(word, root) : word));
  for (const word of [found, ...words]) {
    const untrusted = pathsIn(word, root).flatMap((path) => canChange(path, writable) ?? []);
    if (untrusted[0]) return { refused: `${word} ${untrusted[0]}` };
  }
  const own = Object.entries(process.env).filter(([name]) => BASE.test(name) || variables.test(name));
  const env = { ...Object.fromEntries(own), PATH: path.join(delimiter) };
  const ended = await runProgram(found, words, { seconds, most, cwd: root, env, input: "", apart: true });
  if (ended.lost === "much") return { refused: `${program} ${ended.why}; a value has at most ${most} bytes` };
  if (ended.lost) return { unseen: `${program} ${ended.why}; ${provide}` };
  if (ended.code !== 0) return { unseen: `${program} ended with status ${ended.code}; ${provide}` };
  const value = ended.stdout.replace(/\r?\n$/, "");
  return value === "" ? { unseen: `${program} printed nothing; ${provide}` } : { value: Buffer.from(value) };
}

/** Folders of the person's PATH in which no agent can put a program. */
function foldersOfPrograms(writable: readonly Writable[]): string[] {
  return (process.env.PATH ?? "").split(delimiter).filter((folder) => {
    return isAbsolute(folder) && existsSync(folder) && !canChange(folder, writable);
  });
}

/** Where a program is. */
function find(program: string, path: readonly string[], root: string): string | undefined {
  const places = program.includes("/") ? [hostPath(program, root)] : path.map((folder) => join(folder, program));
  return places.find(isProgram);
}

/** Where on this host is what a word may name. One that is none is no agent's either. */
function pathsIn(word: string, root: string): string[] {
  return namedIn(word).map((path) => {
    if (path.startsWith("~/")) return join(homedir(), path.slice(1));
    // Not put together by words: `link/..` is above where the link leads.
    return isAbsolute(path) ? path : `${root}/${path}`;
  });
}

/** Why a path is not trusted: an agent can change it, or what is in it, or could make it where nothing is. */
function canChange(path: string, writable: readonly Writable[]): string | undefined {
  for (let at = path; ; at = dirname(at)) {
    try {
      const real = realpathSync(at);
      const holder = writable.find((directory) => within(real, directory.path));
      return agentCanChange(at, writable) ?? (holder && `is ${holder.what}, where an agent can change it`);
    } catch {
      if (at === dirname(at)) return undefined;
    }
  }
}
