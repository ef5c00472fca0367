import {
  boundPhoneNumber,
  describePhoneNumber,
  formatE164,
  isServedPhoneNumber,
  type Erasure,
  type OperationContext,
  type PhoneNumber,
} from '@org/core';
import type { CollectionReport } from '@org/core/store';

import { OtpRequestFailedError } from './errors.ts';
import * as given from './internal/authentication-parameters.ts';
import type { ConfiguredDependencies } from './internal/module-dependencies.ts';
import { OtpCheck } from './internal/otp/otp-check.ts';
import { OtpReader } from './internal/otp/otp-reader.ts';
import { erasableCodesOf, toPhoneSubject } from './internal/otp/otp-subject.ts';
import { OtpUtil, readTypedCode } from './internal/otp/otp-util.ts';
import { OtpWriter } from './internal/otp/otp-writer.ts';
import { phoneCodesIn } from './internal/otp/stored-otps.ts';
import type { OtpSender } from './otp-sender.ts';
import type { ThrottleService } from './throttle-service.ts';
import type { CodesByPurposeParams, MessageLanguage, OtpPurpose } from './types.ts';

/** A request for a code. */
export interface OtpRequestParams {
  /** Normalised. */
  readonly phoneNumber: PhoneNumber;
  /**
   * Whether an account has verified the number before: then it is served regardless of its country
   * and kind, unless it is a premium number. Default: false.
   */
  readonly isProved?: boolean;
}

export interface RequestOtpParams extends OtpRequestParams, MessageLanguage {
  readonly accountId: string;
  /** Default: `login`. */
  readonly purpose?: OtpPurpose | undefined;
  /**
   * Whether the code is stored and counted, but never sent: the account is disabled. Default: false.
   */
  readonly isWithheld?: boolean | undefined;
}

/** The phone number is normalised. */
export interface OtpsByPhoneNumberParams {
  readonly phoneNumber: PhoneNumber;
}

export interface RevokeOtpsParams extends OtpsByPhoneNumberParams {
  /** Default: `login`. */
  readonly purpose?: OtpPurpose | undefined;
}

export interface DeleteOtpsParams extends OtpsByPhoneNumberParams {
  /** Until when the number was the account's; codes created later stay. Default: until now. */
  readonly phoneNumberOwnedUntil?: Date | undefined;
}

export interface VerifyOtpParams {
  /** Normalised. */
  readonly phoneNumber: PhoneNumber;
  /** As the client sent it; anything but a string counts as a wrong code. */
  readonly otpCode: unknown;
  /**
   * Whether the last two of a code's five attempts are closed to the caller, and reserved for
   * sources that the number's owner has logged in from. Default: false.
   */
  readonly isFromStranger?: boolean;
  /** Default: `login`. */
  readonly purpose?: OtpPurpose | undefined;
}

/** Creates, sends and verifies one-time passwords. Part of an AuthenticationService. */
export class OtpService {
  readonly #dependencies: ConfiguredDependencies;
  readonly #sender: OtpSender;
  readonly #throttle: ThrottleService;
  readonly #util: OtpUtil;
  readonly #reader: OtpReader;
  readonly #writer: OtpWriter;
  readonly #check: OtpCheck;
  /** In E.164. */
  readonly #testNumbers: readonly string[];

  constructor(dependencies: ConfiguredDependencies, sender: OtpSender, throttle: ThrottleService) {
    this.#dependencies = dependencies;
    this.#sender = sender;
    this.#throttle = throttle;
    this.#util = new OtpUtil(dependencies);
    const stored = phoneCodesIn(dependencies);
    this.#reader = new OtpReader(stored);
    this.#writer = new OtpWriter(dependencies, stored, this.#util);
    this.#check = new OtpCheck(this.#reader, this.#writer, this.#util);
    this.#testNumbers = dependencies.settings.otpTest.phoneNumbers.map(formatE164);
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
   * Creates a code that replaces the number's older one of the same purpose, and sends it; in one
   * transaction, the context's if there is one.
   *
   * @returns when the code expires
   * @throws OtpRequestFailedError if numbers of its country or kind are not served
   * @throws TooManyRequestsError within the resend pause, or over the budget of number or source;
   *   nothing is stored or sent
   * @example
   * await authentication.otps.requestOtp({ phoneNumber, accountId }, context);
   * await authentication.otps.verifyOtp({ phoneNumber, otpCode: '123456' }, context);
   */
  async requestOtp(
    params: RequestOtpParams,
    context: OperationContext,
  ): Promise<{ readonly expiresAt: Date }> {
    const checked = given.checkOtpRequest(params);
    const { accountId, phoneNumber, purpose, locale, timeZone, isWithheld } = checked;
    this.#assertServed(checked);
    const subject = toPhoneSubject(phoneNumber, purpose);
    const subjectDigest = this.#throttle.digestPhoneNumber({ phoneNumber });
    const code = this.#codeFor(phoneNumber);
    return this.#dependencies.database.withTransaction(context, async (transaction) => {
      await this.#throttle.consumeOtpRequest({ phoneNumber }, transaction);
      const created = { code, subjectDigest };
      const expiresAt = await this.#writer.createOtp(subject, created, transaction);
      if (this.#isTestNumber(phoneNumber)) {
        return { expiresAt };
      }
      const data = { code, ...this.#util.lifeOfCode() };
      const message = {
        accountId,
        phoneNumber,
        topic: 'one-time-password',
        data,
        expiresAt,
        locale,
        timeZone,
        isWithheld,
      } as const;
      await this.#sender.sendSmsForAccount(message, transaction);
      return { expiresAt };
    });
  }

  /**
   * Uses up a code. Every attempt is counted before the code is checked, against the live code if
   * there is one. Both survive a rollback; so parallel attempts cannot exceed the limit.
   *
   * @throws OtpIncorrectError for a wrong code, a number without one, and after the fifth attempt
   * @throws OtpExpiredError for a correct code that was used, replaced, or is too old
   */
  async verifyOtp(params: VerifyOtpParams, context: OperationContext): Promise<void> {
    const { phoneNumber, otpCode: typed, purpose, isFromStranger } = given.checkOtp(params);
    const subject = toPhoneSubject(boundPhoneNumber(phoneNumber), purpose);
    await this.#check.use({ subject, typed, isFromStranger }, context);
  }

  /** Invalidates the number's live code of this purpose, in the context's transaction. */
  async revokeOtps(params: RevokeOtpsParams, context: OperationContext): Promise<void> {
    const { phoneNumber, purpose } = given.checkOtpsToRevoke(params);
    await this.#writer.expireOtps(toPhoneSubject(phoneNumber, purpose), context);
  }

  /**
   * When the number got codes and what happened to them, as JSON without the codes, page by page.
   */
  exportOtps(
    params: OtpsByPhoneNumberParams,
    context: OperationContext,
  ): AsyncIterable<readonly object[]> {
    const { phoneNumber } = given.checkNormalizedNumber(params);
    return this.#reader.exportOtps(toPhoneSubject(phoneNumber), context);
  }

  /** Erases the number's codes from the time when this owner had it. */
  async deleteOtps(
    params: DeleteOtpsParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { phoneNumber, phoneNumberOwnedUntil: until } = given.checkOtpsToDelete(params);
    const filters = erasableCodesOf(phoneNumber);
    await this.#writer.deleteOtps({ filters, until }, erasure, context);
  }

  /** Erases codes of this purpose, whatever number got them. */
  async deleteOtpsByPurpose(
    params: CodesByPurposeParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { purpose } = given.checkPurpose(params);
    await this.#writer.deleteOtps({ filters: [{ purpose }] }, erasure, context);
  }

  /** Whether or not an account has verified the number. */
  #assertServed({ phoneNumber, isProved = false }: OtpRequestParams): void {
    const isServed = isProved
      ? describePhoneNumber(phoneNumber).cost !== 'premium'
      : isServedPhoneNumber(phoneNumber, this.#dependencies.settings.phoneCountries);
    if (!isServed) {
      throw new OtpRequestFailedError();
    }
  }

  #codeFor(phoneNumber: PhoneNumber): string {
    const { code } = this.#dependencies.settings.otpTest;
    return this.#isTestNumber(phoneNumber)
      ? (readTypedCode(code) ?? code)
      : this.#util.generateCode();
  }

  #isTestNumber(phoneNumber: PhoneNumber): boolean {
    return this.#testNumbers.length === 0
      ? this.#dependencies.settings.otpTest.code !== ''
      : this.#testNumbers.includes(formatE164(phoneNumber));
  }
}
