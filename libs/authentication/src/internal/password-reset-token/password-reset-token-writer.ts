import type { Erasure, OperationContext } from '@org/core';
import { objectIdOf, parseObjectId, type CollectionReport } from '@org/core/store';

import { PasswordResetTokenNotFoundError } from '../../errors.ts';
import type { PasswordResetToken } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { generatePasswordResetToken, hashPasswordResetToken } from './password-reset-token-util.ts';
import type { PasswordResetTokenModel } from './store/password-reset-token-model.ts';
import { PasswordResetTokenRepository } from './store/password-reset-token-repository.ts';

export class PasswordResetTokenWriter {
  readonly #dependencies: ModuleDependencies;
  readonly #repository: PasswordResetTokenRepository;
  readonly #timeToLiveMilliseconds: number;

  constructor(dependencies: ModuleDependencies, timeToLiveMilliseconds: number) {
    this.#dependencies = dependencies;
    this.#repository = new PasswordResetTokenRepository(dependencies);
    this.#timeToLiveMilliseconds = timeToLiveMilliseconds;
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /**
   * Replaces the account's older tokens.
   *
   * @throws PasswordResetTokenNotFoundError if no account can have the id
   */
  async createPasswordResetToken(
    accountId: string,
    context: OperationContext,
  ): Promise<PasswordResetToken> {
    const { clock, database } = this.#dependencies;
    const account = parseObjectId(accountId);
    if (account === undefined) {
      throw new PasswordResetTokenNotFoundError();
    }
    const token = generatePasswordResetToken();
    const expiresAt = new Date(clock.now().getTime() + this.#timeToLiveMilliseconds);
    await database.withTransaction(context, async (transaction) => {
      await this.revokePasswordResetTokens(accountId, transaction);
      await this.#repository.insertOne(
        {
          account,
          token_hash: hashPasswordResetToken(token),
          is_used: false,
          expires_at: expiresAt,
        },
        transaction,
      );
    });
    return { token, expiresAt };
  }

  /** @returns whether it was still usable, and this call used it up */
  async usePasswordResetToken(
    passwordResetToken: PasswordResetTokenModel,
    context: OperationContext,
  ): Promise<boolean> {
    const { clock } = this.#dependencies;
    const used = await this.#repository.findOneAndUpdate(
      { _id: objectIdOf(passwordResetToken), is_used: false, expires_at: { $gt: clock.now() } },
      { $set: { is_used: true } },
      context,
    );
    return used !== undefined;
  }

  async revokePasswordResetTokens(accountId: string, context: OperationContext): Promise<void> {
    const account = parseObjectId(accountId);
    if (account !== undefined) {
      await this.#repository.updateMany(
        { account, is_used: false },
        { $set: { is_used: true } },
        context,
      );
    }
  }

  async deletePasswordResetTokens(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const account = parseObjectId(accountId);
    if (account !== undefined) {
      await this.#repository.eraseMany({ account }, erasure, context);
    }
  }
}
