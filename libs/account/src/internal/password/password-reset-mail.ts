import { joinUrl, toEmailKey, type OperationContext } from '@org/core';
import type { JobService } from '@org/jobs';
import type { NotificationTopicData } from '@org/notification';

import { AccountBadRequestError } from '../../errors.ts';
import type { AccountSearchByUsernameParams } from '../../types.ts';
import { passwordResetRequested } from '../account-audit-events.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import { mailAddressOf } from '../account-notices.ts';
import { spellingsOfUsername } from '../username.ts';
import type { AccountReader } from '../account-reader.ts';
import { noNotification } from '../optional-modules.ts';
import { languageOf, type StoredAccount } from '../account-util.ts';

/** Name of the job stored for a request by username. */
const BY_USERNAME_JOB = 'account.password-reset-request';
/** By e-mail address: one of its own, since a worker of an earlier version could not run it. */
const BY_EMAIL_JOB = 'account.password-reset-request-by-email';

/** Why a link is sent that nobody asked for. */
export type ResetReason = NonNullable<NotificationTopicData<'password-reset'>['reason']>;

/** What an account is asked for by; as submitted. */
export type ResetRequest = { readonly username: string } | { readonly emailAddress: string };

/**
 * Stores the request, whether or not an account has the username or e-mail address.
 *
 * @throws AccountBadRequestError if this program sends no messages or runs no jobs
 */
export async function queuePasswordReset(
  request: ResetRequest,
  { audit, database, jobs, notification, throttle }: CompleteDependencies,
  context: OperationContext,
): Promise<void> {
  if (notification === noNotification) {
    throw new AccountBadRequestError('This program sends no messages.');
  }
  const event = passwordResetRequested(throttle.digestName({ name: nameOf(request) }));
  const job = toJob(request);
  await database.withTransaction(context, async (transaction) => {
    await jobs.dispatch(job, transaction);
    await audit.record([event], transaction);
  });
}

/** What the throttle counts. */
export function nameOf(request: ResetRequest): string {
  return 'username' in request ? request.username : toEmailKey(request.emailAddress);
}

function toJob(request: ResetRequest): { readonly name: string; readonly payload: ResetRequest } {
  if ('emailAddress' in request) {
    return { name: BY_EMAIL_JOB, payload: request };
  }
  // A name too long for any account is not worth storing.
  const [findable = ''] = spellingsOfUsername(request.username);
  return { name: BY_USERNAME_JOB, payload: { username: findable } };
}

/** Registers the worker's part of a password reset request. */
export function registerPasswordResetJobs(
  jobs: Pick<JobService, 'register'>,
  dependencies: CompleteDependencies,
  reader: AccountReader,
): void {
  jobs.register<AccountSearchByUsernameParams>({
    name: BY_USERNAME_JOB,
    personalFields: ['username'],
    payloadSchema: {
      type: 'object',
      required: ['username'],
      properties: { username: { type: 'string' } },
      additionalProperties: false,
    },
    run: async ({ username }, { context }) => {
      const account = await reader.findAccountByUsername(username, context);
      if (account !== undefined && !(await isProvedByAnother(account, reader, context))) {
        await sendResetLink({ account }, dependencies, context);
      }
    },
  });
  jobs.register<{ readonly emailAddress: string }>({
    name: BY_EMAIL_JOB,
    personalFields: ['emailAddress'],
    payloadSchema: {
      type: 'object',
      required: ['emailAddress'],
      properties: { emailAddress: { type: 'string' } },
      additionalProperties: false,
    },
    run: async ({ emailAddress }, { context }) => {
      const account = await reader.findAccountToProve(emailAddress, context);
      if (account !== undefined) {
        await sendResetLink({ account }, dependencies, context);
      }
    },
  });
}

/** Whether a mail would go to a username that is somebody else's proved address. */
export async function isProvedByAnother(
  { hasProvedContact, username }: StoredAccount,
  reader: AccountReader,
  context: OperationContext,
): Promise<boolean> {
  return !hasProvedContact && (await reader.findExistingByEmail(username, context)) !== undefined;
}

/**
 * Sends the link, if mail can be sent to the account, and it is not disabled; in the context's
 * transaction, if there is one.
 *
 * @param reason default: somebody asked for it
 * @returns when it expires; `undefined` if none was sent
 */
export async function sendResetLink(
  { account, reason }: { readonly account: StoredAccount; readonly reason?: ResetReason },
  { authentication, database, fields, notification, onDebug, settings }: CompleteDependencies,
  context: OperationContext,
): Promise<Date | undefined> {
  if (account.isDisabled) {
    onDebug('a password reset was asked for a disabled account: no mail');
    return undefined;
  }
  const emailAddress = mailAddressOf(account);
  if (emailAddress === undefined) {
    onDebug('a password reset was asked for an account without an e-mail address: no mail');
    return undefined;
  }
  const { id: accountId, firstName, username, document } = account;
  return database.withTransaction(context, async (transaction) => {
    const { token, expiresAt } = await authentication.resetTokens.createPasswordResetToken(
      { accountId, emailAddress },
      transaction,
    );
    const passwordResetLink = linkTo(settings.webAppUrl, accountId, token);
    const data = { firstName, username, passwordResetLink, ...(reason && { reason }) };
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
    return expiresAt;
  });
}

function linkTo(webAppUrl: string, accountId: string, token: string): string {
  const secret = encodeURIComponent(token);
  return joinUrl(webAppUrl, `/accounts/${accountId}/reset_password?token=${secret}`);
}
