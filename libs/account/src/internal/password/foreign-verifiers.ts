import { createCipheriv, pbkdf2, scrypt, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

import { areSameBytes, check } from '@org/core';

import type { FirebaseHashParameters, PasswordVerifier } from '../../password-verifier.ts';

const derivePbkdf2 = promisify(pbkdf2);
const deriveScrypt = promisify<string, string | Uint8Array, number, ScryptOptions, Buffer>(scrypt);

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const MINIMUM_BCRYPT_COST = 4;
/** A second or two. */
const MAXIMUM_BCRYPT_COST = 14;

/** HMACs, that is iterations for each block of the hash: a second or two. */
const MAXIMUM_PBKDF2_WORK = 3_000_000;

/** Bcrypt: `$2a$`, `$2b$`, and PHP's `$2y$`. It reads 72 bytes of a password. */
export const bcryptVerifier: PasswordVerifier = {
  name: 'bcrypt',
  accepts: (hashedPassword) => {
    const cost = Number(BCRYPT.exec(hashedPassword)?.[1]);
    return cost >= MINIMUM_BCRYPT_COST && cost <= MAXIMUM_BCRYPT_COST;
  },
  verify: async (password, hashedPassword) => {
    // Loaded only once such a hash is found.
    const { compare } = await import('bcrypt');
    // PHP's name for the same algorithm.
    return compare(password, hashedPassword.replace(/^\$2y\$/, '$2b$'));
  },
};

const BETTER_AUTH = /^([0-9a-f]{32}):([0-9a-f]{128})$/;
const BETTER_AUTH_COST = { N: 16_384, r: 16, p: 1, maxmem: 2 * 128 * 16_384 * 16 };
/** In Unicode code points; its default is half of that. */
const BETTER_AUTH_MAXIMUM_LENGTH = 256;

/** Better Auth: `<salt>:<key>` in hex, by scrypt with N = 16384, r = 16, p = 1. */
export const betterAuthVerifier: PasswordVerifier = {
  name: 'better-auth',
  accepts: (hashedPassword) => BETTER_AUTH.test(hashedPassword),
  verify: async (password, hashedPassword) => {
    const [, salt = '', key = ''] = BETTER_AUTH.exec(hashedPassword) ?? [];
    const isComparable = !check.isOverlong(password, BETTER_AUTH_MAXIMUM_LENGTH);
    const normalized = isComparable ? password.normalize('NFKC') : '';
    // The salt is the text, not the bytes that it encodes.
    const derived = await deriveScrypt(normalized, salt, key.length / 2, BETTER_AUTH_COST);
    return areSameBytes(derived, Buffer.from(key, 'hex')) && isComparable;
  },
};

interface Pbkdf2Hash {
  readonly digest: string;
  readonly iterations: number;
  readonly salt: string | Uint8Array;
  readonly key: Uint8Array;
}

const DIGEST_BYTES: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 };

function createPbkdf2Verifier(
  name: string,
  parse: (hashedPassword: string) => Pbkdf2Hash | undefined,
): PasswordVerifier {
  return {
    name,
    accepts: (hashedPassword) => {
      const parsed = parse(hashedPassword);
      return parsed !== undefined && isAffordable(parsed);
    },
    verify: async (password, hashedPassword) => {
      const parsed = parse(hashedPassword);
      if (parsed === undefined) {
        return false;
      }
      const { salt, iterations, key, digest } = parsed;
      return areSameBytes(await derivePbkdf2(password, salt, iterations, key.length, digest), key);
    },
  };
}

function isAffordable({ digest, iterations, key }: Pbkdf2Hash): boolean {
  const blocks = Math.ceil(key.length / (DIGEST_BYTES[digest] ?? 0));
  return iterations >= 1 && iterations * blocks <= MAXIMUM_PBKDF2_WORK;
}

const DJANGO = /^pbkdf2_sha256\$(\d{1,7})\$([^$]{1,128})\$([A-Za-z0-9+/]{43}=)$/;

/** Django's default: `pbkdf2_sha256$<iterations>$<salt>$<key>`. */
export const djangoVerifier = createPbkdf2Verifier('django', (hashedPassword) => {
  const [, iterations, salt, key] = DJANGO.exec(hashedPassword) ?? [];
  return salt === undefined || key === undefined
    ? undefined
    : { digest: 'sha256', iterations: Number(iterations), salt, key: Buffer.from(key, 'base64') };
});

const BASE64 = /^[A-Za-z0-9+/]{60,192}={0,2}$/;
/** A byte 1, then digest, iterations and length of the salt, of four bytes each. */
const ASP_NET_HEADER_BYTES = 13;
const ASP_NET_DIGESTS = ['sha1', 'sha256', 'sha512'];
/** The least that ASP.NET accepts of salt and key. */
const ASP_NET_MINIMUM_BYTES = 16;

/** ASP.NET Core Identity, version 3: base64 of a header, salt and PBKDF2 key. */
export const aspNetIdentityVerifier = createPbkdf2Verifier('asp-net-identity', (hashedPassword) => {
  const bytes = Buffer.from(BASE64.test(hashedPassword) ? hashedPassword : '', 'base64');
  if (bytes.length < ASP_NET_HEADER_BYTES || bytes[0] !== 1) {
    return undefined;
  }
  const digest = ASP_NET_DIGESTS[bytes.readUInt32BE(1)];
  const saltEnd = ASP_NET_HEADER_BYTES + bytes.readUInt32BE(9);
  const [salt, key] = [bytes.subarray(ASP_NET_HEADER_BYTES, saltEnd), bytes.subarray(saltEnd)];
  return digest === undefined || [salt, key].some(({ length }) => length < ASP_NET_MINIMUM_BYTES)
    ? undefined
    : { digest, iterations: bytes.readUInt32BE(5), salt, key };
});

const FIREBASE = /^\$firebase-scrypt\$([\w+/-]{2,128}={0,2})\$([\w+/-]{2,1400}={0,2})$/;
const FIREBASE_KEY_BYTES = 32;

/**
 * Firebase Authentication's own scrypt. Firebase exports `salt` and `passwordHash` of an account;
 * here, its hash is `$firebase-scrypt$<salt>$<passwordHash>`.
 *
 * @example
 * const firebase = createFirebaseVerifier({
 *   signerKey, saltSeparator: 'Bw==', rounds: 8, memoryCost: 14,
 * });
 * AccountService.create({ ..., passwordVerifiers: [...defaultPasswordVerifiers, firebase] });
 *
 * @throws TypeError if a parameter cannot be Firebase's
 */
export function createFirebaseVerifier(parameters: FirebaseHashParameters): PasswordVerifier {
  const { rounds, memoryCost } = parameters;
  const signerKey = Buffer.from(parameters.signerKey, 'base64');
  const saltSeparator = Buffer.from(parameters.saltSeparator, 'base64');
  assertBetween('rounds', rounds, 8);
  assertBetween('memoryCost', memoryCost, 14);
  assertBetween("signerKey's length in bytes", signerKey.length, 1_024);
  const N = 2 ** memoryCost;
  const cost = { N, r: rounds, p: 1, maxmem: 2 * 128 * N * rounds + 1_048_576 };
  return {
    name: 'firebase-scrypt',
    accepts: (hashedPassword) => FIREBASE.test(hashedPassword),
    verify: async (password, hashedPassword) => {
      const [, salt = '', hash = ''] = FIREBASE.exec(hashedPassword) ?? [];
      const salted = Buffer.concat([Buffer.from(salt, 'base64'), saltSeparator]);
      const key = await deriveScrypt(password, salted, FIREBASE_KEY_BYTES, cost);
      const encrypted = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(signerKey);
      return areSameBytes(encrypted, Buffer.from(hash, 'base64'));
    },
  };
}

/** What verifies other programs' hashes unless told otherwise. */
export const defaultPasswordVerifiers: readonly PasswordVerifier[] = [
  bcryptVerifier,
  betterAuthVerifier,
  djangoVerifier,
  aspNetIdentityVerifier,
];

function assertBetween(name: string, value: number, maximum: number): void {
  if (!Number.isInteger(value) || value < 1 || value > maximum) {
    throw new TypeError(`${name} must be an integer from 1 to ${maximum}, not ${value}.`);
  }
}
