/**
 * Knows one form of password hash that another program stored. A password that it verifies is
 * hashed anew with Argon2id at once, so that each account needs it for one log-in only.
 *
 * @example
 * const sha512Verifier: PasswordVerifier = {
 *   name: 'sha512',
 *   accepts: (hash) => /^sha512:[0-9a-f]{128}$/.test(hash),
 *   verify: async (password, hash) =>
 *     createHash('sha512').update(password).digest('hex') === hash.slice('sha512:'.length),
 * };
 */
export interface PasswordVerifier {
  /** What it is called in messages, such as `bcrypt`. */
  readonly name: string;

  /**
   * Whether the stored hash has this form, is complete, and costs no more than a second or two to
   * compare. Decides from the text alone. A hash that no verifier accepts is a wrong password.
   */
  accepts(hashedPassword: string): boolean;

  /**
   * Whether an accepted hash is this password's. It is called within the limit of passwords that
   * are hashed at a time; costly work belongs off the event loop. An error that it throws fails the
   * log-in.
   *
   * @param password as the client sent it, of any length
   */
  verify(password: string, hashedPassword: string): Promise<boolean>;
}

/** Of a Firebase project: its password hash parameters, as the console shows them. */
export interface FirebaseHashParameters {
  /** In base64. */
  readonly signerKey: string;
  /** In base64. */
  readonly saltSeparator: string;
  /** From 1 to 8. */
  readonly rounds: number;
  /** From 1 to 14. */
  readonly memoryCost: number;
}
