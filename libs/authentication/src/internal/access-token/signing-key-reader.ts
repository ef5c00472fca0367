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
   * Every key, whatever its state.
   *
   * @throws SigningKeyUnusableError when the secret key does not open one
   */
  async getSigningKeys(context: OperationContext): Promise<readonly SigningKey[]> {
    const found = await this.#repository.find({}, context);
    return Promise.all(
      found.map((bson) => convertSigningKeyBsonToSigningKey(bson, this.#secretKey)),
    );
  }

  /**
   * The keys that still lie under the previous secret key, as they should be stored.
   *
   * @throws SigningKeyUnusableError when the secret key does not open one
   */
  async getOutdatedSigningKeys(context: OperationContext): Promise<readonly EncryptedSigningKey[]> {
    const found = await this.#repository.find({}, context);
    return found
      .map((bson) => reencryptSigningKey(bson, this.#secretKey))
      .filter((reencrypted) => reencrypted !== undefined);
  }
}
