import type { LoginAttempt, ThrottleService } from '@org/authentication';
import type { AuditTrail, OperationContext } from '@org/core';

import { AccountInvalidCredentialsError } from '../errors.ts';
import type { Account } from '../types.ts';
import type { AccountReader } from './account-reader.ts';

export interface CurrentPasswordDependencies {
  readonly reader: AccountReader;
  readonly throttle: ThrottleService;
  readonly audit: AuditTrail;
}

/** An account, and its hash that the password fits: what is proved, as long as it has that. */
export interface ProvedAccount {
  readonly account: Account;
  readonly provedHash: string;
}

/** Proof that whoever holds a session also knows the account's password. */
export class CurrentPassword {
  readonly #reader: AccountReader;
  readonly #throttle: ThrottleService;
  readonly #audit: AuditTrail;

  constructor({ reader, throttle, audit }: CurrentPasswordDependencies) {
    this.#reader = reader;
    this.#throttle = throttle;
    this.#audit = audit;
  }

  /**
   * Does what needs the current password. Where the proof no longer holds by then, it is given once
   * more: a login may have given the same password another hash. Who set another password wins.
   *
   * @param work stores nothing and resolves with `undefined` when the account has another hash
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   * @throws AccountInvalidCredentialsError when the password is wrong, or no longer the account's
   * @throws TooManyRequestsError after too many failures, also for the right password
   */
  async act<Result>(
    { id, password }: { readonly id: string; readonly password: string },
    work: (proved: ProvedAccount) => Promise<Result | undefined>,
    context: OperationContext,
  ): Promise<Result> {
    const tryOnce = async (): Promise<Result | undefined> => {
      const account = await this.#reader.getAccountById({ id }, context);
      return work({ account, provedHash: await this.#prove(account, password, context) });
    };
    const result = (await tryOnce()) ?? (await tryOnce());
    if (result === undefined) {
      throw new AccountInvalidCredentialsError();
    }
    return result;
  }

  /**
   * Counts failures together with those of logging in, so that a stolen session is no way around
   * their throttle.
   */
  async #prove(account: Account, password: string, context: OperationContext): Promise<string> {
    const name = account.username === '' ? account.id : account.username;
    const attempt = await this.#throttle.beginLogin({ name }, context);
    const provedHash = await this.#compare(account, { attempt, password }, context);
    await attempt.succeed({ accountId: account.id, isLogin: false });
    return provedHash;
  }

  async #compare(
    account: Account,
    { attempt, password }: { readonly attempt: LoginAttempt; readonly password: string },
    context: OperationContext,
  ): Promise<string> {
    try {
      const proved = { id: account.id, password };
      return (await this.#reader.getAccountByIdAndPassword(proved, context)).comparedHash;
    } catch (error) {
      await (error instanceof AccountInvalidCredentialsError
        ? Promise.all([attempt.fail(), this.#recordFailure(account, context)])
        : attempt.abandon());
      throw error;
    }
  }

  async #recordFailure({ id }: Account, context: OperationContext): Promise<void> {
    await this.#audit.recordFromSource(
      {
        resourceType: 'accounts',
        resourceId: id,
        action: 'authn_password_change',
        outcome: 'failure',
      },
      context.sourceAddress ?? id,
      context,
    );
  }
}
