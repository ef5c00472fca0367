import { describe, expect, it } from 'vitest';

import { parseStoredPhoneNumber } from '@org/core';

describe(parseStoredPhoneNumber, () => {
  it.each([
    ['+91', '9999977001'],
    ['91', '99999 77001'],
    ['IN', '9999977001'],
    ['in', '09999977001'],
    ['', '+919999977001'],
    ['+91', '+919999977001'],
    ['0091', '9999977001'],
    ['', '00919999977001'],
    ['', '919999977001'],
    ['(91)', '9999977001'],
    ['+91-', '9999977001'],
    ['', 'tel:+919999977001'],
    ['', '+91 99999-77001'],
    ['9', '19999977001'],
    ['+91', `99999${'-'.repeat(27)}77001`],
    ['\uff0b91', '\u096f\u096f\u096f\u096f\u096f\u096d\u096d\u0966\u0966\u0967'],
  ])('reads {%j, %j}', (countryCode, phoneNumber) => {
    expect(parseStoredPhoneNumber({ countryCode, phoneNumber })).toEqual({
      countryCode: '+91',
      phoneNumber: '9999977001',
    });
  });

  it.each([
    ['', ''],
    ['+91', '99'],
    ['+91', 'call me'],
    ['+999', '9999999999'],
    ['', '0'.repeat(39)],
    ['', '15123456789'],
    ['+91', `99999${'-'.repeat(28)}77001`],
    ['-', '15123456789'],
    ['9'.repeat(20_000), '9'.repeat(20_000)],
  ])('gives nothing for what is no number, however it is read', (countryCode, phoneNumber) => {
    expect(parseStoredPhoneNumber({ countryCode, phoneNumber })).toBeUndefined();
  });
});
