import { describe, expect, it } from 'vitest';

import { presentableName } from '../../src/internal/topic/person-name.ts';
import { MessageRenderer } from '../../src/internal/topic/rendering.ts';

const messages = new MessageRenderer();

const attacks = [
  'claim your refund at https://evil.example/x',
  'http:// evil',
  'evil.example',
  'www.evil.example',
  't.co',
  'see evil.example now',
  'xn--e1awd7f.example',
  'пример.рф',
  'evil．example',
  'evil。example',
  'https：／／evil',
  '//evil',
  'eve@evil',
  '@eve',
  '#refund',
  'call +1 900 555 0100',
  'call 0900 555',
  'call ٠٩٠٠',
  '<b>Ada</b>',
  '<script>',
  '[Ada](evil)',
  '**Ada**',
  '`Ada`',
  'Ada & Eve',
  'Ada\r\nBcc: eve',
  'Ada\nEve',
  'Ada\u2028Eve',
  'Ada\tEve',
  'Ada\0',
  '\u202eadA',
  'A\u2066da',
  'A\u200bda',
  'A\u3164da',
  'A\ud800da',
  'Ada, your account was locked, call us',
  'Your account was locked so please call our support team',
  'Ada!',
  'Ada 🎉',
  'A'.repeat(41),
  'ﷺﷺﷺ',
  'A\u0300'.repeat(10_000),
  '',
  ' ',
  '.',
  '-',
];

const names = [
  'Ada',
  'Ada Lovelace',
  "Ada O'Neil",
  'D’Artagnan',
  'Jean-Luc',
  'Dr. Ada',
  'Martin Jr.',
  'Zoë',
  'Žofie',
  'अदिति',
  'محمد',
  '愛子',
  'Αδα',
];

describe(presentableName, () => {
  it.each(names)('keeps %j', (name) => {
    expect(presentableName(name)).toBe(name);
    expect(presentableName(` ${name} `)).toBe(name);
  });

  it('keeps 40 characters, as typed', () => {
    expect(presentableName('A'.repeat(40))).toBe('A'.repeat(40));
    // Normalised, it is shorter.
    expect(presentableName('e\u0301'.repeat(21))).toBe('');
  });

  it.each(attacks)('leaves %j out', (name) => {
    expect(presentableName(name)).toBe('');
  });
});

describe('a message', () => {
  const passwordResetLink = 'https://app.example.org/accounts/1/reset_password?token=abc';

  it.each(attacks)('greets nobody as %j, in text or HTML', (firstName) => {
    const { text, html } = messages.renderEmail('password-reset', {
      firstName,
      username: 'ada@example.org',
      passwordResetLink,
    });

    expect(text).toMatch(/^Hello,\n/);
    expect(html).toContain('>Hello,<');
  });

  it.each(['password-changed', 'refresh-token-reused', 'account-deleted'])(
    'of %s has no word of the account’s on any channel',
    (topic) => {
      const repetition = { times: 3, since: new Date() };
      const render = (data: object) => [
        messages.renderEmail(topic, data, { repetition }),
        topic === 'account-deleted' ? '' : messages.renderPush(topic, data, { repetition }),
        messages.renderSms(topic, data, { repetition }),
      ];
      const restorableUntil = '2026-02-01T09:30:00.000Z';
      // As a version before this one queued it.
      const earlier = { firstName: 'Eve', lastName: 'Evil', username: 'eve', restorableUntil };

      expect(render(earlier)).toEqual(render({ restorableUntil }));
    },
  );
});
