import { randomBytes } from 'node:crypto';

import { DecryptionFailedError, type OperationContext, type SecretKey } from '@org/core';
import { DuplicateKeyError } from '@org/core/store';

import { SigningKeyUnusableError } from '../../errors.ts';
import { DigestKeyModel } from './store/digest-key-model.ts';
import type { DigestKeyRepository } from './store/digest-key-repository.ts';

const NAME = 'subjects';
const ENCRYPTION_PURPOSE = 'subject digest key';
const KEY_BYTES = 32;

export interface DigestKeyWriterDependencies {
  readonly repository: DigestKeyRepository;
  readonly secretKey: SecretKey;
}

export class DigestKeyWriter {
  readonly #repository: DigestKeyRepository;
  readonly #secretKey: SecretKey;

  constructor({ repository, secretKey }: DigestKeyWriterDependencies) {
    this.#repository = repository;
    this.#secretKey = secretKey;
  }

  /**
   * The key of this deployment, made when there is none yet. It outlives the secret key: under a new
   * one it is encrypted anew, so that digests stay comparable.
   *
   * @throws SigningKeyUnusableError when no known secret key opens it
   */
  async getOrCreateDigestKey(context: OperationContext): Promise<Buffer> {
    const stored = (await this.#find(context)) ?? (await this.#create(context));
    const reencrypted = this.#reencrypt(stored);
    if (reencrypted !== undefined) {
      await this.#repository.findOneAndUpdate(
        { name: NAME },
        { $set: { encrypted_key: reencrypted } },
        context,
      );
    }
    return this.#secretKey.decrypt(ENCRYPTION_PURPOSE, reencrypted ?? stored);
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

  async #find(context: OperationContext): Promise<Uint8Array | undefined> {
    const found = await this.#repository.findOne({ name: NAME }, context);
    return found && DigestKeyModel.fromBson(found).encryptedKey;
  }

  async #create(context: OperationContext): Promise<Uint8Array> {
    const encryptedKey = this.#secretKey.encrypt(ENCRYPTION_PURPOSE, randomBytes(KEY_BYTES));
    try {
      await this.#repository.insertOne({ name: NAME, encrypted_key: encryptedKey }, context);
      return encryptedKey;
    } catch (error) {
      // Another process was faster.
      const others = error instanceof DuplicateKeyError ? await this.#find(context) : undefined;
      if (others === undefined) {
        throw error;
      }
      return others;
    }
  }
}
