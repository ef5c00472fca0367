import { domainToUnicode } from 'node:url';

import { check, isEmailAddress, toEmailKey } from '@org/core';

import { AccountBadRequestError } from '../errors.ts';
import { lengthOf } from './text-length.ts';

/** In Unicode code points. */
export const USERNAME_MAXIMUM_LENGTH = 256;

// The database ignores some other characters, and a name made only of those would escape the unique
// index.
const LETTER_OR_NUMBER = /[\p{L}\p{N}]/u;
const CONTROL_OR_INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/**
 * Letters, marks and symbols that fonts render blank, although Unicode does not call them invisible:
 * an Ogham space, the empty Braille pattern, a Tifinagh joiner, blank hieroglyphs, a Khitan filler, a
 * musical null notehead. Hangul fillers are invisible anyway.
 */
const BLANK = /[\u1680\u2800\u{13441}\u{13442}\u{1d159}]|\u2d7f|\u{16fe4}/u;

/** The stored form of a username: NFKC, without surrounding space. */
export function normalizeUsername(username: string): string {
  const normalized = username.normalize('NFKC').trim();
  const problem = problemOfUsername(normalized);
  if (problem !== undefined) {
    throw AccountBadRequestError.ofField('username', problem);
  }
  return normalized;
}

/**
 * The spellings to look up for a username: as given, because an earlier backend may have stored it
 * like that, and normalised. Empty for a name that no account can have.
 */
export function spellingsOfUsername(username: string): readonly string[] {
  if (check.isOverlong(username, USERNAME_MAXIMUM_LENGTH)) {
    return [];
  }
  const normalized = username.normalize('NFKC').trim();
  return [...new Set([username, normalized])].filter(
    (spelling) => spelling !== '' && lengthOf(spelling) <= USERNAME_MAXIMUM_LENGTH,
  );
}

/** The spellings of usernames that may be this e-mail address; empty for text that is none. */
export function spellingsOfAddress(emailAddress: string): readonly string[] {
  if (!isEmailAddress(emailAddress)) {
    return [];
  }
  const key = toEmailKey(emailAddress);
  const at = key.lastIndexOf('@') + 1;
  const inUnicode = key.slice(0, at) + domainToUnicode(key.slice(at));
  return [...new Set([...spellingsOfUsername(emailAddress), key, inUnicode])];
}

/** Whether the username is this e-mail address, in whatever spelling. */
export function isSameAddress(username: string, emailAddress: string): boolean {
  return isEmailAddress(username) && toEmailKey(username) === toEmailKey(emailAddress);
}

function problemOfUsername(normalized: string): string | undefined {
  if (normalized === '') {
    return 'must not be empty';
  }
  if (lengthOf(normalized) > USERNAME_MAXIMUM_LENGTH) {
    return `must have at most ${USERNAME_MAXIMUM_LENGTH} characters`;
  }
  if (CONTROL_OR_INVISIBLE.test(normalized) || BLANK.test(normalized)) {
    return 'must not have control or invisible characters';
  }
  return LETTER_OR_NUMBER.test(normalized) ? undefined : 'must have a letter or a number';
}
