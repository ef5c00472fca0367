import { describe, expect, it } from 'vitest';

import { normalizeName, normalizePhoneNumber } from '../src/internal/throttle/throttle-util.ts';

describe(normalizePhoneNumber, () => {
  it.each([
    [{ countryCode: '+91', phoneNumber: '9999999999' }],
    [{ countryCode: '91', phoneNumber: '99999 99999' }],
    [{ countryCode: '+91', phoneNumber: '099999-99999' }],
    [{ countryCode: '+9', phoneNumber: '19999999999' }],
  ])('counts %j alike', (phoneNumber) => {
    expect(normalizePhoneNumber(phoneNumber)).toBe('919999999999');
  });
});

describe(normalizeName, () => {
  it('leaves nothing of what cannot be seen', () => {
    expect(normalizeName(' \u202eA\u00add\u200da\ufe0f\u0000 ')).toBe('ada');
  });
});
