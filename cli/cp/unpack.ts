import { lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { constants, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ArchiveError, readArchive } from "./archive.ts";

/** What of an archive was not taken, and why. */
export interface LeftOut {
  name: string;
  why: string;
}

/** What came of an archive. */
export interface Unpacked {
  leftOut: LeftOut[];
  /**
   * What in it git takes for a repository, or is led to one by, in names of the archive: its settings and hooks are run by whoever asks git there for anything. A `.git` file leads to any
   * place, and `commondir` has a repository's settings in another one than its HEAD (tried with git 2.39: it ran what they say).
   */
  repositories: string[];
}

/** What an entry counts beside its content: a file system has no room for endless empty files either. */
const ENTRY_BYTES = 4096;

/**
 * Unpacks what a sandbox sends. The archive is not trusted: only files and directories come out of it, no link, device or pipe, with the modes that a person's own
 * new files have and at most the right to execute. They come into a new directory that nobody else may enter, so nothing on the way to them is a link; then the
 * whole is put in its place. What is in that place already is never touched.
 * @param base the name that everything in the archive begins with
 * @param destination where it goes; its directory is there, and no agent can change that
 * @param most bytes that may come in all
 * @throws ArchiveError, or what the file system says; then nothing is left of it
 */
export async function unpack(
  stream: AsyncIterable<Buffer>,
  base: string,
  destination: string,
  most: number,
): Promise<Unpacked> {
  const folder = mkdtempSync(join(dirname(destination), ".agentbox-cp-"));
  try {
    const leftOut: LeftOut[] = [];
    const [heads, stores, pointers] = [new Set<string>(), new Set<string>(), new Set<string>()];
    let bytes = 0;
    const count = (more: number) => {
      bytes += more;
      if (bytes > most) throw new ArchiveError(`it is more than ${most / 2 ** 20}MiB (\`--most\`)`);
    };
    // All that comes is counted, what is left out as well: whoever sends could go on for ever.
    for await (const { entry, content } of readArchive(counted(stream, count))) {
      const { name, kind, executable, secret } = entry;
      const parts = name.replace(/\/$/, "").split("/");
      if (parts[0] !== base || parts.some((part) => part === "" || part === "." || part === ".."))
        throw new ArchiveError(`it has ${JSON.stringify(name)}, which is not below ${JSON.stringify(base)}`);
      // A name that is no text would come out as another.
      if (name.includes("\ufffd")) leftOut.push({ name, why: "its name is no UTF-8" });
      // Whatever lists it would hand its name to the terminal, and many a script would take it for two.
      else if (STEERS.test(name))
        leftOut.push({ name, why: "its name has a control character, or turns what is read" });
      else if (kind === "other") leftOut.push({ name, why: "it is neither a file nor a directory" });
      else if (parts.length > 1 && !isDirectory(join(folder, ...parts.slice(0, -1))))
        leftOut.push({ name, why: "its directory was left out" });
      else if (kind === "directory") {
        count(ENTRY_BYTES);
        if (isCalled(parts, "objects")) stores.add(dirname(parts.join("/")));
        if (!isDirectory(join(folder, ...parts))) mkdirSync(join(folder, ...parts));
      } else {
        count(ENTRY_BYTES);
        const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
        const flags = O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY;
        // What only its owner read is read by nobody else here: a key.
        const mode = (executable ? 0o777 : 0o666) & (secret ? 0o700 : 0o777);
        const file = await open(join(folder, ...parts), flags, mode);
        if (isCalled(parts, "HEAD")) heads.add(dirname(parts.join("/")));
        if (isCalled(parts, "commondir")) stores.add(dirname(parts.join("/")));
        if (isCalled(parts, ".git")) pointers.add(parts.join("/"));
        try {
          for await (const part of content) await file.writeFile(part);
        } finally {
          await file.close();
        }
      }
    }
    const whole = join(folder, base);
    if (isThere(whole)) {
      if (isThere(destination)) throw new ArchiveError(`${destination} came to be meanwhile`);
      renameSync(whole, destination);
    }
    return { leftOut, repositories: [...pointers, ...[...heads].filter((path) => stores.has(path))] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Control characters, and marks of direction: what follows those reads otherwise than it is. */
const STEERS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** Whether a path ends in a name of git's, as file systems compare names that pass over case, and over letters that nobody sees (APFS and HFS+ do). */
function isCalled(parts: readonly string[], name: string): boolean {
  const folded = (text: string) => text.replace(/\p{Default_Ignorable_Code_Point}/gu, "").toLowerCase();
  return folded(parts.at(-1) ?? "") === folded(name);
}

async function* counted(stream: AsyncIterable<Buffer>, count: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const part of stream) {
    count(part.length);
    yield part;
  }
}

/** Whether something is there, a link that leads nowhere as well. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
