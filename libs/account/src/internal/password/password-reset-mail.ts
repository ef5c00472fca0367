import { isEmailAddress, type OperationContext } from '@org/core';

import type { RequestPasswordResetParams } from '../../types.ts';
import type { AccountReader } from '../account-reader.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';

/** Name of the job stored for a password reset request. */
export const PASSWORD_RESET_JOB = 'account.password-reset-request';

/** The worker's part of a password reset request. */
export class PasswordResetMail {
  readonly #dependencies: CompleteDependencies;
  readonly #reader: AccountReader;

  constructor(dependencies: CompleteDependencies, reader: AccountReader) {
    this.#dependencies = dependencies;
    this.#reader = reader;
  }

  /** Sends the link, if an account has the username and mail can be sent to it. */
  async send({ username }: RequestPasswordResetParams, context: OperationContext): Promise<void> {
    const { authentication, database, notification, onDebug, settings } = this.#dependencies;
    const account = await this.#reader.findAccountByUsername(username, context);
    if (account === undefined) {
      return;
    }
    const { id: accountId, firstName, username: emailAddress } = account;
    if (!isEmailAddress(emailAddress)) {
      onDebug(
        'a password reset was asked for an account whose username is no e-mail address: no mail',
      );
      return;
    }
    await database.withTransaction(context, async (transaction) => {
      const { token, expiresAt } = await authentication.resetTokens.createPasswordResetToken(
        { accountId },
        transaction,
      );
      const passwordResetLink = linkTo(settings.webAppUrl, accountId, token);
      const data = { firstName, username: emailAddress, passwordResetLink };
      await notification.sendEmailForAccount(
        { accountId, emailAddress, topic: 'password-reset', data, expiresAt },
        transaction,
      );
    });
  }
}

function linkTo(webAppUrl: string, accountId: string, token: string): string {
  const base = webAppUrl.replace(/\/+$/, '');
  return `${base}/accounts/${accountId}/reset_password?token=${encodeURIComponent(token)}`;
}
