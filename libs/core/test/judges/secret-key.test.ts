import { isUtf8 } from 'node:buffer';
import * as crypto from 'node:crypto';

import { DecryptionFailedError, MINIMUM_SECRET_KEY_BYTES, SecretKey } from '@org/core';
import { Corpus, readVectors, type WycheproofVector } from '@org/harness';
import { afterEach, describe, expect, it, vi } from 'vitest';

vi.mock('node:crypto', { spy: true });

const AES_GCM = 'aes_gcm_test.json';
const HKDF = 'hkdf_sha256_test.json';
const PURPOSE = 'a purpose';
const corpus = new Corpus('wycheproof', [AES_GCM, HKDF]);

/** All texts are hexadecimal, all sizes bits. */
interface AesGcmGroup {
  readonly ivSize: number;
  readonly keySize: number;
  readonly tests: readonly AesGcmVector[];
}

interface AesGcmVector extends WycheproofVector {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}

interface HkdfVector extends WycheproofVector {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
}

/** Why a secret key does not take a vector; undefined if it does. */
type Reason<Vector> = (vector: Vector) => string | undefined;

function sort<Vector>(vectors: readonly Vector[], reasonOf: Reason<Vector>) {
  const taken: Vector[] = [];
  const leftOut: Record<string, number> = {};
  for (const vector of vectors) {
    const reason = reasonOf(vector);
    if (reason === undefined) {
      taken.push(vector);
    } else {
      leftOut[reason] = (leftOut[reason] ?? 0) + 1;
    }
  }
  return { taken, leftOut };
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

afterEach(() => vi.resetAllMocks());

describe.skipIf(corpus.isMissing)(corpus.title("Wycheproof's AES-GCM vectors"), () => {
  const whyNot: Reason<AesGcmVector & Omit<AesGcmGroup, 'tests'>> = ({ keySize, ivSize, aad }) => {
    if (keySize !== 256) {
      return 'a key of fewer than 256 bits';
    }
    if (ivSize !== 96) {
      return 'a nonce of other than 96 bits';
    }
    return aad === '' ? undefined : 'additional data';
  };
  const sorted = () => sort(readVectors<AesGcmGroup>(corpus, AES_GCM), whyNot);
  /** A secret key that derives this one for every purpose. */
  const deriving = (key: string) => {
    vi.mocked(crypto.hkdfSync).mockReturnValue(new Uint8Array(bytes(key)).buffer);
    return SecretKey.create({ current: new Uint8Array(MINIMUM_SECRET_KEY_BYTES) });
  };

  it('are 316, of which a secret key takes 48', () => {
    const { taken, leftOut } = sorted();

    expect(taken).toHaveLength(48);
    expect(leftOut).toEqual({
      'a key of fewer than 256 bits': 211,
      'a nonce of other than 96 bits': 39,
      'additional data': 18,
    });
  });

  it('are opened if they are valid, and only then', () => {
    const wrong = sorted().taken.filter(({ key, iv, tag, ct, msg, result }) => {
      try {
        const opened = deriving(key).decrypt(PURPOSE, bytes(iv + tag + ct));
        return result !== 'valid' || !opened.equals(bytes(msg));
      } catch (error) {
        return result !== 'invalid' || !(error instanceof DecryptionFailedError);
      }
    });

    expect(wrong).toEqual([]);
  });

  it('are made byte by byte, given their nonce', () => {
    const valid = sorted().taken.filter(({ result }) => result === 'valid');
    expect(valid).toHaveLength(21);

    for (const { key, iv, tag, ct, msg, tcId } of valid) {
      vi.mocked<(size: number) => Buffer>(crypto.randomBytes).mockReturnValue(bytes(iv));
      const sealed = deriving(key).encrypt(PURPOSE, bytes(msg));
      expect([tcId, sealed.toString('hex')]).toEqual([tcId, iv + tag + ct]);
    }
  });
});

describe.skipIf(corpus.isMissing)(corpus.title("Wycheproof's HKDF-SHA-256 vectors"), () => {
  const whyNot: Reason<HkdfVector> = ({ result, salt, ikm, info }) => {
    if (result === 'invalid') {
      return 'more output than there can be';
    }
    if (salt !== '') {
      return 'a salt';
    }
    if (bytes(ikm).byteLength < MINIMUM_SECRET_KEY_BYTES) {
      return 'a secret of fewer than 32 bytes';
    }
    return isUtf8(bytes(info)) ? undefined : 'a purpose that is no text';
  };
  const all = () => readVectors<{ readonly tests: readonly HkdfVector[] }>(corpus, HKDF);

  it('are 86, of which a secret key takes 3', () => {
    const { taken, leftOut } = sort(all(), whyNot);

    expect(taken).toHaveLength(3);
    expect(leftOut).toEqual({
      'a purpose that is no text': 5,
      'a salt': 60,
      'a secret of fewer than 32 bytes': 15,
      'more output than there can be': 3,
    });
  });

  it('are the keys that it derives; it derives 32 bytes of any', () => {
    for (const { ikm, info, okm, size } of sort(all(), whyNot).taken) {
      const hkdf = vi.mocked(crypto.hkdfSync);
      hkdf.mockClear();

      SecretKey.create({ current: bytes(ikm) }).hmac(bytes(info).toString(), 'message');

      const [derived] = hkdf.mock.results.map(({ value }) => Buffer.from(value as ArrayBuffer));
      const length = Math.min(size, 32);
      expect(derived).toHaveLength(32);
      expect(derived?.toString('hex', 0, length)).toBe(okm.slice(0, 2 * length));
    }
  });

  it('of fewer than 32 bytes are refused as a secret', () => {
    const short = all().filter(({ ikm }) => bytes(ikm).byteLength < MINIMUM_SECRET_KEY_BYTES);
    expect(short.length).toBeGreaterThan(0);

    for (const { ikm } of short) {
      expect(() => SecretKey.create({ current: bytes(ikm) })).toThrow(RangeError);
    }
  });
});
