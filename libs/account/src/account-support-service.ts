import { isEmailAddress, type OperationContext } from '@org/core';
import type { CollectionReport } from '@org/core/store';

import type {
  RequestContactChangeParams,
  RequestedContactChange,
} from './account-contact-service.ts';
import { AccountStateError } from './errors.ts';
import { accountDisabled, accountEnabled } from './events.ts';
import type { AccountFieldDefinitions, NoFields } from './fields/account-fields.ts';
import { endUse } from './internal/access-end.ts';
import type { CompleteDependencies } from './internal/account-dependencies.ts';
import * as notices from './internal/account-notices.ts';
import * as given from './internal/account-parameters.ts';
import type { AccountReader } from './internal/account-reader.ts';
import { languageOf, normalPhoneNumberOf, type StoredAccount } from './internal/account-util.ts';
import type { AccountWriter } from './internal/account-writer.ts';
import type { ContactChanges } from './internal/contact/contact-changes.ts';
import { recipientOf } from './internal/contact/contact-recipient.ts';
import { isProvedByAnother, sendResetLink } from './internal/password/password-reset-mail.ts';
import {
  AccountSearch,
  type AccountPage,
  type SearchAccountsParams,
} from './internal/support/account-search.ts';
import { ContactRequests, type ContactRequestPage } from './internal/support/contact-requests.ts';
import { readWholeAccount, type WholeAccount } from './internal/support/whole-account.ts';
import type {
  AccountIdParams,
  AccountSearchByPhoneNumberParams,
  AccountSearchByUsernameParams,
} from './types.ts';

export type {
  AccountPage,
  AccountSummary,
  SearchAccountsParams,
} from './internal/support/account-search.ts';
export type { ContactRequest, ContactRequestPage } from './internal/support/contact-requests.ts';
export type { OpenContactChange, WholeAccount } from './internal/support/whole-account.ts';

export interface ResendCodeParams extends AccountIdParams {
  readonly channel: 'email' | 'phone';
}

export interface ContactRequestIdParams {
  readonly requestId: string;
}

export interface ListContactRequestsParams {
  /** Default: 20, at most 200. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

interface SupportDependencies extends CompleteDependencies {
  readonly reader: AccountReader;
  readonly writer: AccountWriter;
  readonly changes: ContactChanges;
}

/**
 * What operators do for owners, and to accounts. Who may do so is for the caller to check. Part of an
 * AccountService.
 */
export class AccountSupportService<Fields extends AccountFieldDefinitions = NoFields> {
  readonly #dependencies: SupportDependencies;
  readonly #search: AccountSearch;
  readonly #requests: ContactRequests;

  constructor(dependencies: SupportDependencies) {
    this.#dependencies = dependencies;
    this.#search = new AccountSearch(dependencies);
    this.#requests = new ContactRequests(dependencies);
  }

  /** AccountService calls it. */
  async initialize(): Promise<CollectionReport> {
    return this.#requests.initialize();
  }

  /**
   * Finds accounts of any state by what a name or contact of theirs begins with.
   *
   * @example
   * const { items, nextCursor } = await accounts.support.searchAccounts({ query: 'ada' }, context);
   *
   * @throws AccountBadRequestError if the query has no letter and no number, or the cursor is not of
   *   an earlier page
   */
  async searchAccounts(
    params: SearchAccountsParams,
    context: OperationContext,
  ): Promise<AccountPage> {
    return this.#search.findPage(given.checkSearch(params), context);
  }

  /**
   * Finds the account that has a username, or else a phone number, also if it is disabled.
   *
   * @returns `undefined` if there is none
   */
  async findAccountByName(
    params: Partial<AccountSearchByUsernameParams & AccountSearchByPhoneNumberParams>,
    context: OperationContext,
  ): Promise<AccountIdParams | undefined> {
    const { reader } = this.#dependencies;
    const { username, phoneNumber } = given.checkNameOrNumber(params);
    const account =
      username === undefined
        ? phoneNumber && (await reader.findExistingByPhoneNumber(phoneNumber, context))
        : await reader.findExistingByUsername(username, context);
    return account && { accountId: account.id };
  }

  /**
   * An account of any state, with what is known about how its owner can log in and be reached.
   *
   * @throws AccountWithIdNotFoundError if there is no account with this id, or it is being erased
   */
  async getAccountWhole(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<WholeAccount<Fields>> {
    const { accountId } = given.checkAccountId(params);
    const [search, requests] = [this.#search, this.#requests];
    return readWholeAccount(accountId, { ...this.#dependencies, search, requests }, context);
  }

  /**
   * Disables an account: its sessions end, and every way to log in answers as for wrong credentials
   * until {@link enableAccount}. No code or link reaches it, and its owner is told. It keeps its
   * names, and can be exported, deleted, restored and erased. Does nothing if it is disabled.
   *
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   * @throws an AppError of the policy for ends
   */
  async disableAccount(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    const { clock, database, endPolicy, events, reader, writer } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      const disabled = await writer.disable(accountId, clock.now(), transaction);
      if (disabled === undefined) {
        await reader.getExistingById(accountId, transaction);
        return;
      }
      await endPolicy({ accountId }, transaction);
      await endUse(disabled, this.#dependencies, transaction);
      await events.publish(accountDisabled, { accountId }, transaction);
      const notice = notices.accountDisabled;
      await notices.sendAlsoToFormer(this.#dependencies, notice, disabled, transaction);
    });
  }

  /**
   * Lets the owner log in again, and tells them. What ended when it was disabled stays ended. Does
   * nothing if it is not disabled.
   *
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   */
  async enableAccount(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    const { database, events, reader, writer } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      const enabled = await writer.enable(accountId, transaction);
      if (enabled === undefined) {
        await reader.getExistingById(accountId, transaction);
        return;
      }
      await events.publish(accountEnabled, { accountId }, transaction);
      const notice = notices.accountEnabled;
      await notices.sendAlsoToFormer(this.#dependencies, notice, enabled, transaction);
    });
  }

  /**
   * Ends all sessions of an account, also those that are about to begin. Its password stays.
   *
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   */
  async endSessions(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    const { authentication, database, writer } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      await writer.raiseSessionEpoch(accountId, transaction);
      await authentication.endSessionsByAccountId({ accountId }, transaction);
    });
  }

  /**
   * Mails a link for a new password to the account, to where its own requests would go. Counts like
   * them, but not for the operator's source.
   *
   * @returns when the link expires
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   * @throws AccountStateError if it is disabled, or has no address that a link may go to
   * @throws TooManyRequestsError if too many were asked for; see {@link unlock}
   */
  async sendPasswordReset(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<{ readonly expiresAt: Date }> {
    const { accountId } = given.checkAccountId(params);
    const { database, throttle } = this.#dependencies;
    return database.withTransaction(context.withoutSource(), async (transaction) => {
      const { account, emailAddress } = await this.#getMailable(accountId, transaction);
      await throttle.consumePasswordResetRequest({ name: emailAddress }, transaction);
      const expiresAt = await sendResetLink({ account }, this.#dependencies, transaction);
      return { expiresAt: expiresAt ?? refuseMail(accountId) };
    });
  }

  /**
   * Sends a code to log in with to the account's e-mail address or phone number; it replaces the one
   * before. Counts like a request of its owner, but not for the operator's source.
   *
   * @returns when the code expires
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   * @throws AccountStateError if it is disabled, or has no such contact
   * @throws OtpRequestFailedError if the number's country or kind is not served
   * @throws TooManyRequestsError within the resend pause, and over the budget; see {@link unlock}
   */
  async resendCode(
    params: ResendCodeParams,
    context: OperationContext,
  ): Promise<{ readonly expiresAt: Date }> {
    const { accountId, channel } = given.checkResend(params);
    const { authentication, database, fields } = this.#dependencies;
    return database.withTransaction(context.withoutSource(), async (transaction) => {
      if (channel === 'email') {
        const { account, emailAddress } = await this.#getMailable(accountId, transaction);
        const about = { accountId, ...languageOf(account.document, fields) };
        return authentication.emailCodes.requestEmailCode({ emailAddress, ...about }, transaction);
      }
      const account = await this.#getEnabled(accountId, transaction);
      const phoneNumber = normalPhoneNumberOf(account);
      if (phoneNumber === undefined) {
        throw new AccountStateError(`Account ${accountId} has no valid phone number.`);
      }
      const { document, isPhoneNumberProved: isProved } = account;
      const about = { accountId, isProved, ...languageOf(document, fields) };
      return authentication.otps.requestOtp({ phoneNumber, ...about }, transaction);
    });
  }

  /**
   * Forgets the failed log-ins and the sent codes and links that are counted for the account and for
   * its username, e-mail address and phone number. What is counted for single sources stays, and
   * ends by itself within a day.
   *
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   */
  async unlock(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    const { reader, throttle } = this.#dependencies;
    const account = await reader.getExistingById(accountId, context);
    const { username, email } = account;
    const emailAddress = email !== null && isEmailAddress(email) ? email : undefined;
    const phoneNumber = normalPhoneNumberOf(account);
    await throttle.unlock({ accountId, username, emailAddress, phoneNumber }, context);
  }

  /**
   * Asks for another e-mail address or phone number, after an operator has made sure who its owner
   * is. Another operator approves it within 7 days. Replaces the account's earlier request.
   *
   * @throws AccountBadRequestError if the e-mail address is invalid
   * @throws OtpRequestFailedError if the number is invalid
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   */
  async requestContactChange(
    params: Omit<RequestContactChangeParams, 'origin'>,
    context: OperationContext,
  ): Promise<RequestedContactChange> {
    const { accountId } = given.checkContactChange(params);
    return this.#requests.request(accountId, recipientOf(params), context);
  }

  /**
   * Gives the account the contact that another operator asked for, as if its owner had proved it:
   * whoever has the former one is told how to undo this within 7 days. Sessions and password stay.
   *
   * @returns whose contact it is now
   * @throws AccountContactRequestNotFoundError if it was decided, replaced, or is too old, or whoever
   *   asked for it may not do so any more
   * @throws AccountSameOperatorError if the same actor asked for it
   * @throws AccountWithIdNotFoundError if the account was deleted meanwhile
   * @throws AccountWithEmailExistsError, AccountWithPhoneNumberExistsError if another account has it
   */
  async approveContactChange(
    params: ContactRequestIdParams,
    context: OperationContext,
  ): Promise<AccountIdParams> {
    const { requestId } = given.checkContactRequestId(params);
    return { accountId: await this.#requests.approve(requestId, context) };
  }

  /**
   * Refuses a request, whoever has asked for it.
   *
   * @throws AccountContactRequestNotFoundError if it was decided, replaced, or is too old
   */
  async rejectContactChange(
    params: ContactRequestIdParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#requests.reject(given.checkContactRequestId(params).requestId, context);
  }

  /**
   * Takes a request back, for whoever has asked for it.
   *
   * @throws AccountContactRequestNotFoundError if another actor asked for it, or as when it is rejected
   */
  async withdrawContactChange(
    params: ContactRequestIdParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#requests.withdraw(given.checkContactRequestId(params).requestId, context);
  }

  /**
   * The requests that wait for another operator.
   *
   * @throws AccountBadRequestError if the cursor is not of an earlier page
   */
  async listContactRequests(
    params: ListContactRequestsParams,
    context: OperationContext,
  ): Promise<ContactRequestPage> {
    return this.#requests.findPage(given.checkPage(params), context);
  }

  async #getEnabled(accountId: string, context: OperationContext): Promise<StoredAccount> {
    const account = await this.#dependencies.reader.getExistingById(accountId, context);
    if (account.isDisabled) {
      throw new AccountStateError(`Account ${accountId} is disabled. Enable it first.`);
    }
    return account;
  }

  async #getMailable(
    accountId: string,
    context: OperationContext,
  ): Promise<{ readonly account: StoredAccount; readonly emailAddress: string }> {
    const account = await this.#getEnabled(accountId, context);
    const emailAddress = notices.mailAddressOf(account);
    const { reader } = this.#dependencies;
    if (emailAddress === undefined || (await isProvedByAnother(account, reader, context))) {
      return refuseMail(accountId);
    }
    return { account, emailAddress };
  }
}

function refuseMail(accountId: string): never {
  throw new AccountStateError(`No mail may go to account ${accountId}: it has no address.`);
}
