import { hkdfSync, randomBytes } from 'node:crypto';

import { describe, expect, it, vi } from 'vitest';

import { areSameBytes, DecryptionFailedError, SecretKey } from '@org/core';

vi.mock('node:crypto', { spy: true });

const plaintext = Buffer.from('a private key');

describe(areSameBytes, () => {
  it.each([
    ['secret', 'secret', true],
    ['secret', 'secreT', false],
    ['secret', 'secre', false],
    ['', '', true],
  ])('compares %j with %j: %j', (one, other, areSame) => {
    expect(areSameBytes(Buffer.from(one), Buffer.from(other))).toBe(areSame);
  });
});

describe(SecretKey, () => {
  it('opens what it encrypted for the same purpose', () => {
    const key = SecretKey.create({ current: randomBytes(32) });

    expect(key.decrypt('signing', key.encrypt('signing', plaintext))).toEqual(plaintext);
  });

  it('opens what the previous key encrypted, and encrypts with the current one', () => {
    const previous = randomBytes(32);
    const current = randomBytes(32);
    const sealedBefore = SecretKey.create({ current: previous }).encrypt('signing', plaintext);
    const both = SecretKey.create({ current, previous });

    expect(both.decrypt('signing', sealedBefore)).toEqual(plaintext);
    const sealedNow = both.encrypt('signing', plaintext);
    expect(SecretKey.create({ current }).decrypt('signing', sealedNow)).toEqual(plaintext);
  });

  it('encrypts anew what the previous key had encrypted, and nothing else', () => {
    const previous = randomBytes(32);
    const current = randomBytes(32);
    const sealedBefore = SecretKey.create({ current: previous }).encrypt('signing', plaintext);
    const both = SecretKey.create({ current, previous });

    const sealedNow = both.reencrypt('signing', sealedBefore);

    expect(SecretKey.create({ current }).decrypt('signing', sealedNow!)).toEqual(plaintext);
    expect(both.reencrypt('signing', sealedNow!)).toBeUndefined();
  });

  it('does not open what was encrypted for another purpose', () => {
    const key = SecretKey.create({ current: randomBytes(32) });
    const sealed = key.encrypt('signing', plaintext);

    expect(() => key.decrypt('payload', sealed)).toThrow(DecryptionFailedError);
    expect(() => key.decrypt('payload', sealed)).toThrow(
      expect.objectContaining({
        message: 'No known secret key decrypts this payload.',
        cause: expect.any(Error),
      }),
    );
  });

  it('does not open what was changed, cut or made with an unknown key', () => {
    const key = SecretKey.create({ current: randomBytes(32) });
    const sealed = key.encrypt('signing', plaintext);
    const changed = Buffer.from(sealed);
    changed[changed.length - 1]! ^= 1;
    const stranger = SecretKey.create({ current: randomBytes(32) });

    expect(() => key.decrypt('signing', changed)).toThrow(DecryptionFailedError);
    expect(() => key.decrypt('signing', sealed.subarray(0, 10))).toThrow(DecryptionFailedError);
    expect(() => stranger.decrypt('signing', sealed)).toThrow(DecryptionFailedError);
  });

  it('never encrypts the same text to the same bytes', () => {
    const key = SecretKey.create({ current: randomBytes(32) });

    expect(key.encrypt('signing', plaintext)).not.toEqual(key.encrypt('signing', plaintext));
  });

  it('gives the same HMAC for the same purpose and message only', () => {
    const key = SecretKey.create({ current: randomBytes(32) });
    const stranger = SecretKey.create({ current: randomBytes(32) });

    const mac = key.hmac('codes', 'message');

    expect(mac).toHaveLength(32);
    expect(key.hmac('codes', 'message')).toEqual(mac);
    expect(key.hmac('codes', 'other message')).not.toEqual(mac);
    expect(key.hmac('tokens', 'message')).not.toEqual(mac);
    expect(stranger.hmac('codes', 'message')).not.toEqual(mac);
  });

  it('derives the key of a purpose once', () => {
    const key = SecretKey.create({ current: randomBytes(32), previous: randomBytes(32) });
    vi.mocked(hkdfSync).mockClear();

    key.hmac('digest', 'a message');
    key.hmacs('digest', 'another message');
    key.decrypt('digest', key.encrypt('digest', plaintext));

    expect(hkdfSync).toHaveBeenCalledTimes(2);
  });

  it('gives the HMACs of both keys while one replaces the other', () => {
    const previous = randomBytes(32);
    const current = randomBytes(32);
    const before = SecretKey.create({ current: previous });
    const after = SecretKey.create({ current });
    const both = SecretKey.create({ current, previous });

    expect(both.hmac('codes', 'message')).toEqual(after.hmac('codes', 'message'));
    expect(both.hmacs('codes', 'message')).toEqual([
      after.hmac('codes', 'message'),
      before.hmac('codes', 'message'),
    ]);
  });

  it('refuses a root secret under 32 bytes', () => {
    const short = randomBytes(31);

    expect(() => SecretKey.create({ current: short })).toThrow(/at least 32 bytes/);
    expect(() => SecretKey.create({ current: randomBytes(32), previous: short })).toThrow(
      /at least 32 bytes/,
    );
  });
});
