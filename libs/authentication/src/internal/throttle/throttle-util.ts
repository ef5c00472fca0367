import { createHash } from 'node:crypto';

import {
  boundPhoneNumber,
  check,
  formatE164,
  parseStoredPhoneNumber,
  toNameKey,
  type PhoneNumber,
} from '@org/core';

const MAXIMUM_NAME_LENGTH = 256;
/** All names that no account can have are counted as one; no name is normalised to it. */
const OVERLONG_NAME = '\0';

/** What all spellings of one username have in common: who varies them gains no tries by it. */
export function normalizeName(name: string): string {
  return check.isOverlong(name, MAXIMUM_NAME_LENGTH) ? OVERLONG_NAME : toNameKey(name);
}

export function normalizePhoneNumber(phoneNumber: PhoneNumber): string {
  const parsed = parseStoredPhoneNumber(phoneNumber);
  return parsed === undefined
    ? normalizeName(formatE164(boundPhoneNumber(phoneNumber))).replace(/\D/g, '')
    : formatE164(parsed).replace(/\D/g, '');
}

/** Names, numbers and addresses are counted by, not stored: the hash does for that. */
export function toCounterKey(kind: string, subject: string): string {
  return `${kind}:${createHash('sha256').update(subject).digest('base64url')}`;
}
