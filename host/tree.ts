import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats } from "node:fs";
import { within } from "../plan/path.ts";
import { printable } from "../stack-file/printable.ts";

/** What a directory lists: a name, and whether it is a directory or a link. */
export interface Entry {
  name: string;
  directory: boolean;
  link: boolean;
}

/** Thrown when a search reaches its bounds: a tree that an agent made may be as large as the disk. */
export class TooMuch extends Error {}

/** Names that one search reads at most: 2 s of it, measured at 2 µs each. */
export const MOST_ENTRIES = 1_000_000;
/** Seconds that one search may take, for file systems that are slow or hang now and then. */
export const MOST_SECONDS = 30;

/**
 * A directory that an agent may write, as the host sees it. Names are bytes (latin1 strings), for they need not be UTF-8. Links are followed
 * only where a caller asks for it, and no file is opened. Paths are relative to it, `""` is the directory itself.
 */
export class Tree {
  private readonly root: string;
  private entries = 0;
  private readonly until = Date.now() + MOST_SECONDS * 1000;

  private readonly most: number;

  /**
   * @param root absolute, with links resolved
   * @param most names that are read at most
   */
  constructor(root: string, most = MOST_ENTRIES) {
    this.most = most;
    this.root = Buffer.from(root).toString("latin1");
  }

  /** The same tree for another search, with bounds of its own. */
  again(): Tree {
    return new Tree(Buffer.from(this.root, "latin1").toString(), this.most);
  }

  /**
   * What a directory holds; nothing where there is none (any more).
   * @throws what the system says of one that cannot be looked into, and TooMuch
   */
  list(at: string): Entry[] {
    const path = this.path(at);
    const found = unlessGone(() => {
      try {
        return readdirSync(path, { withFileTypes: true, encoding: "latin1" as BufferEncoding });
      } catch (error) {
        // Where the file system gives no types, Node asks for each name's type, which works only with names as bytes.
        if ((error as NodeJS.ErrnoException).code !== "ERR_INVALID_ARG_TYPE") throw error;
        return readdirSync(path, { withFileTypes: true, encoding: "buffer" });
      }
    });
    this.count(found?.length ?? 0);
    return (found ?? []).map((entry: Dirent | Dirent<NonSharedBuffer>) => ({
      name: typeof entry.name === "string" ? entry.name : entry.name.toString("latin1"),
      directory: entry.isDirectory(),
      link: entry.isSymbolicLink(),
    }));
  }

  /** What is at a path, not following a link; nothing where nothing is. @throws what the system says of a directory that cannot be passed, and TooMuch */
  look(at: string): Stats | undefined {
    this.count(1);
    return unlessGone(() => lstatSync(this.path(at)));
  }

  /**
   * Where a path leads, with links followed: a relative path in the tree, an absolute one outside of it, or nothing. A link to a name that is longer than any can be leads
   * nowhere. @throws what the system says of a directory on the way that cannot be passed
   */
  resolve(at: string): { inside: string } | { outside: string } | undefined {
    const real = unlessGone(
      () => realpathSync.native(this.path(at), { encoding: "buffer" }).toString("latin1"),
      "ENAMETOOLONG",
    );
    if (real === undefined) return undefined;
    return within(real, this.root) ? { inside: real.slice(this.root.length + 1) } : { outside: real };
  }

  /** The path for system calls. An absolute path is used as it is. */
  path(at: string): Buffer {
    return Buffer.from(at === "" ? this.root : at.startsWith("/") ? at : `${this.root}/${at}`, "latin1");
  }

  private count(more: number): void {
    this.entries += more;
    if (this.entries > this.most)
      throw new TooMuch(`holds more than ${this.most.toLocaleString("en")} files and directories to look at`);
    if (Date.now() > this.until) throw new TooMuch(`could not be looked through in ${MOST_SECONDS} s`);
  }
}

/** A path of bytes as text, where it is UTF-8. */
export function asText(at: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(at, "latin1"));
  } catch {
    return undefined;
  }
}

/** A path of bytes for people: `\x..` for bytes that are no text, and no control characters. */
export function shown(at: string): string {
  const text = asText(at);
  return text === undefined
    ? at.replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`)
    : printable(text);
}

/** Undefined when nothing is there, or a link that leads nowhere. @param more what else the system says of those */
function unlessGone<T>(look: () => T, ...more: string[]): T | undefined {
  try {
    return look();
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP", ...more].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
