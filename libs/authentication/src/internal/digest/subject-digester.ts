import { createHmac, randomBytes } from 'node:crypto';

import {
  DecryptionFailedError,
  normalizeSource,
  type OperationContext,
  type PhoneNumber,
  type SecretKey,
} from '@org/core';
import { DuplicateKeyError, type CollectionReport } from '@org/core/store';

import { SigningKeyUnusableError } from '../../errors.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { normalizeName, normalizePhoneNumber } from '../throttle/throttle-util.ts';
import { DigestKeyModel } from './store/digest-key-model.ts';
import { DigestKeyRepository } from './store/digest-key-repository.ts';

/** 128 bits tell sources apart, and make a short name of a field. */
const SOURCE_HEX_DIGITS = 32;

const NAME = 'subjects';
const ENCRYPTION_PURPOSE = 'subject digest key';
const KEY_BYTES = 32;

/**
 * Makes keyed digests of what was submitted: the same for every spelling of it, whether or not an
 * account has it, and worthless to anyone who has only the database.
 */
export class SubjectDigester {
  readonly #repository: DigestKeyRepository;
  readonly #secretKey: SecretKey;
  #key: Buffer | undefined;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new DigestKeyRepository(dependencies);
    this.#secretKey = dependencies.secretKey;
  }

  /**
   * Creates the collection, and the key of this deployment if there is none yet. The key outlives the
   * secret key: it is encrypted again under a new one, so that digests stay comparable.
   *
   * @throws SigningKeyUnusableError when no known secret key opens it
   */
  async initialize(context: OperationContext): Promise<readonly CollectionReport[]> {
    const report = await this.#repository.onInitCollection();
    const stored = (await this.#findKey(context)) ?? (await this.#createKey(context));
    const reencrypted = this.#reencrypt(stored);
    if (reencrypted !== undefined) {
      const update = { $set: { encrypted_key: reencrypted } };
      await this.#repository.findOneAndUpdate({ name: NAME }, update, context);
    }
    this.#key = this.#secretKey.decrypt(ENCRYPTION_PURPOSE, reencrypted ?? stored);
    return [report];
  }

  digestName(name: string): string {
    return this.#digest('name', [normalizeName(name)]).toString('base64url');
  }

  digestPhoneNumber(phoneNumber: PhoneNumber): string {
    return this.#digest('number', [normalizePhoneNumber(phoneNumber)]).toString('base64url');
  }

  /** A source as that of one name or number: it tells nothing of the same source elsewhere. */
  digestSource(counterKey: string, { sourceAddress }: OperationContext): string | undefined {
    if (sourceAddress === undefined) {
      return undefined;
    }
    return this.#digest('source', [counterKey, normalizeSource(sourceAddress)])
      .toString('hex')
      .slice(0, SOURCE_HEX_DIGITS);
  }

  #digest(purpose: string, parts: readonly string[]): Buffer {
    if (this.#key === undefined) {
      throw new Error('There is no digest key. Initialize the throttle service first.');
    }
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([purpose, ...parts]))
      .digest();
  }

  #reencrypt(stored: Uint8Array): Uint8Array | undefined {
    try {
      return this.#secretKey.reencrypt(ENCRYPTION_PURPOSE, stored);
    } catch (error) {
      throw error instanceof DecryptionFailedError
        ? new SigningKeyUnusableError('of subject digests', error)
        : error;
    }
  }

  async #findKey(context: OperationContext): Promise<Uint8Array | undefined> {
    const found = await this.#repository.findOne({ name: NAME }, context);
    return found && DigestKeyModel.fromBson(found).encryptedKey;
  }

  async #createKey(context: OperationContext): Promise<Uint8Array> {
    const encryptedKey = this.#secretKey.encrypt(ENCRYPTION_PURPOSE, randomBytes(KEY_BYTES));
    try {
      await this.#repository.insertOne({ name: NAME, encrypted_key: encryptedKey }, context);
      return encryptedKey;
    } catch (error) {
      // Another process was faster.
      const others = error instanceof DuplicateKeyError ? await this.#findKey(context) : undefined;
      if (others === undefined) {
        throw error;
      }
      return others;
    }
  }
}
