import type { OperationContext, SecretKey } from '@org/core';

import { SigningKeyUnusableError } from '../../errors.ts';
import { convertSigningKeyBsonToSigningKey, type SigningKey } from './signing-key-util.ts';
import { SigningKeyModel, type SigningKeyState } from './store/signing-key-model.ts';
import type { SigningKeyRepository } from './store/signing-key-repository.ts';

export interface SigningKeyReaderDependencies {
  readonly repository: SigningKeyRepository;
  readonly secretKey: SecretKey;
}

/** A stored key that the secret key does not open. */
export interface UnreadableSigningKey {
  readonly keyId: string;
  readonly state: SigningKeyState;
  readonly error: SigningKeyUnusableError;
}

export interface StoredSigningKeys {
  readonly readable: readonly SigningKey[];
  readonly unreadable: readonly UnreadableSigningKey[];
}

export class SigningKeyReader {
  readonly #repository: SigningKeyRepository;
  readonly #secretKey: SecretKey;

  constructor({ repository, secretKey }: SigningKeyReaderDependencies) {
    this.#repository = repository;
    this.#secretKey = secretKey;
  }

  /** Every key, whatever its state. */
  async getSigningKeys(context: OperationContext): Promise<StoredSigningKeys> {
    const found = await this.#repository.find({}, context);
    const keys = await Promise.all(found.map((bson) => this.#open(bson)));
    return {
      readable: keys.filter((key): key is SigningKey => !('error' in key)),
      unreadable: keys.filter((key): key is UnreadableSigningKey => 'error' in key),
    };
  }

  async #open(bson: object): Promise<SigningKey | UnreadableSigningKey> {
    try {
      return await convertSigningKeyBsonToSigningKey(bson, this.#secretKey);
    } catch (error) {
      if (error instanceof SigningKeyUnusableError) {
        const { keyId, state } = SigningKeyModel.fromBson(bson);
        return { keyId, state, error };
      }
      throw error;
    }
  }
}
