import type { AuditTrail, Clock, Erasure, OperationContext } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { PasswordResetTokenUnusableError } from './errors.ts';
import * as given from './internal/authentication-parameters-policy.ts';
import { PasswordResetTokenReader } from './internal/password-reset-token/password-reset-token-reader.ts';
import { exportPasswordResetToken } from './internal/password-reset-token/password-reset-token-util.ts';
import { PasswordResetTokenWriter } from './internal/password-reset-token/password-reset-token-writer.ts';
import { PasswordResetTokenRepository } from './internal/password-reset-token/store/password-reset-token-repository.ts';
import type {
  PasswordResetToken,
  PasswordResetTokenParams,
  PasswordResetTokensByAccountIdParams,
} from './types.ts';

export interface PasswordResetTokenServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly timeToLiveMilliseconds: number;
}

/** Password reset tokens. A part of AuthenticationService. */
export class PasswordResetTokenService {
  readonly #repository: PasswordResetTokenRepository;
  readonly #reader: PasswordResetTokenReader;
  readonly #writer: PasswordResetTokenWriter;

  private constructor(dependencies: PasswordResetTokenServiceDependencies) {
    const { database, audit, clock, timeToLiveMilliseconds } = dependencies;
    this.#repository = new PasswordResetTokenRepository({ database, audit });
    this.#reader = new PasswordResetTokenReader({ clock, repository: this.#repository });
    this.#writer = new PasswordResetTokenWriter({
      clock,
      repository: this.#repository,
      transactions: database,
      timeToLiveMilliseconds,
    });
  }

  static create(dependencies: PasswordResetTokenServiceDependencies): PasswordResetTokenService {
    return new PasswordResetTokenService(dependencies);
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  async createPasswordResetToken(
    params: PasswordResetTokensByAccountIdParams,
    context: OperationContext,
  ): Promise<PasswordResetToken> {
    const { accountId } = given.checkAccountId(params);
    return this.#writer.createPasswordResetToken(accountId, context);
  }

  /** @throws PasswordResetTokenNotFoundError, PasswordResetTokenUnusableError */
  async assertPasswordResetTokenUsable(
    params: PasswordResetTokenParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#reader.getUsablePasswordResetToken(given.checkPasswordResetToken(params), context);
  }

  /** @throws PasswordResetTokenNotFoundError, PasswordResetTokenUnusableError */
  async consumePasswordResetToken(
    params: PasswordResetTokenParams,
    context: OperationContext,
  ): Promise<void> {
    given.checkPasswordResetToken(params);
    const usable = await this.#reader.getUsablePasswordResetToken(params, context);
    if (!(await this.#writer.usePasswordResetToken(usable, context))) {
      throw new PasswordResetTokenUnusableError('used', params.accountId);
    }
  }

  async revokePasswordResetTokens(
    params: PasswordResetTokensByAccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    await this.#writer.revokePasswordResetTokens(accountId, context);
  }

  /** When the account got tokens and what became of them, as JSON without the tokens. */
  async *exportPasswordResetTokens(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    for await (const page of this.#reader.findPasswordResetTokensByAccountId(accountId, context)) {
      yield page.map(exportPasswordResetToken);
    }
  }

  async deletePasswordResetTokens(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#writer.deletePasswordResetTokens(accountId, erasure, context);
  }
}
