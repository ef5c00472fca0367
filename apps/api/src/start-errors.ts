/** The program cannot start; the message says why and what to do. */
export class StartError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
}

/** Startup was abandoned because the process is to stop. */
export class StartAbandonedError extends Error {
  constructor() {
    super('The program was stopped while it was starting.');
    this.name = new.target.name;
  }
}
