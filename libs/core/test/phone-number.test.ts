import { describe, expect, it } from 'vitest';

import {
  boundPhoneNumber,
  describePhoneNumber,
  findCountryCallingCode,
  formatE164,
  isServedPhoneNumber,
  parseE164,
  parsePhoneNumber,
} from '@org/core';
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' };

/** In ASCII's digits. */
function callingCode(countryCode: string): string {
  return countryCode.replace(/\D+/gu, '') || '91';
}

describe(parsePhoneNumber, () => {
  it.each([
    ['+91', '9999999999', '9999999999'],
    ['91', '99999 99999', '9999999999'],
    ['+1', '(415) 555-2671', '4155552671'],
    ['+44', '020 7946 0018', '2079460018'],
    ['+39', '06 698 12345', '0669812345'],
    ['\uff0b91', '9999999999', '9999999999'],
    ['+\u096f\u0967', '\u096f'.repeat(10), '9999999999'],
    ['+91', '\u0669'.repeat(10), '9999999999'],
    [' +91\t', '  9999999999 ', '9999999999'],
    [`${' '.repeat(157)}+91`, `${' '.repeat(150)}9999999999`, '9999999999'],
    ['+91', `99999${'-'.repeat(30)}99999`, '9999999999'],
  ])('normalises %s %s', (countryCode, phoneNumber, expected) => {
    expect(parsePhoneNumber({ countryCode, phoneNumber })).toEqual({
      countryCode: `+${callingCode(countryCode)}`,
      phoneNumber: expected,
    });
  });

  it.each([
    ['+91', '12345', 'too short'],
    ['+91', '99999999999999', 'too long'],
    ['+999', '9999999999', 'no such country code'],
    ['IN', '9999999999', 'a country code that is no calling code'],
    ['', '9999999999', 'no country code'],
    ['+91', '', 'no number'],
    ['+91', 'call me', 'no digits'],
    ['+91', '+1 415 555 2671', 'a number of another country'],
    ['+91', '+91 9999999999', 'the country code again'],
    ['+91', '9999999999 ext. 7', 'an extension'],
    ['+91', '$ne', 'an operator'],
    [`${' '.repeat(158)}+91`, '9999999999', 'too many blanks before the code'],
    ['+91', `${' '.repeat(151)}9999999999`, 'too many blanks before the number'],
    ['+91', `99999${'-'.repeat(31)}99999`, 'too many signs between'],
    ['+91', 'call 9999999999', 'a number within a text'],
  ])('refuses %s %s: %s', (countryCode, phoneNumber) => {
    expect(parsePhoneNumber({ countryCode, phoneNumber })).toBeUndefined();
  });

  it('refuses an endless number', () => {
    const phoneNumber = '9'.repeat(60_000);

    expect(parsePhoneNumber({ countryCode: '+91', phoneNumber })).toBeUndefined();
  });
});

describe(formatE164, () => {
  it('joins both parts', () => {
    expect(formatE164({ countryCode: '+91', phoneNumber: '9999999999' })).toBe('+919999999999');
  });
});

describe(parseE164, () => {
  it('splits a number at its calling code', () => {
    expect(parseE164('+919999999999')).toEqual({ countryCode: '+91', phoneNumber: '9999999999' });
    expect(parseE164('+14155552671')).toEqual({ countryCode: '+1', phoneNumber: '4155552671' });
  });

  it.each(['9999999999', '+91 9999999999', '+0', '', '+919999999999 ext. 1', '+91123'])(
    'gives nothing for %j',
    (text) => {
      expect(parseE164(text)).toBeUndefined();
    },
  );
});

describe(describePhoneNumber, () => {
  // They share their ranges with the larger one.
  const UNTOLD: Readonly<Record<string, string>> = {
    AX: 'FI',
    BL: 'GP',
    CC: 'AU',
    CX: 'AU',
    EH: 'MA',
    IM: 'GB',
    MF: 'GP',
    SJ: 'NO',
    VA: 'IT',
  };

  it.each(Object.entries(examples))('takes a usual mobile number of %s', (country, phoneNumber) => {
    const countryCode = findCountryCallingCode(country) ?? '';
    const parsed = parsePhoneNumber({ countryCode, phoneNumber });

    expect(parsed && describePhoneNumber(parsed)).toEqual({
      country: UNTOLD[country] ?? country,
      cost: 'usual',
    });
  });

  it.each([
    ['US', '+1', '4155552671', 'US'],
    ['CA', '+1', '5062345678', 'CA'],
    ['JM', '+1', '8762101234', 'JM'],
    ['PR', '+1', '7872345678', 'PR'],
    ['GB', '+44', '7400123456', 'GB'],
    ['a satellite', '+881', '612345678', undefined],
  ])(
    'tells the country %s from others of its calling code',
    (_where, countryCode, phoneNumber, country) => {
      expect(describePhoneNumber({ countryCode, phoneNumber }).country).toBe(country);
    },
  );
});

describe(boundPhoneNumber, () => {
  it('gives the number itself, or an empty one', () => {
    const number = { countryCode: '9'.repeat(160), phoneNumber: '9'.repeat(160) };
    const none = { countryCode: '', phoneNumber: '' };

    expect(boundPhoneNumber(number)).toBe(number);
    expect(boundPhoneNumber({ ...number, countryCode: '9'.repeat(161) })).toEqual(none);
    expect(boundPhoneNumber({ ...number, phoneNumber: '9'.repeat(161) })).toEqual(none);
  });
});

describe(isServedPhoneNumber, () => {
  const indian = { countryCode: '+91', phoneNumber: '9999999999' };
  const satellite = { countryCode: '+881', phoneNumber: '612345678' };

  it.each([
    ['premium', 'premium rate', '+1', '9002345678'],
    ['special', 'toll-free', '+1', '8002345678'],
    ['special', 'shared cost', '+33', '810123456'],
    ['special', 'a pager', '+44', '7640123456'],
    ['special', 'a voice mailbox', '+353', '8551234567'],
    ['special', 'a universal access number', '+44', '5512345678'],
  ] as const)('serves no %s number: %s', (cost, _kind, countryCode, phoneNumber) => {
    const number = { countryCode, phoneNumber };

    expect(describePhoneNumber(number).cost).toBe(cost);
    expect(isServedPhoneNumber(number)).toBe(false);
    expect(isServedPhoneNumber(number, [describePhoneNumber(number).country!])).toBe(false);
  });

  it('serves every country, and numbers without one, unless some are named', () => {
    expect(isServedPhoneNumber(indian)).toBe(true);
    expect(isServedPhoneNumber(satellite)).toBe(true);
    expect(isServedPhoneNumber(indian, ['DE', 'IN'])).toBe(true);
    expect(isServedPhoneNumber(indian, ['DE'])).toBe(false);
    expect(isServedPhoneNumber(indian, [])).toBe(false);
    expect(isServedPhoneNumber(satellite, ['IN'])).toBe(false);
  });

  it('takes what is no number for one without a country', () => {
    const none = { countryCode: '', phoneNumber: '' };

    expect(describePhoneNumber(none)).toEqual({ country: undefined, cost: 'usual' });
  });
});

describe(findCountryCallingCode, () => {
  it('knows the countries of ISO 3166-1', () => {
    expect(['IN', 'DE', 'US', 'CA'].map(findCountryCallingCode)).toEqual([
      '+91',
      '+49',
      '+1',
      '+1',
    ]);
    expect(['XX', 'in', '', 'India'].map(findCountryCallingCode)).toEqual(Array(4).fill(undefined));
  });
});
