import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Shortest root secret that is accepted, in bytes. */
export const MINIMUM_SECRET_KEY_BYTES = 32;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DERIVED_KEY_BYTES = 32;

export interface SecretKeyOptions {
  /** Root secret, at least 32 bytes of high entropy. */
  readonly current: Uint8Array;
  /** The root secret before it was changed; still decrypts, never encrypts. Default: none. */
  readonly previous?: Uint8Array | undefined;
  /**
   * The root secret that will be the current one. Only decrypts, so that other processes may begin to
   * encrypt with it while this one runs. Default: none.
   */
  readonly next?: Uint8Array | undefined;
}

/** A ciphertext that no known root secret opens: the secret was changed, or the text tampered with. */
export class DecryptionFailedError extends Error {
  constructor(purpose: string, cause: unknown) {
    super(`No known secret key decrypts this ${purpose}.`, { cause });
    this.name = new.target.name;
  }
}

/**
 * The one root secret of a deployment. Every use gets a key of its own by HKDF-SHA-256 (RFC 5869),
 * named by its purpose, so that no two uses ever share a key.
 */
export class SecretKey {
  readonly #roots: readonly [Uint8Array, ...Uint8Array[]];
  readonly #previous: Uint8Array | undefined;

  private constructor(
    roots: readonly [Uint8Array, ...Uint8Array[]],
    previous: Uint8Array | undefined,
  ) {
    this.#roots = roots;
    this.#previous = previous;
  }

  /** Whether something may still lie under a root that is to be given up. */
  get hasPrevious(): boolean {
    return this.#previous !== undefined;
  }

  /** @throws RangeError if a root secret is shorter than 32 bytes */
  static create({ current, previous, next }: SecretKeyOptions): SecretKey {
    const others = [previous, next].filter((root) => root !== undefined);
    const roots: [Uint8Array, ...Uint8Array[]] = [current, ...others];
    if (roots.some((root) => root.byteLength < MINIMUM_SECRET_KEY_BYTES)) {
      throw new RangeError(`A secret key needs at least ${MINIMUM_SECRET_KEY_BYTES} bytes.`);
    }
    return new SecretKey(roots, previous);
  }

  /** Encrypts with AES-256-GCM; the result is `nonce ‖ tag ‖ ciphertext`. */
  encrypt(purpose: string, plaintext: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', deriveKey(this.#roots[0], purpose), nonce);
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
  }

  /**
   * Opens what {@link encrypt} made for the same purpose, with any known root.
   *
   * @throws DecryptionFailedError if none does
   */
  decrypt(purpose: string, sealed: Uint8Array): Buffer {
    return this.#decrypt(purpose, sealed).plaintext;
  }

  /**
   * Encrypts anew what the previous root had encrypted, so that it can be given up one day.
   *
   * @returns `undefined` for what the current root opens, or the next one: that is ahead already
   * @throws DecryptionFailedError if no known root does
   */
  reencrypt(purpose: string, sealed: Uint8Array): Buffer | undefined {
    const { plaintext, isOutdated } = this.#decrypt(purpose, sealed);
    return isOutdated ? this.encrypt(purpose, plaintext) : undefined;
  }

  /** HMAC-SHA-256 of a message under the key for this purpose; 32 bytes. */
  hmac(purpose: string, message: string): Buffer {
    return hmacUnder(this.#roots[0], purpose, message);
  }

  /**
   * What {@link hmac} gives under every known root, the current one first. For checking what may have
   * been made before the root was changed.
   */
  hmacs(purpose: string, message: string): readonly Buffer[] {
    return this.#roots.map((root) => hmacUnder(root, purpose, message));
  }

  #decrypt(purpose: string, sealed: Uint8Array): Decrypted {
    let failure: unknown;
    for (const root of this.#roots) {
      try {
        const plaintext = open(deriveKey(root, purpose), sealed);
        return { plaintext, isOutdated: root === this.#previous };
      } catch (error) {
        failure = error;
      }
    }
    throw new DecryptionFailedError(purpose, failure);
  }
}

/** A plaintext, and whether it was the previous root that opened it. */
interface Decrypted {
  readonly plaintext: Buffer;
  readonly isOutdated: boolean;
}

function deriveKey(root: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', root, '', purpose, DERIVED_KEY_BYTES));
}

function hmacUnder(root: Uint8Array, purpose: string, message: string): Buffer {
  return createHmac('sha256', deriveKey(root, purpose)).update(message).digest();
}

function open(key: Buffer, sealed: Uint8Array): Buffer {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(tag);
  return Buffer.concat([
    decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)),
    decipher.final(),
  ]);
}
