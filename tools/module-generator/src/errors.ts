/** A name that no module can have; the message says why and what to do. Nothing was changed. */
export class RefusedNameError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}
