import { isEmailAddress, mailboxOf } from '@org/core';
import { describe, expect, it } from 'vitest';

describe(isEmailAddress, () => {
  it.each([
    'ada@example.org',
    'ada.lovelace+news@mail.example.org',
    'añа@exämple.org',
    'x@xn--exmple-cua.org',
    `${'a'.repeat(64)}@example.org`,
  ])('takes %j', (text) => {
    expect(isEmailAddress(text)).toBe(true);
  });

  it.each([
    '',
    'ada',
    '@example.org',
    'ada@localhost',
    'ada@example.org.',
    'ada@exa..mple.org',
    'ada@example.org, eve@example.org',
    'Ada <ada@example.org>',
    '"ada"@example.org',
    'ada@example.org\n',
    'a\u200bda@example.org',
    '\u202eada@example.org',
    'a\ud800@example.org',
    `${'a'.repeat(65)}@example.org`,
    `${'ä'.repeat(33)}@example.org`,
    `ada@${'a'.repeat(64)}.org`,
    `a@${'a.'.repeat(125)}example.org`,
    'a@'.repeat(100_000),
  ])('refuses %j', (text) => {
    expect(isEmailAddress(text)).toBe(false);
  });
});

describe(mailboxOf, () => {
  it.each(['ada@exämple.org', 'ADA@EXÄMPLE.ORG', 'ada+1@exämple.org', 'ada@xn--exmple-cua.org'])(
    'is the same for %s',
    (address) => {
      expect(mailboxOf(address)).toBe('ada@xn--exmple-cua.org');
    },
  );

  it.each([
    ['ada@straße.example', 'ada@XN--strae-oqa.example'],
    ['ada@ｅxample.org', 'a\u200bda+1@Example。org'],
    ['müller@exämple.org', 'MÜLLER+x@XN--EXMPLE-CUA.ORG'],
  ])('is the same for %s and %s', (one, other) => {
    expect(mailboxOf(one)).toBe(mailboxOf(other));
  });

  it('tells mailboxes apart', () => {
    expect(mailboxOf('ada@example.org')).not.toBe(mailboxOf('eve@example.org'));
    expect(mailboxOf('+919999999999')).not.toBe(mailboxOf('+919999999998'));
  });
});
