import { describe, expect, it } from 'vitest';

import {
  toCanonicalId,
  toRecordedId,
  toRecordedName,
  withoutCredentials,
} from '../src/recordable.ts';

const id = '64b00000000000000000000a';

describe('what records say of what operators give', () => {
  it('has ids as stored, and nothing in their place', () => {
    expect([toCanonicalId(id.toUpperCase()), toRecordedId(id.toUpperCase())]).toEqual([id, id]);
    expect([toCanonicalId('Ada'), toRecordedId('Ada')]).toEqual(['Ada', '']);
  });

  it.each([`${id}0`, id.slice(1), ` ${id}`, `g${id.slice(1)}`, ''])('has no id in %j', (text) => {
    expect([toCanonicalId(text), toRecordedId(text)]).toEqual([text, '']);
  });

  it.each(['a', 'a-1.b', 'x'.repeat(100)])('has the name %s', (name) => {
    expect(toRecordedName(name)).toBe(name);
  });

  it.each(['', 'x'.repeat(101), 'ada lovelace', 'a\n', '\na'])('has no name in %j', (text) => {
    expect(toRecordedName(text)).toBe('[not a name]');
  });

  it('has names of jobs and roles, and no others', () => {
    expect([toRecordedName('account.erase'), toRecordedName('Ada')]).toEqual([
      'account.erase',
      '[not a name]',
    ]);
  });

  it.each([
    ['https://ada:secret@example.org/x', 'https://example.org/x'],
    ['https://ada@example.org/x', 'https://example.org/x'],
    ['https://:secret@example.org/x', 'https://example.org/x'],
    ['https://example.org', 'https://example.org'],
    ['no URL', 'no URL'],
  ])('has of %s only %s', (url, recorded) => {
    expect(withoutCredentials(url)).toBe(recorded);
  });
});
