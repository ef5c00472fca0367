import { SecretKey } from '@org/core';
import { describe, expect, it } from 'vitest';

import {
  deriveSecret,
  findCurrentSecret,
  formatSessionToken,
  hashSecret,
  isGenuine,
  parseSessionToken,
} from '../src/internal/session/session-token-util.ts';

const id = '64b00000000000000000000a';
const secret = 'x'.repeat(43);
const root = Buffer.alloc(32, 1);
const secretKey = SecretKey.create({ current: root });
const other = SecretKey.create({ current: Buffer.alloc(32, 2), previous: root });
const stranger = SecretKey.create({ current: Buffer.alloc(32, 3) });
const family = { id, salt: 'salt', transport: 'token' } as const;

/** As it is stored after two exchanges of its token. */
function sessionOf(transport: 'token' | 'cookie') {
  const hashAt = (generation: number) =>
    hashSecret(deriveSecret(secretKey, { ...family, transport }, generation), transport);
  const stored = { generation: 2, currentHash: hashAt(2), previousHash: hashAt(1) };
  return { ...family, transport, ...stored } as never;
}
const tokenAt = (generation: number, key = secretKey) => ({
  sessionId: id,
  generation,
  secret: deriveSecret(key, family, generation),
});

describe('a refresh token', () => {
  it.each([0, 7, 10, 999_999_999])('is read as it was written, of generation %i', (generation) => {
    const token = { sessionId: id, generation, secret };

    expect(formatSessionToken(token)).toBe(`${id}.${generation}.${secret}`);
    expect(parseSessionToken(formatSessionToken(token))).toEqual(token);
  });

  it.each([
    ['nothing', ''],
    ['no generation', `${id}.${secret}`],
    ['a generation with a zero before it', `${id}.01.${secret}`],
    ['a generation of ten digits', `${id}.1000000000.${secret}`],
    ['a generation that is no number', `${id}.x.${secret}`],
    ['a short id', `${id.slice(1)}.0.${secret}`],
    ['an id in capitals', `${id.toUpperCase()}.0.${secret}`],
    ['a short secret', `${id}.0.${secret.slice(1)}`],
    ['a long secret', `${id}.0.${secret}x`],
    ['a secret with other characters', `${id}.0.${'+'.repeat(43)}`],
    ['something before it', `x${id}.0.${secret}`],
    ['something after it', `${id}.0.${secret}\n`],
  ])('is none with %s', (_what, token) => {
    expect(parseSessionToken(token)).toBeUndefined();
  });
});

describe('the secret of a session', () => {
  it('differs by session, generation, salt, transport and key', () => {
    const secrets = [
      deriveSecret(secretKey, family, 1),
      deriveSecret(secretKey, family, 2),
      deriveSecret(secretKey, { ...family, id: '64b00000000000000000000b' }, 1),
      deriveSecret(secretKey, { ...family, salt: 'other' }, 1),
      deriveSecret(secretKey, { ...family, transport: 'cookie' }, 1),
      deriveSecret(stranger, family, 1),
    ];

    expect(new Set(secrets).size).toBe(secrets.length);
    expect(secrets).toEqual(secrets.map(() => expect.stringMatching(/^[\w-]{43}$/)));
  });

  it('is stored as a hash, which is another for a cookie', () => {
    expect(hashSecret(secret, 'token')).toMatch(/^[\w-]{43}$/);
    expect(hashSecret(secret, 'cookie')).toMatch(/^[\w-]{43}$/);
    expect(hashSecret(secret, 'cookie')).not.toBe(hashSecret(secret, 'token'));
  });

  it.each(['token', 'cookie'] as const)('of a %s is found under any known key', (transport) => {
    const session = sessionOf(transport);
    const current = deriveSecret(secretKey, { ...family, transport }, 2);

    expect(findCurrentSecret(secretKey, session)).toBe(current);
    expect(findCurrentSecret(other, session)).toBe(current);
    expect(findCurrentSecret(stranger, session)).toBeUndefined();
  });
});

describe(isGenuine, () => {
  const session = sessionOf('token');

  it.each([0, 1, 2, 3])('accepts what was issued, of generation %i', (generation) => {
    expect(isGenuine(secretKey, session, tokenAt(generation))).toBe(true);
    expect(isGenuine(other, session, tokenAt(generation))).toBe(true);
  });

  it.each([
    [0, false],
    [1, true],
    [2, true],
    [3, false],
  ])('accepts by its hash alone, of generation %i: %s', (generation, isAccepted) => {
    expect(isGenuine(stranger, session, tokenAt(generation))).toBe(isAccepted);
  });

  it.each([0, 1, 2])('refuses a forged secret of generation %i', (generation) => {
    expect(isGenuine(secretKey, session, { ...tokenAt(generation), secret })).toBe(false);
    expect(isGenuine(secretKey, session, tokenAt(generation, stranger))).toBe(false);
  });

  it('refuses the secret of another generation', () => {
    const { secret: ofNext } = tokenAt(2);

    expect(isGenuine(secretKey, session, { ...tokenAt(1), secret: ofNext })).toBe(false);
  });
});
