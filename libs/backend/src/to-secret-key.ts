import {
  findRepeatedSecretKeys,
  isPlaceholder,
  MINIMUM_SECRET_KEY_BYTES,
  SecretKey,
} from '@org/core';

import type { ChangingSecretKey, CommonOptions, SecretKeyText } from './backend-options.ts';

/** @throws RangeError if a key is shorter than 32 bytes, no base64, a placeholder, or there twice */
export function toSecretKey(given: CommonOptions['secretKey']): SecretKey {
  const { current, previous, next } = isChanging(given) ? given : { current: given };
  const keys = {
    current: toBytes('secretKey', current),
    previous: previous === undefined ? undefined : toBytes('secretKey.previous', previous),
    next: next === undefined ? undefined : toBytes('secretKey.next', next),
  };
  const [repeated] = findRepeatedSecretKeys(keys);
  if (repeated !== undefined) {
    throw new RangeError(`Of secretKey, ${repeated}.`);
  }
  return SecretKey.create(keys);
}

/** Whether what a previous key encrypted is to be encrypted again. */
export function movesPrevious(given: CommonOptions['secretKey']): boolean {
  return isChanging(given) && given.previous !== undefined;
}

function isChanging(given: CommonOptions['secretKey']): given is ChangingSecretKey {
  return typeof given === 'object' && 'current' in given;
}

/** Never shown: a refused key is probably almost right. */
function toBytes(name: string, key: SecretKeyText): Uint8Array {
  const isBase64 = typeof key === 'string' && /^[\w+/-]+={0,2}$/.test(key);
  const bytes = isBase64 ? Buffer.from(key, 'base64') : key;
  if (!(bytes instanceof Uint8Array) || bytes.byteLength < MINIMUM_SECRET_KEY_BYTES) {
    throw new RangeError(
      `${name} must be at least 32 random bytes, as a Uint8Array or in base64 (openssl rand -base64 32).`,
    );
  }
  const buffer = Buffer.from(bytes);
  if (isPlaceholder(typeof key === 'string' ? key : buffer.toString('base64'), buffer)) {
    throw new RangeError(`${name} is a placeholder, not random (openssl rand -base64 32).`);
  }
  return bytes;
}
