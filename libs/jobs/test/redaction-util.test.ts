import { describe, expect, it } from 'vitest';

import { redactFields } from '../src/internal/redaction-util.ts';

describe(redactFields, () => {
  it.each([
    'password',
    'newPassword',
    'hashed_password',
    'resetToken',
    'SECRET_KEY',
    'otp',
    'apiKey',
  ])('hides the field %s, whatever it holds', (name) => {
    expect(redactFields({ [name]: { value: 1 }, kept: 1 })).toEqual({
      [name]: '[redacted]',
      kept: 1,
    });
  });

  it('looks into lists and objects, and keeps everything else', () => {
    const value = {
      list: [{ token: 't', at: new Date(0) }, 1, null],
      text: 'password',
      flag: true,
    };

    expect(redactFields(value)).toEqual({
      list: [{ token: '[redacted]', at: new Date(0) }, 1, null],
      text: 'password',
      flag: true,
    });
  });

  it('leaves what it is given as it is', () => {
    const value = { token: 't' };
    redactFields(value);

    expect(value).toEqual({ token: 't' });
  });
});
