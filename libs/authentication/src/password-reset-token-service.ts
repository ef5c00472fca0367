import type { Erasure, OperationContext } from '@org/core';
import type { CollectionReport } from '@org/core/store';

import { PasswordResetTokenUnusableError } from './errors.ts';
import * as given from './internal/authentication-parameters.ts';
import type { ConfiguredDependencies } from './internal/module-dependencies.ts';
import { PasswordResetTokenReader } from './internal/password-reset-token/password-reset-token-reader.ts';
import { PasswordResetTokenWriter } from './internal/password-reset-token/password-reset-token-writer.ts';
import type {
  AccountIdParams,
  CreatePasswordResetTokenParams,
  PasswordResetToken,
  PasswordResetTokenParams,
} from './types.ts';

/** Creates, uses up and revokes password reset tokens. Part of an AuthenticationService. */
export class PasswordResetTokenService {
  /** How long a token can be used. */
  readonly timeToLiveMilliseconds: number;
  readonly #reader: PasswordResetTokenReader;
  readonly #writer: PasswordResetTokenWriter;

  constructor(dependencies: ConfiguredDependencies) {
    this.timeToLiveMilliseconds = dependencies.settings.passwordResetTokenTimeToLiveMilliseconds;
    this.#reader = new PasswordResetTokenReader(dependencies);
    this.#writer = new PasswordResetTokenWriter(dependencies);
  }

  /** Creates the collection and its indexes; AuthenticationService calls it. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return this.#writer.initialize();
  }

  /**
   * Creates a token that replaces the account's older ones.
   *
   * @throws PasswordResetTokenNotFoundError if no account can have the id
   */
  async createPasswordResetToken(
    params: CreatePasswordResetTokenParams,
    context: OperationContext,
  ): Promise<PasswordResetToken> {
    return this.#writer.createPasswordResetToken(given.checkNewPasswordResetToken(params), context);
  }

  /**
   * Checks a token before the costly work of a reset, without using it up.
   *
   * @throws PasswordResetTokenNotFoundError if the account has never requested one
   * @throws PasswordResetTokenUnusableError if it is expired, used, or not the account's newest
   */
  async assertPasswordResetTokenUsable(
    params: PasswordResetTokenParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#reader.getUsablePasswordResetToken(given.checkPasswordResetToken(params), context);
  }

  /**
   * Uses up a token, in the context's transaction.
   *
   * @returns the address that it was mailed to, which is proved by this
   * @throws PasswordResetTokenNotFoundError if the account has never requested one
   * @throws PasswordResetTokenUnusableError if it is expired, used, or not the account's newest
   */
  async consumePasswordResetToken(
    params: PasswordResetTokenParams,
    context: OperationContext,
  ): Promise<{ readonly emailAddress: string | undefined }> {
    const { accountId } = given.checkPasswordResetToken(params);
    const usable = await this.#reader.getUsablePasswordResetToken(params, context);
    const isUsedUp = await this.#writer.usePasswordResetToken(usable, context);
    if (!isUsedUp) {
      throw new PasswordResetTokenUnusableError('used', accountId);
    }
    return { emailAddress: usable.emailAddress };
  }

  /** Invalidates the account's tokens, in the context's transaction. */
  async revokePasswordResetTokens(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    await this.#writer.revokePasswordResetTokens(accountId, context);
  }

  /**
   * When the account got tokens and what happened to them, as JSON without the tokens, page by
   * page.
   */
  exportPasswordResetTokens(
    params: AccountIdParams,
    context: OperationContext,
  ): AsyncIterable<readonly object[]> {
    const { accountId } = given.checkAccountId(params);
    return this.#reader.exportPasswordResetTokensByAccountId(accountId, context);
  }

  /** Erases the account's tokens. */
  async deletePasswordResetTokens(
    params: AccountIdParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    await this.#writer.deletePasswordResetTokens(accountId, erasure, context);
  }
}
