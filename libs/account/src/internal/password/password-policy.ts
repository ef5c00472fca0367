import { toNameKey } from '@org/core';

import { AccountBadRequestError } from '../../errors.ts';
import type { AccountSettings } from '../../types.ts';
import { lengthOf } from '../text-length.ts';
import { PasswordBlocklist } from './password-blocklist.ts';
import { isTooLongPassword, normalizePassword, PASSWORD_MAXIMUM_LENGTH } from './password-text.ts';

const NEITHER_LETTER_NOR_NUMBER = /[^\p{L}\p{N}]/gu;
/** As in `ada2024` or `1ada!`. */
const TRIVIAL_ADDITION = /^\p{N}{0,8}$/u;

/** The new password's field in a request. */
export type PasswordField = 'password' | 'new_password';

/** Which new passwords are allowed. Not applied at login, so that older accounts keep theirs. */
export class PasswordPolicy {
  readonly #minimumLength: number;
  readonly #productWords: readonly string[];
  readonly #blocklist: PasswordBlocklist | undefined;

  constructor(settings: Required<AccountSettings>) {
    const { passwordMinimumLength, productNames, passwordBlocklist } = settings;
    this.#minimumLength = passwordMinimumLength;
    this.#productWords = productNames;
    this.#blocklist = passwordBlocklist ? new PasswordBlocklist(passwordMinimumLength) : undefined;
  }

  /** @throws AccountBadRequestError if it is too short, too long, or easy to guess */
  async checkNewPassword(password: string, field: PasswordField = 'password'): Promise<void> {
    if (isTooLongPassword(password)) {
      refuse(field, `must have at most ${PASSWORD_MAXIMUM_LENGTH} characters`);
    }
    if (lengthOf(normalizePassword(password)) < this.#minimumLength) {
      refuse(field, `must have at least ${this.#minimumLength} characters`);
    }
    if (this.#productWords.some((word) => isBuiltOn(word, password))) {
      refuse(field, 'must not be the name of this product');
    }
    if ((await this.#blocklist?.includes(password)) === true) {
      refuse(field, 'is too common. Please choose another one.');
    }
  }

  /** @throws AccountBadRequestError if the password is the username, or the part before its `@` */
  static checkDiffersFromUsername(
    password: string,
    username: string,
    field: PasswordField = 'password',
  ): void {
    const [localPart = ''] = username.split('@', 1);
    if ([username, localPart].some((word) => isBuiltOn(word, password))) {
      refuse(field, 'must not be the username');
    }
  }
}

/** Whether the password is the word, once or repeated, with only digits and punctuation added. */
function isBuiltOn(word: string, password: string): boolean {
  const squeezedWord = squeeze(word);
  const squeezed = squeeze(password);
  return (
    squeezedWord !== '' &&
    squeezed.includes(squeezedWord) &&
    TRIVIAL_ADDITION.test(squeezed.replaceAll(squeezedWord, ''))
  );
}

function squeeze(text: string): string {
  return toNameKey(text).replaceAll(NEITHER_LETTER_NOR_NUMBER, '');
}

function refuse(field: PasswordField, reason: string): never {
  throw AccountBadRequestError.ofField(field, reason);
}
