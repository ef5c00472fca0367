import { describe, expect, it } from 'vitest';

import {
  normalizeName,
  normalizePhoneNumber,
  toCodeRecipient,
  toCounterKey,
} from '../src/internal/throttle/throttle-util.ts';

describe(normalizePhoneNumber, () => {
  it.each([
    [{ countryCode: '+91', phoneNumber: '9999999999' }],
    [{ countryCode: '91', phoneNumber: '99999 99999' }],
    [{ countryCode: '+91', phoneNumber: '099999-99999' }],
    [{ countryCode: '+9', phoneNumber: '19999999999' }],
  ])('counts %j alike', (phoneNumber) => {
    expect(normalizePhoneNumber(phoneNumber)).toBe('919999999999');
  });

  it('counts what is no number by its digits', () => {
    expect(normalizePhoneNumber({ countryCode: '+91', phoneNumber: '1-2 x３' })).toBe('91123');
  });
});

describe(normalizeName, () => {
  it('leaves nothing of what cannot be seen', () => {
    expect(normalizeName(' \u202eA\u00add\u200da\ufe0f\u0000 ')).toBe('ada');
  });

  it('has one counter for all names that are too long, which is nobody’s', () => {
    const counter = normalizeName('a'.repeat(1_025));

    expect(counter).toBe(normalizeName('b'.repeat(5_000)));
    expect(normalizeName(counter)).not.toBe(counter);
    expect(normalizeName('a'.repeat(1_024))).toBe('a'.repeat(1_024));
  });
});

describe(toCounterKey, () => {
  it('has the kind, and the subject as a hash', () => {
    expect(toCounterKey('login-source', '192.0.2.1')).toMatch(/^login-source:[\w-]{43}$/);
    expect(toCounterKey('a', 'b')).not.toBe(toCounterKey('a', 'c'));
  });
});

describe(toCodeRecipient, () => {
  it('is the person that an address reaches, and the log-in by it', () => {
    expect(toCodeRecipient({ emailAddress: 'Ada+shop@Example.org' })).toEqual({
      kind: 'email',
      subject: toCodeRecipient({ emailAddress: 'ada@example.org' }).subject,
      loginKey: toCounterKey('login-email', 'ada+shop@example.org'),
    });
  });

  it('is a number, however it is split', () => {
    const phoneNumber = { countryCode: '+9', phoneNumber: '19999999999' };

    expect(toCodeRecipient({ phoneNumber })).toEqual({
      kind: 'number',
      subject: '919999999999',
      loginKey: toCounterKey('login-number', '919999999999'),
    });
  });
});
