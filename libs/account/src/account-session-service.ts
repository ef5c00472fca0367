import type { NewDevice } from '@org/authentication';
import type { OperationContext } from '@org/core';

import { AccountBadRequestError } from './errors.ts';
import { sessionReversalRefused } from './internal/account-audit-events.ts';
import type { CompleteDependencies } from './internal/account-dependencies.ts';
import * as notices from './internal/account-notices.ts';
import * as given from './internal/account-parameters.ts';
import type { AccountReader } from './internal/account-reader.ts';
import type { ContactChanges } from './internal/contact/contact-changes.ts';
import { sendResetLink } from './internal/password/password-reset-mail.ts';
import { isBadLink, recordingRefusal } from './internal/refusal-record.ts';
import type { AccountIdParams } from './types.ts';

const DAY = 24 * 60 * 60_000;

export interface ReverseSessionParams {
  /** The secret from the link in the notice of a new device. */
  readonly token: string;
}

/** What owners are told of their sessions, and how they disown one. Part of an AccountService. */
export class AccountSessionService {
  readonly #dependencies: CompleteDependencies;
  readonly #reader: AccountReader;
  readonly #changes: ContactChanges;

  constructor(dependencies: CompleteDependencies, reader: AccountReader, changes: ContactChanges) {
    this.#dependencies = dependencies;
    this.#reader = reader;
    this.#changes = changes;
  }

  /** Tells the owner that an old refresh token was used and its session ended. */
  async tellOfTokenReuse(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    const account = await this.#reader.findAccountById(accountId, context);
    if (account === undefined) {
      return;
    }
    await this.#dependencies.database.withTransaction(context, (transaction) =>
      notices.send(this.#dependencies, notices.refreshTokenReused, account, transaction),
    );
  }

  /**
   * Tells the owner that somebody logged in from a new device: by mail, or by SMS if no mail reaches
   * them and the login was not by a code to that phone. Not of the first login to an account of the
   * last day, which is the owner's sign-up.
   */
  async tellOfNewDevice(params: NewDevice, context: OperationContext): Promise<void> {
    const newDevice = given.checkNewDevice(params);
    const { database, settings } = this.#dependencies;
    const account = await this.#reader.findAccountById(newDevice.accountId, context);
    const isSignUp =
      newDevice.isFirst && newDevice.at.getTime() - (account?.createdAt.getTime() ?? 0) <= DAY;
    if (account === undefined || isSignUp) {
      return;
    }
    const notice = notices.newDevice(newDevice, settings);
    // The phone has just got the code.
    const hasPhone = account.hasProvedPhoneNumber && newDevice.authenticatedBy !== 'otp';
    const phoneNumber = hasPhone ? account.phoneNumber : null;
    await database.withTransaction(context, (transaction) =>
      notices.sendNewDevice(this.#dependencies, notice, { account, phoneNumber }, transaction),
    );
  }

  /**
   * Ends a session with the token that its owner got, also if it has ended already, and mails a link
   * for a new password: but not to an address that the account has only got since the session began,
   * which may be a thief's. The former one got a link to take it back. Other sessions stay. No link is
   * mailed for a disabled account.
   *
   * @returns when that link expires
   * @throws AccountBadRequestError if the token is unknown, used or expired
   * @throws TooManyRequestsError if the source tried too often
   */
  async reverseSession(
    params: ReverseSessionParams,
    context: OperationContext,
  ): Promise<{ readonly expiresAt: Date }> {
    const { token } = given.checkReversal(params);
    const { audit, authentication, clock, throttle } = this.#dependencies;
    await throttle.consumePasswordReset(context);
    const refusal = { event: sessionReversalRefused, isOf: isBadLink };
    await recordingRefusal(this.#reverse(token, context), refusal, audit, context);
    const { timeToLiveMilliseconds } = authentication.resetTokens;
    return { expiresAt: new Date(clock.now().getTime() + timeToLiveMilliseconds) };
  }

  async #reverse(token: string, context: OperationContext): Promise<void> {
    const { authentication, database } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      const reversed = await authentication.reverseSession({ token }, transaction);
      const account =
        reversed && (await this.#reader.findExistingById(reversed.accountId, transaction));
      if (reversed === undefined || account === undefined) {
        throw AccountBadRequestError.ofLink();
      }
      const { id } = account;
      const { startedAt } = reversed;
      if (!(await this.#changes.hasChangedEmailSince(id, startedAt, transaction))) {
        const owner = transaction.withActor({ type: 'account', id });
        const reason = 'session-disowned';
        await sendResetLink({ account, reason }, this.#dependencies, owner);
      }
    });
  }
}
