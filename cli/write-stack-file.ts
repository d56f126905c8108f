import {
  closeSync,
  fchmodSync,
  fchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../stack-file/user-error.ts";

/**
 * Puts a text in a stack file's place: whole, so that no `up` reads half of it, with the mode and the owner of the one before. Where the file is a link, what it leads to is replaced.
 * @param file below the project
 * @param before what the text was made of; nothing where there was no file
 * @throws UserError where somebody has changed the file meanwhile
 */
export function writeStackFile(root: string, file: string, before: string | undefined, after: string): void {
  const named = join(root, file);
  const there = statSync(named, { throwIfNoEntry: false });
  const path = there ? realpathSync(named) : named;
  if ((there ? readFileSync(path, "utf8") : undefined) !== before)
    throw new UserError(2, `${file} was changed meanwhile; nothing was changed here. Run the command again`);
  mkdirSync(dirname(path), { recursive: true });
  // A name that stacks/ takes for no client's. `wx` opens nothing that somebody has put there, which stays theirs.
  const beside = join(dirname(path), `.${process.pid}.next`);
  const opened = openSync(beside, "wx", there ? 0o600 : 0o666);
  try {
    writeFileSync(opened, after);
    if (there) {
      // root's edit leaves the file to whoever has it. By what is open, for the name may have become a link to another's file.
      if (process.geteuid?.() === 0) fchownSync(opened, there.uid, there.gid);
      fchmodSync(opened, there.mode);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(opened);
  }
}
