import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** Largest index that is read, in bytes: that of Linux with its 90,000 files has 9 MiB. */
const MOST = 64 * 2 ** 20;

/**
 * Which of some files or directories a repository tracks, as its index says (gitformat-index(5), versions 2 to 4). Read here and not by git: git would run programs
 * that the repository's settings name, and the repository is the agent's.
 * @param names paths from the top of the work tree, a byte a letter
 * @returns those that are tracked or hold what is; why it cannot be told, where it cannot
 */
export function tracked(index: Buffer, names: readonly string[]): string[] | string {
  const bytes = read(index);
  if (bytes === undefined) return [];
  if (typeof bytes === "string") return bytes;
  if (bytes.toString("latin1", 0, 4) !== "DIRC") return "its index has another form";
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return `its index has version ${version}`;
  // A hash has 20 bytes, or 32 in a repository of SHA-256; which it is, the settings say. Read with the wrong one, it makes no sense soon.
  const paths = [20, 32].map((hash) => parse(bytes, version, hash)).find((paths) => paths !== undefined);
  if (!paths) return "its index makes no sense";
  if (paths === "split") return "its index is split";
  const all = new Set(paths);
  return names.filter((name) => all.has(name) || paths.some((path) => path.startsWith(`${name}/`)));
}

/** The bytes of an index; nothing where there is none. */
function read(index: Buffer): Buffer | string | undefined {
  let file: number;
  try {
    file = openSync(index, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : `its index cannot be read (${code})`;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return "its index is no file";
    if (stat.size > MOST) return `its index has more than ${MOST / 2 ** 20} MiB`;
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0)).length < 12 ? "its index is cut off" : bytes;
  } finally {
    closeSync(file);
  }
}

/** The paths of an index, sorted as they are there; nothing when the bytes are no index with hashes of this size. */
function parse(bytes: Buffer, version: number, hash: number): string[] | "split" | undefined {
  const count = bytes.readUInt32BE(8);
  const end = bytes.length - hash;
  const paths: string[] = [];
  let at = 12;
  let before = "";
  for (let i = 0; i < count; i++) {
    const start = at;
    at += 40 + hash;
    if (at + 2 > end) return undefined;
    const flags = bytes.readUInt16BE(at);
    at += 2;
    if (version >= 3 && flags & 0x4000) at += 2;
    let kept = 0;
    if (version === 4) {
      // How many bytes of the path before are dropped: seven bits a byte, each further one counting from one more.
      let byte = bytes[at++] ?? 0;
      let drop = byte & 0x7f;
      while (byte & 0x80 && at < end) {
        byte = bytes.readUInt8(at++);
        drop = (drop + 1) * 128 + (byte & 0x7f);
      }
      if (drop > before.length) return undefined;
      kept = before.length - drop;
    }
    const zero = bytes.indexOf(0, at);
    if (zero < 0 || zero >= end) return undefined;
    const path = before.slice(0, kept) + bytes.toString("latin1", at, zero);
    const length = flags & 0xfff;
    if (length < 0xfff && path.length !== length) return undefined;
    // Versions 2 and 3 fill up to a multiple of eight with zeros, at least one.
    at = version === 4 ? zero + 1 : start + Math.ceil((zero + 1 - start) / 8) * 8;
    paths.push(path);
    before = path;
  }
  return bytes.toString("latin1", at, at + 4) === "link" && at < end ? "split" : paths;
}
