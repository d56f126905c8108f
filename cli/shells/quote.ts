import { isPlainWord } from "../../stack-file/shell-word.ts";

/** A word for fish, where a backslash means something between these quotes, too. */
export function quoteFish(text: string): string {
  return isPlainWord(text) ? text : `'${text.replace(/[\\']/g, "\\$&")}'`;
}
