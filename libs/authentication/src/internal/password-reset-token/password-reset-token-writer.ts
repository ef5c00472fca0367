import type { Clock, Erasure, OperationContext, TransactionRunner } from '@org/core';
import { objectIdOf, parseObjectId } from '@org/core/store';

import { PasswordResetTokenNotFoundError } from '../../errors.ts';
import type { PasswordResetToken } from '../../types.ts';
import { generatePasswordResetToken, hashPasswordResetToken } from './password-reset-token-util.ts';
import type { PasswordResetTokenModel } from './store/password-reset-token-model.ts';
import type { PasswordResetTokenRepository } from './store/password-reset-token-repository.ts';

export interface PasswordResetTokenWriterDependencies {
  readonly clock: Clock;
  readonly repository: PasswordResetTokenRepository;
  readonly transactions: TransactionRunner;
  readonly timeToLiveMilliseconds: number;
}

export class PasswordResetTokenWriter {
  readonly #dependencies: PasswordResetTokenWriterDependencies;

  constructor(dependencies: PasswordResetTokenWriterDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws PasswordResetTokenNotFoundError when the id is none that an account can have */
  async createPasswordResetToken(
    accountId: string,
    context: OperationContext,
  ): Promise<PasswordResetToken> {
    const { clock, repository, transactions, timeToLiveMilliseconds } = this.#dependencies;
    const account = parseObjectId(accountId);
    if (account === undefined) {
      throw new PasswordResetTokenNotFoundError();
    }
    const token = generatePasswordResetToken();
    const expiresAt = new Date(clock.now().getTime() + timeToLiveMilliseconds);
    await transactions.withTransaction(context, async (transaction) => {
      await this.revokePasswordResetTokens(accountId, transaction);
      await repository.insertOne(
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

  /** @returns whether it served until now, and this call used it up */
  async usePasswordResetToken(
    passwordResetToken: PasswordResetTokenModel,
    context: OperationContext,
  ): Promise<boolean> {
    const { clock, repository } = this.#dependencies;
    const used = await repository.findOneAndUpdate(
      { _id: objectIdOf(passwordResetToken), is_used: false, expires_at: { $gt: clock.now() } },
      { $set: { is_used: true } },
      context,
    );
    return used !== undefined;
  }

  async revokePasswordResetTokens(accountId: string, context: OperationContext): Promise<void> {
    const account = parseObjectId(accountId);
    if (account !== undefined) {
      await this.#dependencies.repository.updateMany(
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
      await this.#dependencies.repository.eraseMany({ account }, erasure, context);
    }
  }
}
