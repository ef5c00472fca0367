import { SecretKey } from '@org/core';
import { describe, expect, it } from 'vitest';

import {
  assertUnsubscribeUrlValid,
  createUnsubscribeToken,
  readUnsubscribeToken,
  unsubscribeHeaders,
  unsubscribeUrlWith,
} from '../src/internal/unsubscribe/unsubscribe-link.ts';

const root = Buffer.alloc(32, 1);
const secretKey = SecretKey.create({ current: root });
const subscription = { accountId: '64b00000000000000000000a', topic: 'news' };
const token = createUnsubscribeToken(subscription, secretKey);
const [payload = '', signature = ''] = token.split('.');

describe('the token of a link to unsubscribe', () => {
  it('names account and topic, also after a change of the secret key', () => {
    const changed = SecretKey.create({ current: Buffer.alloc(32, 2), previous: root });

    expect(readUnsubscribeToken(token, secretKey)).toEqual(subscription);
    expect(readUnsubscribeToken(token, changed)).toEqual(subscription);
  });

  it('is good in mails that were sent long ago', () => {
    const sent =
      'WyI2NGIwMDAwMDAwMDAwMDAwMDAwMDAwMGEiLCJuZXdzIl0.ml_Ynkx30gWhh-6EcKxas5v5T_Pm-egao1ZNaoguw1Q';

    expect(readUnsubscribeToken(sent, secretKey)).toEqual(subscription);
  });

  it.each([
    ['nothing', ''],
    ['no signature', payload],
    ['an empty signature', `${payload}.`],
    ['a short signature', `${payload}.${signature.slice(0, 20)}`],
    ['another payload', `${payload.slice(0, -1)}.${signature}`],
    [
      'the signature of another purpose',
      `${payload}.${secretKey.hmac('a', payload).toString('base64url')}`,
    ],
  ])('is refused with %s', (_what, given) => {
    expect(readUnsubscribeToken(given, secretKey)).toBeUndefined();
  });

  it('is refused under another key', () => {
    const stranger = SecretKey.create({ current: Buffer.alloc(32, 2) });

    expect(readUnsubscribeToken(token, stranger)).toBeUndefined();
  });
});

describe('a link to unsubscribe', () => {
  it('is the page’s, whatever else that has', () => {
    expect(unsubscribeUrlWith('a.b', 'https://example.org/off?lang=de&token=x')).toBe(
      'https://example.org/off?lang=de&token=a.b',
    );
  });

  it('is offered by mail programs', () => {
    expect(unsubscribeHeaders('https://example.org/off')).toEqual({
      'List-Unsubscribe': '<https://example.org/off>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  it.each(['http://example.org/off', '/off', '', 'ftp://example.org'])('is not %j', (url) => {
    expect(() => assertUnsubscribeUrlValid(url)).toThrow('unsubscribeUrl must be an https URL.');
  });

  it('may be none, or an https URL', () => {
    assertUnsubscribeUrlValid(undefined);
    assertUnsubscribeUrlValid('https://example.org/off');
  });
});
