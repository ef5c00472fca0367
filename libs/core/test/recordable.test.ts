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

  it('has names of jobs and roles, and no others', () => {
    expect([toRecordedName('account.erase'), toRecordedName('Ada')]).toEqual([
      'account.erase',
      '[not a name]',
    ]);
  });

  it.each([
    ['https://ada:secret@example.org/x', 'https://example.org/x'],
    ['https://example.org', 'https://example.org'],
    ['no URL', 'no URL'],
  ])('has of %s only %s', (url, recorded) => {
    expect(withoutCredentials(url)).toBe(recorded);
  });
});
