import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../host/program.ts";
import { Name } from "../../stack-file/patterns.ts";
import { oneLine } from "../../stack-file/printable.ts";
import { UserError } from "../../stack-file/user-error.ts";
import { renderInclude, sshName, unfitPath } from "./include.ts";

/** Where a checkout has what ssh needs for its clients: a folder each, and the settings. */
export function sshFolder(root: string): string {
  return join(root, ".state/ssh");
}

/** The file that a person's settings include. */
export function includeFile(root: string): string {
  return join(sshFolder(root), "config");
}

/** The line by which they do. */
export function includeLine(root: string): string {
  return `Include "${includeFile(root)}"`;
}

/**
 * Makes a client's keys, where it has none: the person's (`id`), that of the sandbox (`host`), and the one line by which ssh knows that (`known_hosts`). They are there
 * whole or not at all, for this user alone.
 * @returns whether they are new
 * @throws UserError
 */
export async function makeKeys(root: string, client: string): Promise<boolean> {
  const folder = sshFolder(root);
  const unfit = unfitPath(folder);
  if (unfit) throw new UserError(2, unfit);
  const own = join(folder, client);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (existsSync(own)) {
    // ssh takes no key that others may read, whoever copied it here.
    for (const file of ["id", "host"]) chmodSync(join(own, file), 0o600);
    return false;
  }
  const fresh = mkdtempSync(join(folder, ".new-"));
  try {
    for (const file of ["id", "host"]) {
      const args = ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(fresh, file)];
      const end = await runProgram("ssh-keygen", args, { seconds: 30 });
      if (end.lost === "missing")
        throw new UserError(3, "there is no program ssh-keygen on PATH; install OpenSSH's client");
      if (end.code !== 0) throw new UserError(3, `ssh-keygen made no key: ${oneLine(end.stderr) || end.why}`);
    }
    const [type, key] = readFileSync(join(fresh, "host.pub"), "utf8").split(" ");
    writeFileSync(join(fresh, "known_hosts"), `${sshName(client)} ${type} ${key?.trim()}\n`, { mode: 0o600 });
    renameSync(fresh, own);
    return true;
  } catch (error) {
    // Of two that make them at once, one does, and both have them.
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
    return false;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Writes the settings for all clients that have keys. */
export function writeInclude(root: string): void {
  const folder = sshFolder(root);
  const clients = readdirSync(folder)
    .filter((name) => Name.safeParse(name).success && existsSync(join(folder, name, "id")))
    .sort();
  const fresh = join(folder, `.config.${process.pid}`);
  writeFileSync(fresh, renderInclude(root, folder, clients), { mode: 0o600 });
  renameSync(fresh, includeFile(root));
}

/** Removes a client's keys, and takes it out of the settings. @returns whether there were any */
export function removeKeys(root: string, client: string): boolean {
  const own = join(sshFolder(root), client);
  if (!existsSync(own)) return false;
  rmSync(own, { recursive: true });
  writeInclude(root);
  return true;
}
