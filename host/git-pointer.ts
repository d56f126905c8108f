import { readSmall } from "./read-small.ts";
import { asText } from "./tree.ts";

/** A path that a small file of git says, as text. */
export function pathIn(file: string, form: RegExp): string | undefined {
  const said = form.exec(readSmall(file) ?? "")?.[1];
  const text = said === undefined ? undefined : asText(said);
  return text?.includes("\0") ? undefined : text;
}
