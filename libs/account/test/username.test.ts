import { describe, expect, it } from 'vitest';

import { AccountBadRequestError } from '../src/errors.ts';
import { lengthOf } from '../src/internal/text-length.ts';
import {
  isSameAddress,
  normalizeUsername,
  spellingsOfAddress,
  spellingsOfUsername,
} from '../src/internal/username.ts';

describe(lengthOf, () => {
  it('counts code points', () => {
    expect(lengthOf('a🔑e\u0301')).toBe(4);
  });
});

describe(normalizeUsername, () => {
  it.each([
    ['ada', 'ada'],
    ['7', '7'],
    ['  ada lovelace\t', 'ada lovelace'],
    ['ＡＤＡ', 'ADA'],
    ['e\u0301', '\u00e9'],
    ['🔑'.repeat(255) + 'a', '🔑'.repeat(255) + 'a'],
  ])('stores %j as %j', (username, stored) => {
    expect(normalizeUsername(username)).toBe(stored);
  });

  it.each([
    ['', 'must not be empty'],
    [' \u00a0', 'must not be empty'],
    ['a'.repeat(257), 'must have at most 256 characters'],
    // One letter that NFKC makes eighteen of.
    ['\ufdfa'.repeat(15), 'must have at most 256 characters'],
    ['a\u0000', 'must not have control or invisible characters'],
    ['a\u202eb', 'must not have control or invisible characters'],
    ['a\u2028b', 'must not have control or invisible characters'],
    ['a\u2029b', 'must not have control or invisible characters'],
    ['a\ud800', 'must not have control or invisible characters'],
    ['a\ue000', 'must not have control or invisible characters'],
    ['a\u034fb', 'must not have control or invisible characters'],
    ['a\u2800', 'must not have control or invisible characters'],
    ['a\u2d7f', 'must not have control or invisible characters'],
    ['a\u{16fe4}', 'must not have control or invisible characters'],
    ['a\u{1d159}', 'must not have control or invisible characters'],
    ['-_.', 'must have a letter or a number'],
    ['🔑', 'must have a letter or a number'],
  ])('refuses %j', (username, problem) => {
    const normalize = () => normalizeUsername(username);

    expect(normalize).toThrow(AccountBadRequestError);
    expect(normalize).toThrow(`username ${problem}`);
  });
});

describe(spellingsOfUsername, () => {
  it.each([
    ['ada', ['ada']],
    [' ＡＤＡ', [' ＡＤＡ', 'ADA']],
    ['', []],
    [' ', [' ']],
    ['a'.repeat(256), ['a'.repeat(256)]],
    ['a'.repeat(257), []],
    ['a'.repeat(5_000), []],
    ['\ufdfa'.repeat(15), ['\ufdfa'.repeat(15)]],
  ])('of %j are what may be stored', (username, spellings) => {
    expect(spellingsOfUsername(username)).toEqual(spellings);
  });
});

describe(spellingsOfAddress, () => {
  it.each([
    ['ada@example.org', ['ada@example.org']],
    ['Ada@Example.org', ['Ada@Example.org', 'ada@example.org']],
    ['ada@xn--bcher-kva.example', ['ada@xn--bcher-kva.example', 'ada@bücher.example']],
    ['ada', []],
    ['', []],
  ])('of %j are as typed, as compared, and in Unicode', (address, spellings) => {
    expect(spellingsOfAddress(address)).toEqual(spellings);
  });
});

describe(isSameAddress, () => {
  it.each([
    ['Ada@example.org', 'ada@EXAMPLE.org', true],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example', true],
    ['ada@example.org', 'bob@example.org', false],
    ['ada', 'ada', false],
  ])('says of %s and %s: %s', (username, address, isSame) => {
    expect(isSameAddress(username, address)).toBe(isSame);
  });
});
