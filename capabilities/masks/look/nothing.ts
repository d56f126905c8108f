import { ownFile } from "../../../host/own-file.ts";
import type { Writable } from "../../../host/writable.ts";

/** The empty file that lies over masked files. @returns the sentence that says what is wrong with it, where something is */
export function emptyFile(writable: readonly Writable[]): { path: string; id: string } | string {
  return ownFile({ name: "empty", text: "", what: "lies over masked files" }, writable);
}
