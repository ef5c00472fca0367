/** The operator's request failed; the message says why, in one line. */
export class CommandFailedError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
}
