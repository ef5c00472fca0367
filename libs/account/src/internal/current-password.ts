import type { ThrottleService } from '@org/authentication';
import type { AuditTrail, OperationContext } from '@org/core';

import { AccountInvalidCredentialsError } from '../errors.ts';
import type { Account } from '../types.ts';
import type { AccountReader } from './account-reader.ts';

export interface CurrentPasswordDependencies {
  readonly reader: AccountReader;
  readonly throttle: ThrottleService;
  readonly audit: AuditTrail;
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
   * Counts failures together with those of logging in, so that a stolen session is no way around
   * their throttle.
   *
   * @throws AccountInvalidCredentialsError when the password is wrong, or the account has none
   * @throws TooManyRequestsError after too many failures, also for the right password
   */
  async prove(account: Account, password: string, context: OperationContext): Promise<void> {
    const name = account.username === '' ? account.id : account.username;
    const { hasFailures } = await this.#throttle.assertLoginAllowed({ name }, context);
    try {
      await this.#reader.getAccountByIdAndPassword({ id: account.id, password }, context);
    } catch (error) {
      if (error instanceof AccountInvalidCredentialsError) {
        await this.#recordFailure(account, name, context);
      }
      throw error;
    }
    if (hasFailures) {
      await this.#throttle.recordSuccessfulLogin({ name }, context);
    }
  }

  async #recordFailure({ id }: Account, name: string, context: OperationContext): Promise<void> {
    await this.#throttle.recordFailedLogin({ name }, context);
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
