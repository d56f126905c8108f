/** What an archive says of one thing in it. */
export interface Entry {
  /** As the archive has it; nobody has judged it. */
  name: string;
  kind: "file" | "directory" | "other";
  size: number;
  executable: boolean;
  /** Whether its owner alone may read it. */
  secret: boolean;
}

/** What came is no archive that can be trusted to its end. */
export class ArchiveError extends Error {}

const BLOCK = 512;
/** Bytes that the attributes of one entry may have: a path is 4096 at most. */
const MOST_ATTRIBUTES = 2 ** 16;

/**
 * Reads an archive of tar (pax, as GNU tar writes it by `--format=posix`) as it comes. Whoever wrote it is not trusted: sums are compared, and nothing is taken for
 * what it does not say. Each entry's content is handed over in parts, and has to be read to its end before the next entry.
 * @throws ArchiveError where it breaks off or is none
 */
export async function* readArchive(
  stream: AsyncIterable<Buffer>,
): AsyncGenerator<{ entry: Entry; content: AsyncGenerator<Buffer> }> {
  const bytes = new Bytes(stream);
  let attributes: Record<string, string> = {};
  for (;;) {
    const header = await bytes.take(BLOCK);
    if (header.every((byte) => byte === 0)) {
      // The rest is padding. It is read, for whoever writes it waits for a reader.
      await bytes.drain();
      return;
    }
    const { type, size: length, ...found } = readHeader(header);
    if (type === "x" || type === "g") {
      if (length > MOST_ATTRIBUTES) throw new ArchiveError(`attributes of ${length} bytes`);
      const said = await bytes.take(padded(length));
      // Those of the whole archive (`g`) tell nothing that is used here.
      if (type === "x") attributes = readAttributes(said.subarray(0, length));
      continue;
    }
    const size = attributes.size === undefined ? length : decimal(attributes.size);
    if (size === undefined) throw new ArchiveError("an entry without a size");
    const kind = type === "0" || type === "\0" ? "file" : type === "5" ? "directory" : "other";
    const entry: Entry = {
      name: attributes.path ?? found.name,
      kind,
      size,
      executable: found.executable,
      secret: found.secret,
    };
    attributes = {};
    const content = bytes.parts(size);
    yield { entry, content };
    for await (const _ of content);
    await bytes.take(padded(size) - size);
  }
}

const padded = (size: number) => Math.ceil(size / BLOCK) * BLOCK;

function readHeader(header: Buffer): Omit<Entry, "kind"> & { type: string } {
  const text = (from: number, length: number) => {
    const field = header.subarray(from, from + length);
    const end = field.indexOf(0);
    return field.subarray(0, end < 0 ? length : end).toString("utf8");
  };
  const number = (from: number, length: number) => {
    const said = text(from, length).trim();
    // GNU's form for what is too long for the field, and is written as an attribute in this format.
    if (!/^[0-7]*$/.test(said)) throw new ArchiveError("a number that is none");
    return Number.parseInt(said || "0", 8);
  };
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (number(148, 8) !== sum) throw new ArchiveError("a header whose sum is wrong");
  const prefix = text(257, 5) === "ustar" ? text(345, 155) : "";
  return {
    name: prefix ? `${prefix}/${text(0, 100)}` : text(0, 100),
    type: String.fromCharCode(header[156] ?? 0),
    size: number(124, 12),
    executable: (number(100, 8) & 0o100) !== 0,
    secret: (number(100, 8) & 0o077) === 0,
  };
}

/** Records of `LENGTH KEY=VALUE\n`, where the length is of the whole record. */
function readAttributes(said: Buffer): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  for (let at = 0; at < said.length; ) {
    const space = said.indexOf(0x20, at);
    const length = decimal(said.subarray(at, space < 0 ? at : space).toString("latin1")) ?? 0;
    const record = said.subarray(space + 1, at + length).toString("utf8");
    const equals = record.indexOf("=");
    if (length < 5 || at + length > said.length || equals < 1 || !record.endsWith("\n"))
      throw new ArchiveError("attributes that are none");
    found[record.slice(0, equals)] = record.slice(equals + 1, -1);
    at += length;
  }
  return found;
}

/** A number as attributes have it; nothing where it is none. `Number` takes "", "0x10" and "1e3" for some, and other readers do not. */
function decimal(said: string): number | undefined {
  return /^\d{1,15}$/.test(said) ? Number(said) : undefined;
}

/** A stream, as many bytes at a time as are asked for. */
class Bytes {
  private readonly parts_: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.parts_ = stream[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Buffer> {
    const found: Buffer[] = [];
    for await (const part of this.parts(count)) found.push(part);
    return Buffer.concat(found);
  }

  async *parts(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.rest.length === 0) {
        const { value, done } = await this.parts_.next();
        if (done) throw new ArchiveError("it breaks off");
        this.rest = value;
      }
      const part = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(part.length);
      left -= part.length;
      if (part.length > 0) yield part;
    }
  }

  async drain(): Promise<void> {
    this.rest = Buffer.alloc(0);
    while (!(await this.parts_.next()).done);
  }
}
