import type { AuthenticationService, ThrottleService } from '@org/authentication';
import {
  isEmailAddress,
  type AuditEvent,
  type AuditTrail,
  type Clock,
  type OperationContext,
  type TransactionRunner,
} from '@org/core';

import type { AccountJobQueue } from '../account-job-queue.ts';
import type { AccountNotifier } from '../account-notifier.ts';
import type { RequestPasswordResetParams } from '../types.ts';
import { spellingsOfUsername } from './account-policy.ts';
import { AccountUtil } from './account-util.ts';
import type { AccountRepository } from './store/account-repository.ts';

/** Name of the job that a request for a password reset stores. */
export const PASSWORD_RESET_REQUEST_JOB = 'account.password-reset-request';

/** Whose account it is meant to be is not known: a digest of the name is recorded. */
const RESET_REQUESTED: AuditEvent = {
  resourceType: 'password_reset_tokens',
  resourceId: '',
  action: 'authn_password_reset_requested',
};

export interface PasswordResetWriterDependencies {
  readonly clock: Clock;
  readonly repository: AccountRepository;
  readonly transactions: TransactionRunner;
  readonly audit: AuditTrail;
  readonly jobs: Pick<AccountJobQueue, 'dispatch'>;
  readonly authentication: AuthenticationService;
  readonly throttle: ThrottleService;
  readonly notification: AccountNotifier;
  readonly onDebug: (message: string) => void;
  readonly settings: {
    readonly webAppUrl: string;
    readonly tokenTimeToLiveMilliseconds: number;
  };
}

/** The way from a forgotten password to a mail with a link. */
export class PasswordResetWriter {
  readonly #dependencies: PasswordResetWriterDependencies;

  constructor(dependencies: PasswordResetWriterDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Stores one job with the name, whether or not an account has it. All that depends on the account
   * is the worker's, so that neither answer nor time tells.
   *
   * @throws TooManyRequestsError when the name or the source asked too often
   */
  async requestPasswordReset(
    { username }: RequestPasswordResetParams,
    context: OperationContext,
  ): Promise<{ readonly expiresAt: Date }> {
    const { clock, transactions, audit, jobs, throttle, settings } = this.#dependencies;
    await throttle.consumePasswordResetRequest({ name: username }, context);
    const subjectDigest = throttle.digestName({ name: username });
    // A name that is too long for any account is not worth its space.
    const [findable = ''] = spellingsOfUsername(username);
    await transactions.withTransaction(context, async (transaction) => {
      await jobs.dispatch(
        { name: PASSWORD_RESET_REQUEST_JOB, payload: { username: findable } },
        transaction,
      );
      await audit.record([{ ...RESET_REQUESTED, subjectDigest }], transaction);
    });
    const now = clock.now().getTime();
    return { expiresAt: new Date(now + settings.tokenTimeToLiveMilliseconds) };
  }

  /** Sends the link, if an account has the username and mail can be sent to it. */
  async sendPasswordReset(
    { username }: RequestPasswordResetParams,
    context: OperationContext,
  ): Promise<void> {
    const spellings = spellingsOfUsername(username);
    const account = await this.#dependencies.repository.findActiveByUsername(spellings, context);
    if (account === undefined) {
      return;
    }
    if (!isEmailAddress(account.username)) {
      this.#dependencies.onDebug(
        'a password reset was asked for an account whose username is no e-mail address: no mail',
      );
      return;
    }
    const { authentication, notification, transactions } = this.#dependencies;
    const {
      accountId,
      firstName,
      username: emailAddress,
    } = AccountUtil.convertAccountBsonToOwner(account);
    await transactions.withTransaction(context, async (transaction) => {
      const reset = await authentication.resetTokens.createPasswordResetToken(
        { accountId },
        transaction,
      );
      const passwordResetLink = this.#linkTo(accountId, reset.token);
      await notification.sendEmailForAccount(
        {
          accountId,
          emailAddress,
          topic: 'password-reset',
          data: { firstName, username: emailAddress, passwordResetLink },
          expiresAt: reset.expiresAt,
        },
        transaction,
      );
    });
  }

  #linkTo(accountId: string, token: string): string {
    const base = this.#dependencies.settings.webAppUrl.replace(/\/+$/, '');
    return `${base}/accounts/${accountId}/reset_password?token=${encodeURIComponent(token)}`;
  }
}
