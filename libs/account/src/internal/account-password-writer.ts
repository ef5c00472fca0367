import {
  PasswordResetTokenNotFoundError,
  PasswordResetTokenUnusableError,
  type AuthenticationService,
  type ThrottleService,
} from '@org/authentication';
import {
  ServiceUnavailableError,
  type AuditEvent,
  type AuditTrail,
  type OperationContext,
  type TransactionRunner,
} from '@org/core';

import { AccountWithIdNotFoundError } from '../errors.ts';
import type {
  Account,
  AccountSearchParams,
  ChangeAccountPasswordParams,
  ResetPasswordParams,
} from '../types.ts';
import type { AccountNotices } from './account-notices.ts';
import { AccountUtil } from './account-util.ts';
import { PasswordPolicy } from './password-policy.ts';
import { AccountModel } from './store/account-model.ts';
import type { AccountRepository } from './store/account-repository.ts';

export interface AccountPasswordWriterDependencies {
  readonly repository: AccountRepository;
  readonly util: AccountUtil;
  readonly passwordPolicy: PasswordPolicy;
  readonly transactions: TransactionRunner;
  readonly audit: AuditTrail;
  readonly authentication: AuthenticationService;
  readonly throttle: ThrottleService;
  readonly notices: AccountNotices;
}

/** Sets the passwords of accounts that exist. */
export class AccountPasswordWriter {
  readonly #repository: AccountRepository;
  readonly #util: AccountUtil;
  readonly #passwordPolicy: PasswordPolicy;
  readonly #transactions: TransactionRunner;
  readonly #audit: AuditTrail;
  readonly #authentication: AuthenticationService;
  readonly #throttle: ThrottleService;
  readonly #notices: AccountNotices;

  constructor(dependencies: AccountPasswordWriterDependencies) {
    this.#repository = dependencies.repository;
    this.#util = dependencies.util;
    this.#passwordPolicy = dependencies.passwordPolicy;
    this.#transactions = dependencies.transactions;
    this.#audit = dependencies.audit;
    this.#authentication = dependencies.authentication;
    this.#throttle = dependencies.throttle;
    this.#notices = dependencies.notices;
  }

  /**
   * Sets another password, now that the current one was given. Ends the other sessions.
   *
   * @throws AccountBadRequestError when the new password is refused
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async changeAccountPassword(
    {
      account,
      newPassword,
      currentSessionId,
    }: Pick<ChangeAccountPasswordParams, 'newPassword' | 'currentSessionId'> & {
      readonly account: Account;
    },
    context: OperationContext,
  ): Promise<Account> {
    await this.#passwordPolicy.checkNewPassword(newPassword);
    PasswordPolicy.checkDiffersFromUsername(newPassword, account.username);
    const hashedPassword = await this.#util.hashPassword(newPassword);
    return this.#transactions.withTransaction(context, (transaction) =>
      this.#setPassword({ accountId: account.id, hashedPassword, currentSessionId }, transaction),
    );
  }

  /**
   * Sets another password for whoever has the token of a mail. The password is judged first, and a
   * refused one leaves the token good; the token is looked at before the costly hash, and used up
   * together with the change.
   *
   * @throws TooManyRequestsError when the account or the source tried too often
   * @throws AccountBadRequestError when the new password is refused
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   * @throws PasswordResetTokenNotFoundError when the account has never asked for a token
   * @throws PasswordResetTokenUnusableError when the token is expired, used, or another one
   */
  async resetAccountPassword(
    { accountId, token, newPassword }: ResetPasswordParams,
    context: OperationContext,
  ): Promise<Account> {
    await this.#throttle.consumePasswordReset({ accountId }, context);
    await this.#passwordPolicy.checkNewPassword(newPassword);
    const account = await this.#repository.findActiveById(accountId, context);
    if (account === undefined) {
      throw new AccountWithIdNotFoundError(accountId);
    }
    PasswordPolicy.checkDiffersFromUsername(newPassword, account.username);
    await this.#checkToken({ accountId, token }, context);
    const hashedPassword = await this.#util.hashPassword(newPassword);
    return this.#transactions.withTransaction(context, async (transaction) => {
      await this.#authentication.consumePasswordResetToken({ accountId, token }, transaction);
      const owner = transaction.withActor({ type: 'account', id: accountId });
      return this.#setPassword({ accountId, hashedPassword }, owner);
    });
  }

  /**
   * Replaces a hash of an earlier backend, or of less cost, unless the password was changed
   * meanwhile. A login does not fail for it: where too many hashes wait, the next one does it.
   */
  async rehashPassword(
    { id: accountId }: Account,
    { password, outdatedHash }: Pick<AccountSearchParams, 'password'> & { outdatedHash: string },
    context: OperationContext,
  ): Promise<void> {
    try {
      const hashedPassword = await this.#util.hashPassword(password);
      await this.#transactions.withTransaction(context, async (transaction) => {
        const replaced = await this.#repository.updateActive(
          accountId,
          { $set: { hashed_password: hashedPassword } },
          transaction,
          { hashed_password: outdatedHash },
        );
        if (replaced !== undefined) {
          const action = 'authn_password_rehash';
          await this.#audit.record([{ ...describeChange(accountId), action }], transaction);
        }
      });
    } catch (error) {
      if (!(error instanceof ServiceUnavailableError)) {
        throw error;
      }
    }
  }

  /** @throws PasswordResetTokenNotFoundError, PasswordResetTokenUnusableError */
  async #checkToken(
    params: Pick<ResetPasswordParams, 'accountId' | 'token'>,
    context: OperationContext,
  ): Promise<void> {
    try {
      await this.#authentication.assertPasswordResetTokenUsable(params, context);
    } catch (error) {
      if (isRefusedToken(error)) {
        await this.#audit.recordFromSource(
          { ...describeChange(params.accountId), outcome: 'failure' },
          context.sourceAddress ?? '',
          context,
        );
      }
      throw error;
    }
  }

  /** In one transaction: the change, the end of sessions and reset tokens, the record, the notice. */
  async #setPassword(
    {
      accountId,
      hashedPassword,
      currentSessionId,
    }: {
      readonly accountId: string;
      readonly hashedPassword: string;
      readonly currentSessionId?: string | undefined;
    },
    transaction: OperationContext,
  ): Promise<Account> {
    const changed = await this.#repository.updateActive(
      accountId,
      { $set: { hashed_password: hashedPassword }, $inc: { session_epoch: 1 } },
      transaction,
    );
    if (changed === undefined) {
      throw new AccountWithIdNotFoundError(accountId);
    }
    const { session_epoch: sessionEpoch } = changed;
    const kept =
      currentSessionId === undefined ? undefined : { sessionId: currentSessionId, sessionEpoch };
    await this.#authentication.endSessionsByAccountId({ accountId, kept }, transaction);
    await this.#authentication.revokePasswordResetTokens({ accountId }, transaction);
    await this.#audit.record([describeChange(accountId)], transaction);
    const owner = AccountUtil.convertAccountBsonToOwner(changed);
    const { firstName } = owner;
    await this.#notices.send(
      owner,
      { topic: 'password-changed', data: { firstName } },
      transaction,
    );
    return AccountUtil.convertAccountBsonToAccount(changed);
  }
}

function describeChange(accountId: string): AuditEvent {
  return {
    resourceType: AccountModel.getCollectionName(),
    resourceId: accountId,
    action: 'authn_password_change',
  };
}

function isRefusedToken(error: unknown): boolean {
  return (
    error instanceof PasswordResetTokenNotFoundError ||
    error instanceof PasswordResetTokenUnusableError
  );
}
