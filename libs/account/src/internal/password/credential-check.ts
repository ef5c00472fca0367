import {
  PasswordResetTokenNotFoundError,
  PasswordResetTokenUnusableError,
  type PasswordResetTokenParams,
} from '@org/authentication';
import { ServiceUnavailableError, type AppError, type OperationContext } from '@org/core';

import { AccountInvalidCredentialsError, AccountWithIdNotFoundError } from '../../errors.ts';
import { passwordChangeRefused, passwordRehashed } from '../account-audit-events.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import type { StoredAccount } from '../account-util.ts';
import type { AccountWriter } from '../account-writer.ts';
import type { PasswordHasher } from './password-hasher.ts';

/** Checks proof of ownership of an account: its password, or the token from a reset mail. */
export class CredentialCheck {
  readonly #dependencies: CompleteDependencies;
  readonly #writer: AccountWriter;
  readonly #hasher: PasswordHasher;

  constructor(dependencies: CompleteDependencies, writer: AccountWriter, hasher: PasswordHasher) {
    this.#dependencies = dependencies;
    this.#writer = writer;
    this.#hasher = hasher;
  }

  /** Always compares one hash, so that the timing does not reveal whether the account exists. */
  async checkLogin(
    account: StoredAccount | undefined,
    password: string,
    context: OperationContext,
  ): Promise<StoredAccount> {
    const isRight = await this.#isPasswordOf(account, password);
    if (account === undefined || !isRight) {
      throw new AccountInvalidCredentialsError();
    }
    if (this.#hasher.isOutdated(account.hashedPassword, password)) {
      await this.#rehash(account, password, context);
    }
    return account;
  }

  /**
   * Failures count as other authentications of the session do: a stolen one gets no more tries, and
   * nobody who lacks one keeps the owner from the change.
   */
  async checkCurrentPassword(
    account: StoredAccount,
    { password, sessionId }: { readonly password: string; readonly sessionId: string | undefined },
    context: OperationContext,
  ): Promise<void> {
    const { id: accountId } = account;
    const { audit, throttle } = this.#dependencies;
    const prover = sessionId === undefined ? { accountId } : { sessionId };
    const attempt = await throttle.beginReauthentication(prover, context);
    let isRight: boolean;
    try {
      isRight = await this.#isPasswordOf(account, password);
    } catch (error) {
      await attempt.abandon();
      throw error;
    }
    if (!isRight) {
      const event = passwordChangeRefused(accountId);
      const source = context.sourceAddress ?? accountId;
      await Promise.all([attempt.fail(), audit.recordFromSource(event, source, context)]);
      throw new AccountInvalidCredentialsError();
    }
    await attempt.succeed({ isLogin: false });
  }

  /** @returns why the password cannot be reset, recorded and counted; `undefined` if it can */
  async findResetRefusal(
    account: StoredAccount | undefined,
    params: PasswordResetTokenParams,
    context: OperationContext,
  ): Promise<AppError | undefined> {
    const { accountId } = params;
    const refusal =
      account === undefined
        ? new AccountWithIdNotFoundError(accountId)
        : await this.#findTokenRefusal(account, params, context);
    if (refusal !== undefined) {
      await this.#dependencies.throttle.consumeRefusedPasswordReset({ accountId }, context);
    }
    return refusal;
  }

  async #isPasswordOf(account: StoredAccount | undefined, password: string): Promise<boolean> {
    const hashedPassword = account?.hashedPassword ?? '';
    if (
      account !== undefined &&
      hashedPassword !== '' &&
      !this.#hasher.isVerifiable(hashedPassword)
    ) {
      this.#dependencies.onWarning(
        `The password hash of account ${account.id} is malformed or too costly to verify; no password logs in to it until it is reset.`,
      );
    }
    return this.#hasher.compare(password, hashedPassword);
  }

  /** A disabled account has no link that works: any that seems to was used up when it was disabled. */
  async #findTokenRefusal(
    account: StoredAccount,
    params: PasswordResetTokenParams,
    context: OperationContext,
  ): Promise<AppError | undefined> {
    const { audit, authentication } = this.#dependencies;
    try {
      await authentication.resetTokens.assertPasswordResetTokenUsable(params, context);
      if (account.isDisabled) {
        throw new PasswordResetTokenUnusableError('used', account.id);
      }
      return undefined;
    } catch (error) {
      if (!isTokenRefusal(error)) {
        throw error;
      }
      const event = passwordChangeRefused(params.accountId);
      await audit.recordFromSource(event, context.sourceAddress ?? '', context);
      return error;
    }
  }

  /**
   * Rehashes the password, unless it was changed meanwhile. A login does not fail because of this:
   * if too many passwords are being hashed, the next login does it.
   */
  async #rehash(
    { id: accountId, hashedPassword: previousHash }: StoredAccount,
    password: string,
    context: OperationContext,
  ): Promise<void> {
    const { audit, database } = this.#dependencies;
    const owner = context.withActor({ type: 'account', id: accountId });
    try {
      const hashedPassword = await this.#hasher.hash(password);
      const change = { accountId, hashedPassword, previousHash };
      await database.withTransaction(owner, async (transaction) => {
        if (await this.#writer.replaceHash(change, transaction)) {
          await audit.record([passwordRehashed(accountId)], transaction);
        }
      });
    } catch (error) {
      if (!(error instanceof ServiceUnavailableError)) {
        throw error;
      }
    }
  }
}

function isTokenRefusal(error: unknown): error is AppError {
  return (
    error instanceof PasswordResetTokenNotFoundError ||
    error instanceof PasswordResetTokenUnusableError
  );
}
