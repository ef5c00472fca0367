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
/** All names that no account can have share one counter; no name is normalised to this. */
const OVERLONG_NAME = '\0';

/** The same for all spellings of a username: varying them gains no extra attempts. */
export function normalizeName(name: string): string {
  return check.isOverlong(name, MAXIMUM_NAME_LENGTH) ? OVERLONG_NAME : toNameKey(name);
}

export function normalizePhoneNumber(phoneNumber: PhoneNumber): string {
  const parsed = parseStoredPhoneNumber(phoneNumber);
  return parsed === undefined
    ? normalizeName(formatE164(boundPhoneNumber(phoneNumber))).replace(/\D/g, '')
    : formatE164(parsed).replace(/\D/g, '');
}

/** Names, numbers and addresses are only counted by, not stored, so a hash is enough. */
export function toCounterKey(kind: string, subject: string): string {
  return `${kind}:${createHash('sha256').update(subject).digest('base64url')}`;
}
