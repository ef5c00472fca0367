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

/** 128 bits are enough to distinguish sources, and keep the field name short. */
const SOURCE_HEX_DIGITS = 32;

const NAME = 'subjects';
const ENCRYPTION_PURPOSE = 'subject digest key';
const KEY_BYTES = 32;

/**
 * Makes keyed digests of submitted values: the same for every spelling, whether or not an account
 * has the value, and worthless to anyone who has only the database.
 */
export class SubjectDigester {
  readonly #repository: DigestKeyRepository;
  readonly #secretKey: SecretKey;
  #key: Buffer | undefined;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new DigestKeyRepository(dependencies);
    this.#secretKey = dependencies.secretKey;
  }

  /** The key outlives the secret key: it is re-encrypted, so that digests stay comparable. */
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

  /**
   * Digests a source for one name or number only: it cannot be linked to the same source elsewhere.
   */
  digestSource(counterKey: string, { sourceAddress }: OperationContext): string | undefined {
    if (sourceAddress === undefined) {
      return undefined;
    }
    const digest = this.#digest('source', [counterKey, normalizeSource(sourceAddress)]);
    return digest.toString('hex').slice(0, SOURCE_HEX_DIGITS);
  }

  #digest(purpose: string, parts: readonly string[]): Buffer {
    if (this.#key === undefined) {
      throw new Error('There is no digest key. Initialize the throttle service first.');
    }
    const message = JSON.stringify([purpose, ...parts]);
    return createHmac('sha256', this.#key).update(message).digest();
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
