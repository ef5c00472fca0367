import { check } from '@org/core';

import { lengthOf } from '../text-length.ts';

/** In Unicode code points, after normalisation. */
export const PASSWORD_MAXIMUM_LENGTH = 128;

/** The same password may be typed as different code points (NIST SP 800-63B-4, 3.1.1.2). */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/** The form of a password that is compared with well-known ones. */
export function foldPassword(password: string): string {
  return normalizePassword(password).toLowerCase();
}

export function isTooLongPassword(password: string): boolean {
  return normalizeWithinLimit(password) === undefined;
}

/** `undefined` if the password is too long; one far too long is not even normalised. */
export function normalizeWithinLimit(password: string): string | undefined {
  if (check.isOverlong(password, PASSWORD_MAXIMUM_LENGTH)) {
    return undefined;
  }
  const normalized = normalizePassword(password);
  return lengthOf(normalized) > PASSWORD_MAXIMUM_LENGTH ? undefined : normalized;
}
