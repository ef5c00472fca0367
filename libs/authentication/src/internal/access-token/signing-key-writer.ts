import type { AuditTrail, Clock, OperationContext, SecretKey, TransactionRunner } from '@org/core';
import { DuplicateKeyError } from '@org/core/store';

import { generateSigningKey, type EncryptedSigningKey } from './signing-key-util.ts';
import {
  SigningKeyModel,
  type SigningKeyDocument,
  type SigningKeyState,
} from './store/signing-key-model.ts';
import type { SigningKeyRepository } from './store/signing-key-repository.ts';

export interface SigningKeyWriterDependencies {
  readonly repository: SigningKeyRepository;
  readonly transactions: TransactionRunner;
  readonly audit: AuditTrail;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
  /** How long a key that signs no more still verifies. */
  readonly retirementMilliseconds: number;
}

export class SigningKeyWriter {
  readonly #dependencies: SigningKeyWriterDependencies;

  constructor(dependencies: SigningKeyWriterDependencies) {
    this.#dependencies = dependencies;
  }

  /** Makes the current or the next key, unless another process has made it meanwhile. */
  async createSigningKey(state: SigningKeyState, context: OperationContext): Promise<void> {
    const { secretKey } = this.#dependencies;
    const key = await generateSigningKey(secretKey);
    try {
      await this.#withTransaction(context, (transaction) => this.#insert(key, state, transaction));
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) {
        throw error;
      }
    }
  }

  /** The current key signs no more, the next one does, and a new one is next. */
  async rotateSigningKeys(context: OperationContext): Promise<void> {
    const { secretKey, clock, repository } = this.#dependencies;
    const key = await generateSigningKey(secretKey);
    await this.#withTransaction(context, async (transaction) => {
      const now = clock.now();
      await this.#move({ state: 'current' }, { state: 'previous', retired_at: now }, transaction);
      await this.#move({ state: 'next' }, { state: 'current' }, transaction);
      await this.#insert(key, 'next', transaction);
      const oldest = new Date(now.getTime() - this.#dependencies.retirementMilliseconds);
      await repository.deleteMany({ state: 'previous', retired_at: { $lt: oldest } }, transaction);
    });
  }

  async #insert(
    { keyId, encryptedPrivateKey }: EncryptedSigningKey,
    state: SigningKeyState,
    context: OperationContext,
  ): Promise<void> {
    const stored = await this.#dependencies.repository.insertOne(
      { key_id: keyId, encrypted_private_key: encryptedPrivateKey, state, retired_at: null },
      context,
    );
    await this.#record(stored, { action: 'create', before: null }, context);
  }

  async #move(
    from: Pick<SigningKeyDocument, 'state'>,
    to: Partial<SigningKeyDocument>,
    context: OperationContext,
  ): Promise<void> {
    const moved = await this.#dependencies.repository.findOneAndUpdate(from, { $set: to }, context);
    if (moved !== undefined) {
      await this.#record(moved, { action: 'update', before: from.state }, context);
    }
  }

  async #record(
    { _id, state }: SigningKeyDocument,
    { action, before }: { action: string; before: SigningKeyState | null },
    context: OperationContext,
  ): Promise<void> {
    await this.#dependencies.audit.record(
      [
        {
          resourceType: SigningKeyModel.getCollectionName(),
          resourceId: _id.toHexString(),
          action,
          changes: { state: { old: before, new: state } },
        },
      ],
      context,
    );
  }

  async #withTransaction(
    context: OperationContext,
    work: (context: OperationContext) => Promise<void>,
  ): Promise<void> {
    await this.#dependencies.transactions.withTransaction(context.withoutTransaction(), work);
  }
}
