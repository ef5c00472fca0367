import { randomBytes } from 'node:crypto';

import type { Credentials, PhoneNumber } from './api-client.ts';

const NUMBER_DIGITS = 8;

/** Says nothing about the username, and is on no list of common ones. */
export const PASSWORD = 'analytical-engine-1843';

let made = 0;

/** A username that nobody else has; an e-mail address, so that mail can be sent to it. */
export function makeCredentials(): Credentials {
  made += 1;
  const unique = randomBytes(4).toString('hex');
  return { username: `user-${made}-${unique}@example.com`, password: PASSWORD };
}

/** A valid Indian mobile number that was not handed out in this process before. */
export function makePhoneNumber(): PhoneNumber {
  made += 1;
  return { country_code: '+91', phone_number: `99${String(made).padStart(NUMBER_DIGITS, '0')}` };
}

/** As messages to it are addressed. */
export function toE164({ country_code, phone_number }: PhoneNumber): string {
  return `${country_code}${phone_number}`;
}
