import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

export const MINIMUM_SECRET_KEY_BYTES = 32;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DERIVED_KEY_BYTES = 32;

export interface SecretKeyOptions {
  /** Root secret, at least 32 bytes of high entropy. */
  readonly current: Uint8Array;
  /** The root secret before the last change; only decrypts. Default: none. */
  readonly previous?: Uint8Array | undefined;
  /** The upcoming root; only decrypts what other processes may already encrypt. Default: none. */
  readonly next?: Uint8Array | undefined;
}

/** No known root secret opens the ciphertext: the secret was changed, or the text tampered with. */
export class DecryptionFailedError extends Error {
  constructor(purpose: string, cause: unknown) {
    super(`No known secret key decrypts this ${purpose}.`, { cause });
    this.name = new.target.name;
  }
}

/** Derives the key of each purpose once: it takes longer than what it is then used for. */
class Root {
  readonly #secret: Uint8Array;
  readonly #keys = new Map<string, Buffer>();

  constructor(secret: Uint8Array) {
    if (secret.byteLength < MINIMUM_SECRET_KEY_BYTES) {
      throw new RangeError(`A secret key needs at least ${MINIMUM_SECRET_KEY_BYTES} bytes.`);
    }
    this.#secret = secret;
  }

  keyFor(purpose: string): Buffer {
    const known = this.#keys.get(purpose);
    if (known !== undefined) {
      return known;
    }
    const key = Buffer.from(hkdfSync('sha256', this.#secret, '', purpose, DERIVED_KEY_BYTES));
    this.#keys.set(purpose, key);
    return key;
  }

  hmac(purpose: string, message: string): Buffer {
    return createHmac('sha256', this.keyFor(purpose)).update(message).digest();
  }
}

/**
 * A deployment's one root secret. Each use gets its own key by HKDF-SHA-256 (RFC 5869), named by
 * its purpose, so that no two uses ever share a key. Purposes are constants: the key of each is kept.
 */
export class SecretKey {
  readonly #roots: readonly [Root, ...Root[]];
  readonly #previous: Root | undefined;

  private constructor({ current, previous, next }: SecretKeyOptions) {
    this.#previous = previous && new Root(previous);
    const others = [this.#previous, next && new Root(next)].filter((root) => root !== undefined);
    this.#roots = [new Root(current), ...others];
  }

  /** @throws RangeError if a root secret is shorter than 32 bytes */
  static create(options: SecretKeyOptions): SecretKey {
    return new SecretKey(options);
  }

  /** Encrypts with AES-256-GCM; the result is `nonce ‖ tag ‖ ciphertext`. */
  encrypt(purpose: string, plaintext: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#roots[0].keyFor(purpose), nonce);
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
  }

  /** @throws DecryptionFailedError if no known root opens what {@link encrypt} made for it */
  decrypt(purpose: string, sealed: Uint8Array): Buffer {
    return this.#decrypt(purpose, sealed).plaintext;
  }

  /**
   * Re-encrypts what the previous root had encrypted, so that it can be retired.
   *
   * @returns `undefined` if the current root or the next one already opens it
   * @throws DecryptionFailedError if no known root opens it
   */
  reencrypt(purpose: string, sealed: Uint8Array): Buffer | undefined {
    const { plaintext, isOutdated } = this.#decrypt(purpose, sealed);
    return isOutdated ? this.encrypt(purpose, plaintext) : undefined;
  }

  /** HMAC-SHA-256 of a message under the key for this purpose; 32 bytes. */
  hmac(purpose: string, message: string): Buffer {
    return this.#roots[0].hmac(purpose, message);
  }

  /** The {@link hmac} under every known root, the current one first: to check older digests. */
  hmacs(purpose: string, message: string): readonly Buffer[] {
    return this.#roots.map((root) => root.hmac(purpose, message));
  }

  #decrypt(
    purpose: string,
    sealed: Uint8Array,
  ): { readonly plaintext: Buffer; readonly isOutdated: boolean } {
    let failure: unknown;
    for (const root of this.#roots) {
      try {
        const plaintext = open(root.keyFor(purpose), sealed);
        return { plaintext, isOutdated: root === this.#previous };
      } catch (error) {
        failure = error;
      }
    }
    throw new DecryptionFailedError(purpose, failure);
  }
}

/** Compares secrets of any length; how long that takes says nothing about what they contain. */
export function areSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.byteLength === other.byteLength && timingSafeEqual(one, other);
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
