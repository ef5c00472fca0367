import { DecryptionFailedError, type SecretKey } from '@org/core';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from 'jose';

import { SigningKeyUnusableError } from '../../errors.ts';
import type { PublicJsonWebKey } from '../../types.ts';
import {
  SigningKeyModel,
  type SigningKeyDocument,
  type SigningKeyState,
} from './store/signing-key-model.ts';

export const SIGNATURE_ALGORITHM = 'EdDSA';

/** Purpose under which private keys are encrypted. */
export const SIGNING_KEY_PURPOSE = 'access token signing key';

export interface SigningKey {
  /** `kid` in the header of its tokens: the key's thumbprint (RFC 7638). */
  readonly keyId: string;
  readonly state: SigningKeyState;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJsonWebKey: PublicJsonWebKey;
}

/** A new Ed25519 key as stored. */
export type EncryptedSigningKey = Pick<SigningKeyDocument, 'key_id' | 'encrypted_private_key'>;

type PrivateJsonWebKey = Required<Pick<JWK, 'kty' | 'crv' | 'x' | 'd'>>;

export async function generateSigningKey(secretKey: SecretKey): Promise<EncryptedSigningKey> {
  const { privateKey } = await generateKeyPair(SIGNATURE_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const encrypted = secretKey.encrypt(SIGNING_KEY_PURPOSE, Buffer.from(JSON.stringify(jwk)));
  return { key_id: await calculateJwkThumbprint(jwk), encrypted_private_key: encrypted };
}

/** @throws SigningKeyUnusableError if the secret key does not decrypt it */
export async function convertSigningKeyBsonToSigningKey(
  bson: object,
  secretKey: SecretKey,
): Promise<SigningKey> {
  const { keyId, state, encryptedPrivateKey } = SigningKeyModel.fromBson(bson);
  const jwk = decryptPrivateKey(keyId, encryptedPrivateKey, secretKey);
  const { kty, crv, x } = jwk;
  return {
    keyId,
    state,
    privateKey: await importKey(jwk),
    publicKey: await importKey({ kty, crv, x }),
    publicJsonWebKey: { kty, crv, x, kid: keyId, alg: SIGNATURE_ALGORITHM, use: 'sig' },
  };
}

function decryptPrivateKey(
  keyId: string,
  encryptedPrivateKey: Uint8Array,
  secretKey: SecretKey,
): PrivateJsonWebKey {
  try {
    const decrypted = secretKey.decrypt(SIGNING_KEY_PURPOSE, encryptedPrivateKey).toString();
    return JSON.parse(decrypted) as PrivateJsonWebKey;
  } catch (error) {
    throw error instanceof DecryptionFailedError
      ? new SigningKeyUnusableError(keyId, error)
      : error;
  }
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, SIGNATURE_ALGORITHM)) as CryptoKey;
}
