import { randomBytes } from 'node:crypto';

import type { Erasure, OperationContext } from '@org/core';
import { objectIdOf, parseObjectId, type CollectionReport } from '@org/core/store';

import { PasswordResetTokenNotFoundError } from '../../errors.ts';
import type { CreatePasswordResetTokenParams, PasswordResetToken } from '../../types.ts';
import type { ConfiguredDependencies } from '../module-dependencies.ts';
import { hashPasswordResetToken } from './password-reset-token-util.ts';
import type { PasswordResetTokenModel } from './store/password-reset-token-model.ts';
import { PasswordResetTokenRepository } from './store/password-reset-token-repository.ts';

const TOKEN_BYTES = 32;

export class PasswordResetTokenWriter {
  readonly #dependencies: ConfiguredDependencies;
  readonly #repository: PasswordResetTokenRepository;

  constructor(dependencies: ConfiguredDependencies) {
    this.#dependencies = dependencies;
    this.#repository = new PasswordResetTokenRepository(dependencies);
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /** @throws PasswordResetTokenNotFoundError if no account can have the id */
  async createPasswordResetToken(
    { accountId, emailAddress }: CreatePasswordResetTokenParams,
    context: OperationContext,
  ): Promise<PasswordResetToken> {
    const { clock, database, settings } = this.#dependencies;
    const account = parseObjectId(accountId);
    if (account === undefined) {
      throw new PasswordResetTokenNotFoundError();
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const lifetime = settings.passwordResetTokenTimeToLiveMilliseconds;
    const expiresAt = new Date(clock.now().getTime() + lifetime);
    await database.withTransaction(context, async (transaction) => {
      await this.revokePasswordResetTokens(accountId, transaction);
      const fields = { account, token_hash: hashPasswordResetToken(token), expires_at: expiresAt };
      const mailed = emailAddress === undefined ? {} : { email_address: emailAddress };
      await this.#repository.insertOne({ ...fields, ...mailed, is_used: false }, transaction);
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
      const update = { $set: { is_used: true } };
      await this.#repository.updateMany({ account, is_used: false }, update, context);
    }
  }

  async deletePasswordResetTokens(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.eraseOwned(accountId, erasure, context, 'account');
  }
}
