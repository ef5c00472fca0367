import {
  AccessTokenInvalidError,
  OtpExpiredError,
  OtpIncorrectError,
  type OtpPurpose,
  type SessionOrigin,
} from '@org/authentication';
import type { OperationContext, PhoneNumber } from '@org/core';
import type { CollectionReport } from '@org/core/store';

import { AccountLastLoginError } from './errors.ts';
import type { AccountFieldDefinitions, NoFields } from './fields/account-fields.ts';
import { contactChangeRefused, contactReversalRefused } from './internal/account-audit-events.ts';
import type { CompleteDependencies } from './internal/account-dependencies.ts';
import * as given from './internal/account-parameters.ts';
import type { AccountReader } from './internal/account-reader.ts';
import { languageOf, toAccount, type StoredAccount } from './internal/account-util.ts';
import type { AccountWriter } from './internal/account-writer.ts';
import { ContactChanger } from './internal/contact/contact-changer.ts';
import type { ContactChanges, ContactRecipient } from './internal/contact/contact-changes.ts';
import { recipientOf } from './internal/contact/contact-recipient.ts';
import { isBadLink, recordingRefusal } from './internal/refusal-record.ts';
import type { Account } from './types.ts';

/** One of the two contacts. */
export interface RequestContactChangeParams {
  readonly accountId: string;
  readonly emailAddress?: string | undefined;
  /** As the client sent it. */
  readonly phoneNumber?: PhoneNumber | undefined;
  /** From where the request comes; the mail says so. Default: unknown. */
  readonly origin?: SessionOrigin | undefined;
}

export interface RequestedContactChange {
  readonly id: string;
  /** When its code expires. */
  readonly expiresAt: Date;
}

export interface ConfirmContactChangeParams {
  readonly accountId: string;
  readonly changeId: string;
  /** As the client sent it; anything but a string counts as a wrong code. */
  readonly code: unknown;
}

export interface RemoveContactParams {
  readonly accountId: string;
  readonly kind: 'email' | 'phone';
}

export interface ReverseContactChangeParams {
  /** The secret from the link that the former contact got. */
  readonly token: string;
}

/** Changes and removes the contacts by which owners log in. Part of an AccountService. */
export class AccountContactService<Fields extends AccountFieldDefinitions = NoFields> {
  readonly #dependencies: CompleteDependencies;
  readonly #reader: AccountReader;
  readonly #writer: AccountWriter;
  readonly #changes: ContactChanges;
  readonly #changer: ContactChanger;

  constructor(
    dependencies: CompleteDependencies,
    reader: AccountReader,
    writer: AccountWriter,
    changes: ContactChanges,
  ) {
    this.#dependencies = dependencies;
    this.#reader = reader;
    this.#writer = writer;
    this.#changes = changes;
    this.#changer = new ContactChanger({ ...dependencies, reader, writer, changes });
  }

  /** AccountService calls it. */
  async initialize(): Promise<CollectionReport> {
    return this.#changes.initialize();
  }

  /**
   * Asks for a new e-mail address or phone number: sends it a code, also if another account has it.
   * Replaces the account's earlier request.
   *
   * @example
   * const emailAddress = 'ada@example.com';
   * const { id } = await accounts.contacts.requestContactChange({ accountId, emailAddress }, context);
   * await accounts.contacts.confirmContactChange({ accountId, changeId: id, code }, context);
   *
   * @throws AccountBadRequestError if the e-mail address is invalid
   * @throws OtpRequestFailedError if the number is invalid, or its country or kind is not served
   * @throws TooManyRequestsError within the resend pause, and over the budget of contact or source
   * @throws AccountWithIdNotFoundError if there is no active account with this id
   * @throws AccessTokenInvalidError if the account's sessions were ended meanwhile
   */
  async requestContactChange(
    params: RequestContactChangeParams,
    context: OperationContext,
  ): Promise<RequestedContactChange> {
    const { accountId, origin } = given.checkContactChange(params);
    const recipient = recipientOf(params);
    let firstEpoch: number | undefined;
    return this.#dependencies.database.withTransaction(context, async (transaction) => {
      const account = await this.#reader.getAccountById(accountId, transaction);
      firstEpoch ??= account.sessionEpoch;
      if (account.sessionEpoch !== firstEpoch) {
        // What made this transaction start again has ended the sessions, such as a reversal.
        throw new AccessTokenInvalidError();
      }
      await this.#writer.contacts.lock(accountId, transaction);
      const expiresAt = await this.#sendCode(account, recipient, origin, transaction);
      const id = await this.#changes.request(accountId, recipient, expiresAt, transaction);
      return { id, expiresAt };
    });
  }

  async #sendCode(
    { id: accountId, document }: StoredAccount,
    recipient: ContactRecipient,
    origin: RequestContactChangeParams['origin'],
    transaction: OperationContext,
  ): Promise<Date> {
    const { authentication, fields } = this.#dependencies;
    const about = { accountId, purpose: purposeOf(accountId), ...languageOf(document, fields) };
    const topic = 'contact-code';
    const { expiresAt } = await ('emailAddress' in recipient
      ? authentication.emailCodes.requestEmailCode(
          { ...recipient, ...about, topic, origin },
          transaction,
        )
      : authentication.otps.requestOtp({ ...recipient, ...about }, transaction));
    return expiresAt;
  }

  /**
   * Gives the account the contact that was asked for, which the code proves. Whoever has the former
   * one is told how to undo this within 7 days; until then no other account can have that.
   *
   * @throws OtpIncorrectError for a wrong code, and if nothing was asked for
   * @throws OtpExpiredError for a correct code that was used, replaced, or is too old
   * @throws TooManyRequestsError after too many wrong codes for this contact or from the source
   * @throws AccountWithEmailExistsError, AccountWithPhoneNumberExistsError if another account has it
   */
  async confirmContactChange(
    params: ConfirmContactChangeParams,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    const confirmation = given.checkContactConfirmation(params);
    const { accountId } = confirmation;
    const refusal = { event: contactChangeRefused(accountId), isOf: isWrongCode };
    const { audit } = this.#dependencies;
    return recordingRefusal(this.#confirm(confirmation, context), refusal, audit, context);
  }

  async #confirm(
    { accountId, changeId, code }: ConfirmContactChangeParams,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    const requested = await this.#changes.findRequested(accountId, changeId, context);
    if (requested === undefined) {
      throw new OtpIncorrectError();
    }
    const { throttle, authentication, fields } = this.#dependencies;
    const { change, recipient } = requested;
    const purpose = purposeOf(accountId);
    const attempt = await throttle.beginOtpLogin(recipient, context);
    try {
      await ('emailAddress' in recipient
        ? authentication.emailCodes.verifyEmailCode({ ...recipient, code, purpose }, context)
        : authentication.otps.verifyOtp({ ...recipient, otpCode: code, purpose }, context));
    } catch (error) {
      await (isWrongCode(error) ? attempt.fail() : attempt.abandon());
      throw error;
    }
    await attempt.succeed({ accountId, isLogin: false });
    return toAccount<Fields>(await this.#changer.finish(change, context), fields);
  }

  /**
   * Removes the e-mail address or phone number, if the account has one. Whoever has it is told how to
   * undo this within 7 days.
   *
   * @throws AccountLastLoginError if there is no other way to log in
   * @throws AccountWithIdNotFoundError if there is no active account with this id
   */
  async removeContact(
    params: RemoveContactParams,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    const { accountId, kind } = given.checkContactRemoval(params);
    const removed = await this.#changer.remove(accountId, kind, context);
    if (removed === undefined) {
      throw new AccountLastLoginError();
    }
    return toAccount<Fields>(removed, this.#dependencies.fields);
  }

  /**
   * Undoes a change of contact, and every later one, with the token that the former contact got: ends
   * all sessions, removes the password, and mails a link for a new one. Takes away the other contact
   * if that was added where none was before, in the 7 days before the change.
   *
   * @returns when that link expires
   * @throws AccountBadRequestError if the token is unknown, used, void or expired
   * @throws TooManyRequestsError if the source tried too often
   */
  async reverseContactChange(
    params: ReverseContactChangeParams,
    context: OperationContext,
  ): Promise<{ readonly expiresAt: Date }> {
    const { token } = given.checkReversal(params);
    const { audit, authentication, clock, throttle } = this.#dependencies;
    await throttle.consumePasswordReset(context);
    const reversing = this.#changer.reverse(token, context);
    const refusal = { event: contactReversalRefused, isOf: isBadLink };
    await recordingRefusal(reversing, refusal, audit, context);
    const { timeToLiveMilliseconds } = authentication.resetTokens;
    return { expiresAt: new Date(clock.now().getTime() + timeToLiveMilliseconds) };
  }
}

function isWrongCode(error: unknown): boolean {
  return error instanceof OtpIncorrectError || error instanceof OtpExpiredError;
}

function purposeOf(accountId: string): OtpPurpose {
  return `contact:${accountId}`;
}
