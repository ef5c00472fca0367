import type { OperationContext } from '@org/core';

import type { SigningKeyReader } from './signing-key-reader.ts';
import type { SigningKey } from './signing-key-util.ts';
import type { SigningKeyWriter } from './signing-key-writer.ts';

export interface SigningKeysDependencies {
  readonly reader: SigningKeyReader;
  readonly writer: SigningKeyWriter;
}

/** The signing key of this deployment, read once and kept in memory. */
export class SigningKeys {
  readonly #reader: SigningKeyReader;
  readonly #writer: SigningKeyWriter;
  #current: Promise<SigningKey> | undefined;

  constructor({ reader, writer }: SigningKeysDependencies) {
    this.#reader = reader;
    this.#writer = writer;
  }

  /**
   * The key that signs; made and stored when there is none.
   *
   * @throws SigningKeyUnusableError when the secret key does not open the stored one
   */
  async getCurrent(context: OperationContext): Promise<SigningKey> {
    this.#current ??= this.#load(context.withoutTransaction());
    try {
      return await this.#current;
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
  }

  /**
   * Moves the stored key under the current secret key, so that the previous one can be given up.
   *
   * @throws SigningKeyUnusableError when neither opens it
   */
  async moveToCurrentSecretKey(context: OperationContext): Promise<void> {
    const outdated = await this.#reader.findOutdatedSigningKey(context);
    if (outdated !== undefined) {
      await this.#writer.updateSigningKey(outdated, context);
    }
  }

  async #load(context: OperationContext): Promise<SigningKey> {
    const stored = await this.#reader.findCurrentSigningKey(context);
    if (stored !== undefined) {
      return stored;
    }
    await this.#writer.createCurrentSigningKey(context);
    return this.#load(context);
  }
}
