import { isEmailAddress, type OperationContext } from '@org/core';
import type { JobService } from '@org/jobs';

import { AccountBadRequestError } from '../../errors.ts';
import type { AccountSearchByUsernameParams } from '../../types.ts';
import { passwordResetRequested } from '../account-audit-events.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import { spellingsOfUsername } from '../username.ts';
import type { AccountReader } from '../account-reader.ts';
import { noNotification } from '../optional-modules.ts';
import { languageOf, type StoredAccount } from '../account-util.ts';

/** Name of the job stored for a password reset request. */
const PASSWORD_RESET_JOB = 'account.password-reset-request';

/**
 * Stores the request, whether or not an account has the username.
 *
 * @throws AccountBadRequestError if this program sends no messages or runs no jobs
 */
export async function queuePasswordReset(
  username: string,
  { audit, database, jobs, notification, throttle }: CompleteDependencies,
  context: OperationContext,
): Promise<void> {
  if (notification === noNotification) {
    throw new AccountBadRequestError('This program sends no messages.');
  }
  const event = passwordResetRequested(throttle.digestName({ name: username }));
  // A name too long for any account is not worth storing.
  const [findable = ''] = spellingsOfUsername(username);
  const job = { name: PASSWORD_RESET_JOB, payload: { username: findable } };
  await database.withTransaction(context, async (transaction) => {
    await jobs.dispatch(job, transaction);
    await audit.record([event], transaction);
  });
}

/** Registers the worker's part of a password reset request. */
export function registerPasswordResetJob(
  jobs: Pick<JobService, 'register'>,
  dependencies: CompleteDependencies,
  reader: AccountReader,
): void {
  jobs.register<AccountSearchByUsernameParams>({
    name: PASSWORD_RESET_JOB,
    personalFields: ['username'],
    payloadSchema: {
      type: 'object',
      required: ['username'],
      properties: { username: { type: 'string' } },
      additionalProperties: false,
    },
    run: async ({ username }, { context }) => {
      const account = await reader.findAccountByUsername(username, context);
      if (account !== undefined) {
        await sendResetLink(account, dependencies, context);
      }
    },
  });
}

/** Sends the link, if mail can be sent to the account's username. */
async function sendResetLink(
  { id: accountId, firstName, username: emailAddress, document }: StoredAccount,
  { authentication, database, fields, notification, onDebug, settings }: CompleteDependencies,
  context: OperationContext,
): Promise<void> {
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
      {
        accountId,
        emailAddress,
        topic: 'password-reset',
        data,
        expiresAt,
        ...languageOf(document, fields),
      },
      transaction,
    );
  });
}

function linkTo(webAppUrl: string, accountId: string, token: string): string {
  const base = webAppUrl.replace(/\/+$/, '');
  return `${base}/accounts/${accountId}/reset_password?token=${encodeURIComponent(token)}`;
}
