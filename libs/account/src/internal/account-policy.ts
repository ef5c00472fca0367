import { AccountBadRequestError } from '../errors.ts';
import type { AccountSettings } from '../types.ts';

// Lengths are in Unicode code points.
const PASSWORD_MAXIMUM_LENGTH = 128;
const USERNAME_MAXIMUM_LENGTH = 256;
const NAME_MAXIMUM_LENGTH = 256;

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
// The database compares some other characters as if they were not there, and a name of nothing but
// those would escape the unique index.
const LETTER_OR_NUMBER = /[\p{L}\p{N}]/u;
const CONTROL_OR_INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** What an account may be called and which password it may have. */
export class AccountPolicy {
  readonly #passwordMinimumLength: number;

  constructor({ passwordMinimumLength = 8 }: AccountSettings = {}) {
    this.#passwordMinimumLength = passwordMinimumLength;
  }

  /**
   * A username in the form in which it is stored and looked up: NFKC, without surrounding space.
   *
   * @throws AccountBadRequestError when it is empty, too long, or has characters that do not show
   */
  static normalizeUsername(username: string): string {
    const normalized = username.normalize('NFKC').trim();
    if (normalized === '') {
      throw new AccountBadRequestError('username must not be empty');
    }
    if (lengthOf(normalized) > USERNAME_MAXIMUM_LENGTH) {
      throw new AccountBadRequestError(
        `username must have at most ${USERNAME_MAXIMUM_LENGTH} characters`,
      );
    }
    if (CONTROL_OR_INVISIBLE.test(normalized)) {
      throw new AccountBadRequestError('username must not have control or invisible characters');
    }
    if (!LETTER_OR_NUMBER.test(normalized)) {
      throw new AccountBadRequestError('username must have a letter or a number');
    }
    return normalized;
  }

  /** @throws AccountBadRequestError when the name is too long or has control characters */
  static checkName(field: 'first_name' | 'last_name', name: string): void {
    if (lengthOf(name) > NAME_MAXIMUM_LENGTH) {
      throw new AccountBadRequestError(
        `${field} must have at most ${NAME_MAXIMUM_LENGTH} characters`,
      );
    }
    if (CONTROL.test(name)) {
      throw new AccountBadRequestError(`${field} must not have control characters`);
    }
  }

  /** @throws AccountBadRequestError when the password is too short or too long */
  checkNewPassword(password: string): void {
    const length = lengthOf(password.normalize('NFKC'));
    if (length < this.#passwordMinimumLength) {
      throw new AccountBadRequestError(
        `password must have at least ${this.#passwordMinimumLength} characters`,
      );
    }
    if (length > PASSWORD_MAXIMUM_LENGTH) {
      throw new AccountBadRequestError(
        `password must have at most ${PASSWORD_MAXIMUM_LENGTH} characters`,
      );
    }
  }
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
