import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStackFile, stackFiles } from "../stack-file/look/stack-files.ts";
import { refuseEngine, WRITE } from "../stack-file/named-engine.ts";
import { Name } from "../stack-file/patterns.ts";
import { shown } from "../stack-file/quoted.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Address } from "../target/engine/address.ts";
import { target } from "../target/target.ts";

/**
 * Where the engine answers that a client lives on: the one that its last `up` from this checkout went to, else the one that its stack file names, else the one of the environment.
 * @throws UserError where that cannot be said
 */
export function engineOf(root: string, client: string): Address {
  return target.find(notedEngine(root, client) ?? namedEngine(root, client));
}

/** The engine that a client's stack file names; nothing where it names none. @throws UserError where nobody could say which it is */
function namedEngine(root: string, client: string): string | undefined {
  const file = stackFiles(root).find((stack) => stack.client === client)?.file;
  if (file === undefined) return undefined;
  let named: unknown;
  try {
    named = readStackFile(root, file).engine;
  } catch {
    // A file with a mistake stops nobody who stops or removes a client; one with this key in it may be of a client that lives elsewhere.
    if (!readFileSync(join(root, file), "utf8").includes("engine")) return undefined;
    throw new UserError(
      2,
      `${file} is not YAML, and has the word engine in it: which engine ${client} lives on is not known. Mend it`,
    );
  }
  if (named === undefined) return undefined;
  const message = typeof named === "string" ? refuseEngine(named) : `${shown(named)} names no engine; ${WRITE}`;
  if (message !== undefined) throw new UserError(2, `${file}: engine: ${message}`);
  return named as string;
}

/** What is said where the environment's DOCKER_HOST is another address than the one that a client lives at: who set it expects to be heard. */
export function describeUnused(client: string, { host }: Address): string | undefined {
  const { DOCKER_HOST } = process.env;
  return DOCKER_HOST && DOCKER_HOST !== host ? `${client} lives at ${host}; DOCKER_HOST is not used` : undefined;
}

/** The engine that an `up` of this checkout brought a client to; nothing where there was no `up`, or that is not noted. */
export function notedEngine(root: string, client: string): string | undefined {
  const note = join(root, NOTES, client);
  // What a person wrote on a command line need be no client's name, and no path leads out of the folder.
  return Name.safeParse(client).success && existsSync(note)
    ? readFileSync(note, "utf8").trim() || undefined
    : undefined;
}

/** Clients that an `up` of this checkout brought somewhere, also without a stack file. */
export function notedClients(root: string): string[] {
  const folder = join(root, NOTES);
  return existsSync(folder) ? readdirSync(folder).filter((name) => Name.safeParse(name).success) : [];
}

/** Notes it, before anything is placed there: what an `up` leaves that does not come to its end is found again. The quick way into a sandbox looks for the note, too (cli/ways/way-in.sh). */
export function noteEngine(root: string, client: string, named: string | undefined, { host }: Address): void {
  // What is reached with certificates of a context's is found again by that alone.
  const note = named ?? (/^(unix|ssh):/.test(host) ? host : undefined);
  if (note === notedEngine(root, client)) return;
  if (note === undefined) {
    forgetEngine(root, client);
    return;
  }
  try {
    mkdirSync(join(root, NOTES), { recursive: true });
    writeFileSync(join(root, NOTES, client), `${note}\n`);
  } catch (error) {
    // That the environment names another engine later is rare, and nothing to refuse everybody for whose checkout cannot be written.
    if (named !== undefined) throw error;
  }
}

/** Once nothing of a client is left on its engine. */
export function forgetEngine(root: string, client: string): void {
  rmSync(join(root, NOTES, client), { force: true });
}

const NOTES = ".state/engines";
