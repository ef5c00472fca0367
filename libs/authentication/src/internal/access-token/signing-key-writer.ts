import type { OperationContext } from '@org/core';
import { DuplicateKeyError, type CollectionReport, type StoredSecrets } from '@org/core/store';

import type { ConfiguredDependencies } from '../module-dependencies.ts';
import type { SigningKeyReader } from './signing-key-reader.ts';
import {
  generateSigningKey,
  SIGNING_KEY_PURPOSE,
  type EncryptedSigningKey,
} from './signing-key-util.ts';
import {
  SigningKeyModel,
  type SigningKeyDocument,
  type SigningKeyState,
} from './store/signing-key-model.ts';
import { SigningKeyRepository } from './store/signing-key-repository.ts';

/**
 * Added to a token's life: another instance signs with a retired key until it learns of its
 * retirement.
 */
const RETIREMENT_MARGIN_MILLISECONDS = 5 * 60_000;

export class SigningKeyWriter {
  /** The private keys, to be re-encrypted when the secret key changes. */
  readonly storedSecrets: StoredSecrets;
  readonly #dependencies: ConfiguredDependencies;
  readonly #repository: SigningKeyRepository;
  readonly #reader: SigningKeyReader;

  constructor(dependencies: ConfiguredDependencies, reader: SigningKeyReader) {
    this.#dependencies = dependencies;
    this.#repository = new SigningKeyRepository(dependencies);
    this.storedSecrets = this.#repository.storedSecrets({
      secretKey: dependencies.secretKey,
      field: 'encrypted_private_key',
      purpose: SIGNING_KEY_PURPOSE,
    });
    this.#reader = reader;
  }

  /** @throws SigningKeyUnusableError if the secret key does not decrypt a stored one */
  async initialize(context: OperationContext): Promise<readonly CollectionReport[]> {
    const report = await this.#repository.onInitCollection();
    await this.storedSecrets.carryOver();
    const stored = await this.#reader.getSigningKeys(context);
    for (const key of stored) {
      if ('error' in key) {
        throw key.error;
      }
    }
    for (const state of ['current', 'next'] as const) {
      if (!stored.some((key) => key.state === state)) {
        await this.#createSigningKey(state, context);
      }
    }
    await this.#reader.reread(context);
    return [report];
  }

  /** Replaces the current key with the next one, and creates a new next one. */
  async rotateSigningKeys(context: OperationContext): Promise<void> {
    const { secretKey, clock, settings } = this.#dependencies;
    const lifetime = settings.accessTokenTimeToLiveMilliseconds + RETIREMENT_MARGIN_MILLISECONDS;
    const key = await generateSigningKey(secretKey);
    await this.#withTransaction(context, async (transaction) => {
      const now = clock.now();
      await this.#move({ state: 'current' }, { state: 'previous', retired_at: now }, transaction);
      await this.#move({ state: 'next' }, { state: 'current' }, transaction);
      await this.#insert(key, 'next', transaction);
      const oldest = new Date(now.getTime() - lifetime);
      const isExpired = { state: 'previous', retired_at: { $lt: oldest } } as const;
      await this.#repository.deleteMany(isExpired, transaction);
    });
  }

  /** Creates the current or the next key, unless another process has done so meanwhile. */
  async #createSigningKey(state: SigningKeyState, context: OperationContext): Promise<void> {
    const key = await generateSigningKey(this.#dependencies.secretKey);
    try {
      await this.#withTransaction(context, (transaction) => this.#insert(key, state, transaction));
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) {
        throw error;
      }
    }
  }

  async #insert(
    key: EncryptedSigningKey,
    state: SigningKeyState,
    context: OperationContext,
  ): Promise<void> {
    const document = { ...key, state, retired_at: null };
    const stored = await this.#repository.insertOne(document, context);
    await this.#record(stored, { action: 'create', before: null }, context);
  }

  async #move(
    from: Pick<SigningKeyDocument, 'state'>,
    to: Partial<SigningKeyDocument>,
    context: OperationContext,
  ): Promise<void> {
    const moved = await this.#repository.findOneAndUpdate(from, { $set: to }, context);
    if (moved !== undefined) {
      await this.#record(moved, { action: 'update', before: from.state }, context);
    }
  }

  async #record(
    { _id, state }: SigningKeyDocument,
    { action, before }: { action: string; before: SigningKeyState | null },
    context: OperationContext,
  ): Promise<void> {
    const event = {
      resourceType: SigningKeyModel.getCollectionName(),
      resourceId: _id.toHexString(),
      action,
      changes: { state: { old: before, new: state } },
    };
    await this.#dependencies.audit.record([event], context);
  }

  async #withTransaction(
    context: OperationContext,
    work: (context: OperationContext) => Promise<void>,
  ): Promise<void> {
    await this.#dependencies.database.withTransaction(context.withoutTransaction(), work);
  }
}
