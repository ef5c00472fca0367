import {
  PasswordResetTokenNotFoundError,
  PasswordResetTokenUnusableError,
  type AuthenticationService,
  type ThrottleService,
} from '@org/authentication';
import {
  ServiceUnavailableError,
  type AppError,
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
   * @param change with the hash that the current password fits
   * @returns `undefined`, with nothing changed, when the account has another hash by now or is deleted
   * @throws AccountBadRequestError when the new password is refused
   */
  async changeAccountPassword(
    {
      account,
      provedHash,
      newPassword,
      currentSessionId,
    }: Pick<ChangeAccountPasswordParams, 'newPassword' | 'currentSessionId'> & {
      readonly account: Account;
      readonly provedHash: string;
    },
    context: OperationContext,
  ): Promise<Account | undefined> {
    await this.#passwordPolicy.checkNewPassword(newPassword, 'new_password');
    PasswordPolicy.checkDiffersFromUsername(newPassword, account.username, 'new_password');
    const hashedPassword = await this.#util.hashPassword(newPassword);
    const change = { accountId: account.id, provedHash, hashedPassword, currentSessionId };
    return this.#transactions.withTransaction(context, (transaction) =>
      this.#setPassword(change, transaction),
    );
  }

  /**
   * Sets another password for whoever has the token of a mail. The password is judged first, and a
   * refused one leaves the token good; the token is looked at before the costly hash, and used up
   * together with the change. A good token serves however many others were refused for the account.
   *
   * @throws TooManyRequestsError when the source tried too often, or others were refused too often
   * @throws AccountBadRequestError when the new password is refused
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   * @throws PasswordResetTokenNotFoundError when the account has never asked for a token
   * @throws PasswordResetTokenUnusableError when the token is expired, used, or another one
   */
  async resetAccountPassword(
    { accountId, token, newPassword }: ResetPasswordParams,
    context: OperationContext,
  ): Promise<Account> {
    await this.#throttle.consumePasswordReset(context);
    await this.#passwordPolicy.checkNewPassword(newPassword, 'new_password');
    const account = await this.#repository.findActiveById(accountId, context);
    const refusal = account
      ? await this.#findRefusal({ accountId, token }, context)
      : new AccountWithIdNotFoundError(accountId);
    if (refusal !== undefined) {
      await this.#throttle.consumeRefusedPasswordReset({ accountId }, context);
    }
    if (account !== undefined) {
      PasswordPolicy.checkDiffersFromUsername(newPassword, account.username, 'new_password');
    }
    if (refusal !== undefined) {
      throw refusal;
    }
    const hashedPassword = await this.#util.hashPassword(newPassword);
    return this.#transactions.withTransaction(context, async (transaction) => {
      await this.#authentication.resetTokens.consumePasswordResetToken(
        { accountId, token },
        transaction,
      );
      const owner = transaction.withActor({ type: 'account', id: accountId });
      const changed = await this.#setPassword({ accountId, hashedPassword }, owner);
      if (changed === undefined) {
        throw new AccountWithIdNotFoundError(accountId);
      }
      return changed;
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

  /** Why the token does not serve; that is recorded. */
  async #findRefusal(
    params: Pick<ResetPasswordParams, 'accountId' | 'token'>,
    context: OperationContext,
  ): Promise<AppError | undefined> {
    try {
      await this.#authentication.resetTokens.assertPasswordResetTokenUsable(params, context);
      return undefined;
    } catch (error) {
      if (!isRefusedToken(error)) {
        throw error;
      }
      await this.#audit.recordFromSource(
        { ...describeChange(params.accountId), outcome: 'failure' },
        context.sourceAddress ?? '',
        context,
      );
      return error;
    }
  }

  /**
   * In one transaction: the change, the end of sessions and reset tokens, the record, the notice.
   *
   * @returns `undefined` when the account is not active, or has not the proved hash
   */
  async #setPassword(
    {
      accountId,
      provedHash,
      hashedPassword,
      currentSessionId,
    }: {
      readonly accountId: string;
      readonly provedHash?: string;
      readonly hashedPassword: string;
      readonly currentSessionId?: string | undefined;
    },
    transaction: OperationContext,
  ): Promise<Account | undefined> {
    const changed = await this.#repository.updateActive(
      accountId,
      { $set: { hashed_password: hashedPassword }, $inc: { session_epoch: 1 } },
      transaction,
      provedHash === undefined ? {} : { hashed_password: provedHash },
    );
    if (changed === undefined) {
      return undefined;
    }
    const { session_epoch: sessionEpoch } = changed;
    const kept =
      currentSessionId === undefined ? undefined : { sessionId: currentSessionId, sessionEpoch };
    await this.#authentication.endSessionsByAccountId({ accountId, kept }, transaction);
    await this.#authentication.resetTokens.revokePasswordResetTokens({ accountId }, transaction);
    await this.#audit.record([describeChange(accountId)], transaction);
    const owner = AccountUtil.convertAccountBsonToOwner(changed);
    await this.#notices.send(owner, { topic: 'password-changed', data: {} }, transaction);
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

function isRefusedToken(error: unknown): error is AppError {
  return (
    error instanceof PasswordResetTokenNotFoundError ||
    error instanceof PasswordResetTokenUnusableError
  );
}
