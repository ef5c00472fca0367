import type { OperationContext, SecretKey } from '@org/core';

import {
  convertSigningKeyBsonToSigningKey,
  reencryptSigningKey,
  type EncryptedSigningKey,
  type SigningKey,
} from './signing-key-util.ts';
import type { SigningKeyRepository } from './store/signing-key-repository.ts';

export interface SigningKeyReaderDependencies {
  readonly repository: SigningKeyRepository;
  readonly secretKey: SecretKey;
}

export class SigningKeyReader {
  readonly #repository: SigningKeyRepository;
  readonly #secretKey: SecretKey;

  constructor({ repository, secretKey }: SigningKeyReaderDependencies) {
    this.#repository = repository;
    this.#secretKey = secretKey;
  }

  /**
   * The current key as it should be stored, where it still lies under the previous secret key.
   *
   * @throws SigningKeyUnusableError when the secret key does not open it
   */
  async findOutdatedSigningKey(
    context: OperationContext,
  ): Promise<EncryptedSigningKey | undefined> {
    const found = await this.#repository.findOne({ state: 'current' }, context);
    return found && reencryptSigningKey(found, this.#secretKey);
  }

  /** @throws SigningKeyUnusableError when the secret key does not open it */
  async findCurrentSigningKey(context: OperationContext): Promise<SigningKey | undefined> {
    const found = await this.#repository.findOne({ state: 'current' }, context);
    return found && convertSigningKeyBsonToSigningKey(found, this.#secretKey);
  }
}
