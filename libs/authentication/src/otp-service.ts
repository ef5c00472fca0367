import { boundPhoneNumber, type Erasure, type OperationContext } from '@org/core';
import type { CollectionReport } from '@org/core/store';

import { OtpExpiredError, OtpIncorrectError, OtpRequestFailedError } from './errors.ts';
import * as given from './internal/authentication-parameters.ts';
import type { ConfiguredDependencies } from './internal/module-dependencies.ts';
import { OtpReader } from './internal/otp/otp-reader.ts';
import { maximumAttemptsOf, OtpUtil } from './internal/otp/otp-util.ts';
import { OtpWriter } from './internal/otp/otp-writer.ts';
import type { OtpSender } from './otp-sender.ts';
import type { ThrottleService } from './throttle-service.ts';
import type {
  DeleteOtpsParams,
  OtpRequestParams,
  OtpsByPhoneNumberParams,
  RequestOtpParams,
  VerifyOtpParams,
} from './types.ts';

/** Creates, sends and verifies one-time passwords. Part of an AuthenticationService. */
export class OtpService {
  readonly #dependencies: ConfiguredDependencies;
  readonly #sender: OtpSender;
  readonly #throttle: ThrottleService;
  readonly #util: OtpUtil;
  readonly #reader: OtpReader;
  readonly #writer: OtpWriter;

  constructor(dependencies: ConfiguredDependencies, sender: OtpSender, throttle: ThrottleService) {
    this.#dependencies = dependencies;
    this.#sender = sender;
    this.#throttle = throttle;
    this.#util = new OtpUtil(dependencies);
    this.#reader = new OtpReader(dependencies);
    this.#writer = new OtpWriter(dependencies, this.#util);
  }

  /** Creates the collection and its indexes; AuthenticationService calls it. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return this.#writer.initialize();
  }

  /**
   * Checks whether a code may be sent to this number, before anything is written.
   *
   * @throws OtpRequestFailedError if numbers of its country or kind are not served
   * @throws TooManyRequestsError within the resend pause, or over the budget of number or source
   */
  async assertOtpRequestAllowed(
    params: OtpRequestParams,
    context: OperationContext,
  ): Promise<void> {
    this.#assertServed(given.checkOtpDemand(params));
    await this.#throttle.assertOtpRequestAllowed(params, context);
  }

  /**
   * Creates a code that replaces the number's older one, and sends it; in one transaction, the
   * context's if there is one.
   *
   * @throws OtpRequestFailedError if numbers of its country or kind are not served
   * @throws TooManyRequestsError within the resend pause, or over the budget of number or source;
   *   nothing is stored or sent
   * @example
   * await authentication.otps.requestOtp({ phoneNumber, accountId }, context);
   * await authentication.otps.verifyOtp({ phoneNumber, otpCode: '123456' }, context);
   */
  async requestOtp(params: RequestOtpParams, context: OperationContext): Promise<void> {
    const checked = given.checkOtpRequest(params);
    const { accountId, phoneNumber, locale, timeZone } = checked;
    this.#assertServed(checked);
    const subjectDigest = this.#throttle.digestPhoneNumber({ phoneNumber });
    await this.#dependencies.database.withTransaction(context, async (transaction) => {
      await this.#throttle.consumeOtpRequest({ phoneNumber }, transaction);
      const otp = await this.#writer.createOtp(phoneNumber, subjectDigest, transaction);
      if (this.#util.isTestNumber(phoneNumber)) {
        return;
      }
      const { code, expiresAt } = otp;
      const data = { code, ...this.#util.lifeOfCode() };
      const message = {
        accountId,
        phoneNumber,
        topic: 'one-time-password',
        data,
        expiresAt,
        locale,
        timeZone,
      } as const;
      await this.#sender.sendSmsForAccount(message, transaction);
    });
  }

  /**
   * Uses up a code. Every attempt is counted before the code is checked, against the live code if
   * there is one, and survives a rollback; so parallel attempts cannot exceed the limit.
   *
   * @throws OtpIncorrectError for a wrong code, a number without one, and after the fifth attempt
   * @throws OtpExpiredError for a correct code that was used, replaced, or is too old
   */
  async verifyOtp(params: VerifyOtpParams, context: OperationContext): Promise<void> {
    const attempt = given.checkOtp(params);
    const bounded = { ...attempt, phoneNumber: boundPhoneNumber(attempt.phoneNumber) };
    const { phoneNumber, otpCode } = bounded;
    const maximumAttempts = maximumAttemptsOf(bounded);
    const live = await this.#writer.countAttempt(phoneNumber, maximumAttempts, context);
    if (live === undefined) {
      throw await this.#noLiveCodeError(bounded, context);
    }
    if (!this.#util.isCodeOfAny([live], phoneNumber, otpCode)) {
      throw await this.#wrongCodeError(bounded, context);
    }
    const isUsedUp = await this.#writer.useOtp(live, context);
    if (!isUsedUp) {
      throw new OtpExpiredError();
    }
  }

  /** Invalidates the number's live code, in the context's transaction. */
  async revokeOtps(params: OtpsByPhoneNumberParams, context: OperationContext): Promise<void> {
    const { phoneNumber } = given.checkNormalizedNumber(params);
    await this.#writer.expireOtps(phoneNumber, context);
  }

  /**
   * When the number got codes and what happened to them, as JSON without the codes, page by page.
   */
  exportOtps(
    params: OtpsByPhoneNumberParams,
    context: OperationContext,
  ): AsyncIterable<readonly object[]> {
    const { phoneNumber } = given.checkNormalizedNumber(params);
    return this.#reader.exportOtps(phoneNumber, context);
  }

  /** Erases the number's codes from the time when this owner had it. */
  async deleteOtps(
    params: DeleteOtpsParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { phoneNumber, phoneNumberOwnedUntil: until } = given.checkOtpsToDelete(params);
    await this.#writer.deleteOtps({ phoneNumber, until }, erasure, context);
  }

  #assertServed(request: OtpRequestParams): void {
    if (!this.#util.isServed(request)) {
      throw new OtpRequestFailedError();
    }
  }

  async #wrongCodeError(params: VerifyOtpParams, context: OperationContext): Promise<Error> {
    const newest = await this.#reader.getNewestOtps(params.phoneNumber, context);
    const dead = newest.filter(({ isActive }) => !isActive);
    return this.#refusalOf(dead, params);
  }

  /**
   * Counts the attempt at the newest code instead, so that expired codes cannot be guessed at will
   * either.
   */
  async #noLiveCodeError(params: VerifyOtpParams, context: OperationContext): Promise<Error> {
    const newest = await this.#reader.getNewestOtps(params.phoneNumber, context);
    const [last] = newest;
    if (last === undefined || last.isActive) {
      return new OtpIncorrectError();
    }
    const counted = await this.#writer.countAttempt(last, maximumAttemptsOf(params), context);
    return counted === undefined ? new OtpIncorrectError() : this.#refusalOf(newest, params);
  }

  /** A correct code that is no longer valid is expired, not wrong. */
  #refusalOf(dead: Parameters<OtpUtil['isCodeOfAny']>[0], params: VerifyOtpParams): Error {
    return this.#util.isCodeOfAny(dead, params.phoneNumber, params.otpCode)
      ? new OtpExpiredError()
      : new OtpIncorrectError();
  }
}
