import type { DeliveredFiles } from "../../plan/deployed.ts";
import { present } from "../../stack-file/present.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { ALL, type DeliveredFile, describeSource, type PlacedFile, placeOf } from "../delivered.ts";
import { judgeCertificates } from "./certificates.ts";
import { withoutLineEnds } from "./line-ends.ts";
import { type FingerprintKey, fingerprint, lookKey, markOf } from "./look/fingerprint.ts";
import { type Reading, readSource, type SourceWorld } from "./look/source.ts";
import type { SecretSource } from "./source.ts";

/** What the sources of a client's delivered files have, each read once. */
export interface ReadSecrets {
  /** By place: what is delivered. It stays in this program, and goes to the step that delivers by host/handover.ts. */
  values: Map<string, Buffer>;
  fingerprints: Record<string, string>;
  /** Tell whether what lies in the sandbox is what was delivered. */
  marks: Record<string, string>;
  problems: Problem[];
  /** What could not be looked at here, by the place and the reason. */
  unseen: (Problem & { place: string })[];
  warnings: Problem[];
}

/**
 * Reads every secret's source and gives each a fingerprint, so that a rotation is seen without its value. Files of `ca` have to be certificates. A file
 * that an agent could change is refused: replaced by a link, it would deliver any file of the host.
 */
export async function readSecrets(
  files: readonly DeliveredFile[],
  world: SourceWorld,
  key: FingerprintKey,
): Promise<ReadSecrets> {
  const read: ReadSecrets = { values: new Map(), fingerprints: {}, marks: {}, problems: [], unseen: [], warnings: [] };
  const readings = new Map<string, Promise<Reading>>();
  const found = files.flatMap(({ source, ...file }) => {
    if ("text" in source) return [];
    const isSecret = !PUBLIC.includes(file.role);
    // An exported secret is two files of one source, and a program may answer each question differently.
    const name = `${isSecret} ${"encrypted" in source ? file.key : describeSource(source)}`;
    const reading = readings.get(name) ?? readSource(source, file.key, isSecret, world);
    readings.set(name, reading);
    return [{ file: { ...file, source } as DeliveredFile, source, reading }];
  });
  for (const { file, source, reading } of found) {
    const place = placeOf(file);
    const one = await reading;
    if ("unseen" in one) read.unseen.push({ place, path: file.key, message: one.unseen });
    else if ("refused" in one) read.problems.push({ path: file.key, message: one.refused });
    else {
      const value = withoutLineEnds(file.role, one.value);
      const { refused, warning, delivered = value } = judge(file, source, value);
      if (refused !== undefined) read.problems.push({ path: file.key, message: refused });
      if (warning !== undefined) read.warnings.push({ path: file.key, message: warning });
      read.values.set(place, delivered);
      read.fingerprints[place] = fingerprint(key, place, delivered);
      read.marks[place] = markOf(key, place, delivered);
    }
  }
  return { ...read, problems: once(read.problems) };
}

/** Roles whose content is no secret: whoever may read their file decides nothing. */
const PUBLIC: readonly DeliveredFile["role"][] = ["certificates", "dotfile"];

/** What is wrong with a value, what a person should know of it, and what is delivered, where that is not the value as it was read. */
function judge(
  file: DeliveredFile,
  source: SecretSource,
  value: Buffer,
): { refused?: string; warning?: string; delivered?: Buffer } {
  if (file.role === "certificates" && "file" in source) {
    const judged = judgeCertificates(value, source.file, new Date());
    return judged.refused === undefined ? judged : { refused: `${source.file} ${judged.refused}` };
  }
  if (value.length === 0) return { refused: `${describeSource(source)} has nothing but the end of a line` };
  const unfit =
    (file.role === "variable" ? unfitForVariable(value) : undefined) ?? (isSent(file) ? unfitToSend(value) : undefined);
  return unfit === undefined ? {} : { refused: `${describeSource(source)} ${unfit}` };
}

/** What is sent in one line of a protocol: an agent's key in a header, a token in git's, a proxy's password. */
function isSent(file: DeliveredFile): boolean {
  return (
    file.role === "way-out" ||
    (file.role === "git" && file.name === "token") ||
    (file.role === "variable" && file.reader !== ALL)
  );
}

/** Why a value cannot be sent, as the end of a sentence; nothing where it can. */
function unfitToSend(value: Buffer): string | undefined {
  const text = value.toString("utf8");
  if (/\p{Cc}/u.test(text)) return "is more than one line, or has a control character; a key or token is one word";
  return /^\s|\s$/.test(text) ? "has a space at an end; a key or token is one word" : undefined;
}

/** One source with one thing wrong is told once. */
export function once<Told extends Problem>(problems: readonly Told[]): Told[] {
  return problems.filter(
    ({ path, message }, at) => problems.findIndex((other) => other.path === path && other.message === message) === at,
  );
}

/**
 * What is known of the sources that a preview could not look at: of those that an `up` has delivered, what it said of them. So a preview without the secrets shows no
 * rotation where nobody has seen one.
 */
export function asDelivered(
  { unseen, fingerprints, marks }: Pick<ReadSecrets, "unseen" | "fingerprints" | "marks">,
  last: DeliveredFiles | undefined,
): Pick<ReadSecrets, "fingerprints" | "marks"> {
  const of = (said: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(unseen.flatMap(({ place }) => (said[place] === undefined ? [] : [[place, said[place]]])));
  return {
    fingerprints: { ...of(last?.fingerprints), ...fingerprints },
    marks: { ...of(last?.marks), ...marks },
  };
}

/**
 * What is delivered, as it is compared with what lies there later.
 * @param marks of the files whose content is read on the host
 */
export function deliveredFiles(
  files: readonly Pick<PlacedFile, "path" | "source">[],
  owner: string,
  { marks, fingerprints, unseen }: Pick<ReadSecrets, "marks" | "fingerprints" | "unseen">,
  key: FingerprintKey,
): DeliveredFiles {
  const all = files.flatMap(({ path, source }) => {
    if ("text" in source) return [[path, markOf(key, path, Buffer.from(source.text))]];
    // Nobody has delivered it, nor seen it.
    if (marks[path] === undefined && unseen.some(({ place }) => place === path)) return [];
    return [[path, present(marks[path], `the mark of ${path}`)]];
  });
  return { key: lookKey(key).key.toString("hex"), owner, marks: Object.fromEntries(all), fingerprints };
}

/** Bytes: with its name one variable has at most 128 KiB (MAX_ARG_STRLEN, execve(2)); with more of them nothing starts. */
const MOST_IN_A_VARIABLE = 100 * 2 ** 10;

/** Why a value cannot be a variable's, as the end of a sentence; nothing where it can. */
function unfitForVariable(value: Buffer): string | undefined {
  if (value.includes(0)) return "holds a NUL byte, which no variable can; deliver it as a file alone, without export";
  if (value.length > MOST_IN_A_VARIABLE)
    return `has ${value.length} bytes, and a variable at most ${MOST_IN_A_VARIABLE}; deliver it as a file alone, without export`;
  return undefined;
}
