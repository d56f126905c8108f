import { UserError } from "../../stack-file/user-error.ts";

/** The engine cannot be used; the message says what was tried, and what to do. */
export class EngineError extends UserError {
  /** The status of the engine's answer, if there was an answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(3, message);
    this.status = status;
  }
}
