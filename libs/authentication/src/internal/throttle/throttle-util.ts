import { createHash } from 'node:crypto';

import {
  boundPhoneNumber,
  check,
  formatE164,
  mailboxOf,
  parseStoredPhoneNumber,
  toEmailKey,
  toNameKey,
  type PhoneNumber,
} from '@org/core';

import type { LoginNames, ThrottledCodeRecipientParams } from '../../types.ts';

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

/** To whom a code is sent, as counted. */
export interface CodeRecipient {
  readonly kind: 'email' | 'number';
  /** The same for all numbers and addresses that reach the same person. */
  readonly subject: string;
  /** Of failed logins with a code that was sent there, or with the address and a password. */
  readonly loginKey: string;
}

export function toCodeRecipient(recipient: ThrottledCodeRecipientParams): CodeRecipient {
  if ('emailAddress' in recipient) {
    const { emailAddress } = recipient;
    const loginKey = toCounterKey('login-email', toEmailKey(emailAddress));
    return { kind: 'email', subject: mailboxOf(emailAddress), loginKey };
  }
  const subject = normalizePhoneNumber(recipient.phoneNumber);
  return { kind: 'number', subject, loginKey: toCounterKey('login-number', subject) };
}

export function loginKeyOf(username: string): string {
  return toCounterKey('login-name', normalizeName(username));
}

/** Of failed logins by any of these. */
export function loginKeysOf({ username, ...contacts }: LoginNames): readonly string[] {
  const ofName = username ? [loginKeyOf(username)] : [];
  return [...ofName, ...recipientsOf(contacts).map(({ loginKey }) => loginKey)];
}

export function recipientsOf({ emailAddress, phoneNumber }: LoginNames): readonly CodeRecipient[] {
  return [
    ...(emailAddress ? [toCodeRecipient({ emailAddress })] : []),
    ...(phoneNumber ? [toCodeRecipient({ phoneNumber })] : []),
  ];
}

/** Names, numbers and addresses are only counted by, not stored, so a hash is enough. */
export function toCounterKey(kind: string, subject: string): string {
  return `${kind}:${createHash('sha256').update(subject).digest('base64url')}`;
}
