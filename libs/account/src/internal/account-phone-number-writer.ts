import {
  OtpRequestFailedError,
  type AuthenticationService,
  type OtpRequestParams,
  type ThrottleService,
} from '@org/authentication';
import {
  formatE164,
  parsePhoneNumber,
  parseStoredPhoneNumber,
  type Clock,
  type OperationContext,
  type PhoneNumber,
  type TransactionRunner,
} from '@org/core';
import { DuplicateKeyError } from '@org/core/store';

import type { AccountNotifier } from '../account-notifier.ts';
import {
  AccountWithIdNotFoundError,
  AccountWithPhoneNumberExistsError,
  AccountWithPhoneNumberNotFoundError,
} from '../errors.ts';
import type { Account, CreateAccountByPhoneNumberParams } from '../types.ts';
import { checkPhoneNumber } from './account-parameters-policy.ts';
import type { AccountDocument } from './store/account-model.ts';
import type { AccountRepository } from './store/account-repository.ts';

export interface AccountPhoneNumberWriterDependencies {
  readonly clock: Clock;
  readonly repository: AccountRepository;
  readonly transactions: TransactionRunner;
  readonly authentication: AuthenticationService;
  readonly throttle: ThrottleService;
  readonly notification: AccountNotifier;
}

/** Accounts that sign up, and are logged into, with a phone number. */
export class AccountPhoneNumberWriter {
  readonly #clock: Clock;
  readonly #repository: AccountRepository;
  readonly #transactions: TransactionRunner;
  readonly #authentication: AuthenticationService;
  readonly #throttle: ThrottleService;
  readonly #notification: AccountNotifier;

  constructor(dependencies: AccountPhoneNumberWriterDependencies) {
    this.#clock = dependencies.clock;
    this.#repository = dependencies.repository;
    this.#transactions = dependencies.transactions;
    this.#authentication = dependencies.authentication;
    this.#throttle = dependencies.throttle;
    this.#notification = dependencies.notification;
  }

  /**
   * Sends a one-time password to the number's account, which is created when there is none. Whether
   * it was there, the answer does not tell: the caller has proved nothing yet.
   *
   * @throws OtpRequestFailedError when the number is not a valid one, or not served
   * @throws TooManyRequestsError when the number or the source asks too often; nothing is stored then
   * @throws AccountWithPhoneNumberNotFoundError when the account of the number came and went meanwhile
   */
  async getOrCreateAccountByPhoneNumber(
    params: CreateAccountByPhoneNumberParams,
    context: OperationContext,
  ): Promise<Account> {
    const { phoneNumber: asSent } = checkPhoneNumber(params);
    const phoneNumber = parsePhoneNumber(asSent) ?? (await this.#parseAsStored(asSent, context));
    if (phoneNumber === undefined) {
      // A form that is refused counts too.
      await this.#throttle.consumePhoneNumberForm(context);
      throw new OtpRequestFailedError();
    }
    const known = await this.#findKnownAccount([asSent, phoneNumber], context);
    const isProved = known !== undefined && known.phone_number_proved !== false;
    await this.#authentication.otps.assertOtpRequestAllowed({ phoneNumber, isProved }, context);
    await this.#throttle.consumePhoneNumberForm(context);
    const accountId =
      (known && (await this.#sendTo(known, { phoneNumber, isProved }, context))) ??
      (await this.#createAccount(phoneNumber, context)) ??
      (await this.#findWinner(phoneNumber, context));
    const now = this.#clock.now();
    const nothingTold = { firstName: '', lastName: '', username: '' };
    return { id: accountId, ...nothingTold, phoneNumber, createdAt: now, updatedAt: now };
  }

  /**
   * Notes that the owner of the account has its phone number.
   *
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async proveAccountPhoneNumber(accountId: string, context: OperationContext): Promise<void> {
    const account = await this.#repository.findActiveById(accountId, context);
    const proved =
      account?.phone_number_proved === false
        ? await this.#repository.updateActive(
            accountId,
            { $set: { phone_number_proved: true } },
            context,
          )
        : account;
    if (proved === undefined) {
      throw new AccountWithIdNotFoundError(accountId);
    }
  }

  /** What no account can be created with still names one that an earlier backend created. */
  async #parseAsStored(
    asSent: PhoneNumber,
    context: OperationContext,
  ): Promise<PhoneNumber | undefined> {
    const parsed = parseStoredPhoneNumber(asSent);
    const known = parsed && (await this.#repository.findActiveByPhoneNumber(asSent, context));
    return known && parsed;
  }

  async #findKnownAccount(
    [asSent, phoneNumber]: readonly [PhoneNumber, PhoneNumber],
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    return (
      (await this.#repository.findActiveByPhoneNumber(asSent, context)) ??
      (isSame(asSent, phoneNumber)
        ? undefined
        : await this.#repository.findActiveByPhoneNumber(phoneNumber, context))
    );
  }

  async #sendTo(
    known: AccountDocument,
    request: OtpRequestParams,
    context: OperationContext,
  ): Promise<string> {
    const accountId = idOf(known);
    await this.#authentication.otps.requestOtp({ ...request, accountId }, context);
    return accountId;
  }

  /**
   * Stores the account, its preferences, its one-time password and the message, all or nothing.
   *
   * @returns `undefined` when another request was faster
   */
  async #createAccount(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): Promise<string | undefined> {
    try {
      return await this.#transactions.withTransaction(context, async (transaction) => {
        const accountId = idOf(await this.#insertAccount(phoneNumber, transaction));
        await this.#notification.createOrUpdateAccountNotificationPreferences(
          { accountId },
          transaction,
        );
        await this.#authentication.otps.requestOtp({ phoneNumber, accountId }, transaction);
        return accountId;
      });
    } catch (error) {
      if (error instanceof AccountWithPhoneNumberExistsError) {
        return undefined;
      }
      throw error;
    }
  }

  /** @throws AccountWithPhoneNumberExistsError when another active account has the number */
  async #insertAccount(
    { countryCode, phoneNumber }: PhoneNumber,
    transaction: OperationContext,
  ): Promise<AccountDocument> {
    const document = {
      active: true,
      first_name: '',
      last_name: '',
      username: '',
      hashed_password: '',
      phone_number: { country_code: countryCode, phone_number: phoneNumber },
      phone_number_proved: false,
    };
    try {
      return await this.#repository.insertActive(document, transaction);
    } catch (error) {
      throw error instanceof DuplicateKeyError
        ? new AccountWithPhoneNumberExistsError(formatE164({ countryCode, phoneNumber }), error)
        : error;
    }
  }

  /** The account of the request that was faster; its one-time password is on its way already. */
  async #findWinner(phoneNumber: PhoneNumber, context: OperationContext): Promise<string> {
    const winner = await this.#repository.findActiveByPhoneNumber(phoneNumber, context);
    if (winner === undefined) {
      throw new AccountWithPhoneNumberNotFoundError(formatE164(phoneNumber));
    }
    return idOf(winner);
  }
}

function idOf({ _id }: AccountDocument): string {
  return _id.toHexString();
}

function isSame(one: PhoneNumber, other: PhoneNumber): boolean {
  return one.countryCode === other.countryCode && one.phoneNumber === other.phoneNumber;
}
