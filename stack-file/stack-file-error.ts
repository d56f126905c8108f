import { UserError } from "./user-error.ts";

/** A stack's file cannot be read; the message names it. */
export class StackFileError extends UserError {
  readonly file: string;
  /** What is wrong with it, as the rest of a sentence about the file. */
  readonly why: string;

  constructor(file: string, why: string, more = "") {
    super(2, `${file} ${why}${more}`);
    this.file = file;
    this.why = why;
  }
}
