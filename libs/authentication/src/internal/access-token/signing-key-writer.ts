import type { OperationContext, SecretKey } from '@org/core';
import { DuplicateKeyError } from '@org/core/store';

import { generateSigningKey, type EncryptedSigningKey } from './signing-key-util.ts';
import type { SigningKeyRepository } from './store/signing-key-repository.ts';

export interface SigningKeyWriterDependencies {
  readonly repository: SigningKeyRepository;
  readonly secretKey: SecretKey;
}

export class SigningKeyWriter {
  readonly #repository: SigningKeyRepository;
  readonly #secretKey: SecretKey;

  constructor({ repository, secretKey }: SigningKeyWriterDependencies) {
    this.#repository = repository;
    this.#secretKey = secretKey;
  }

  /** Makes a key and stores it encrypted, unless another process has stored one meanwhile. */
  async createCurrentSigningKey(context: OperationContext): Promise<void> {
    const { keyId, encryptedPrivateKey } = await generateSigningKey(this.#secretKey);
    try {
      await this.#repository.insertOne(
        { key_id: keyId, encrypted_private_key: encryptedPrivateKey, state: 'current' },
        context,
      );
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) {
        throw error;
      }
    }
  }

  /** Stores a key that was encrypted anew. */
  async updateSigningKey(
    { keyId, encryptedPrivateKey }: EncryptedSigningKey,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.findOneAndUpdate(
      { key_id: keyId },
      { $set: { encrypted_private_key: encryptedPrivateKey } },
      context,
    );
  }
}
