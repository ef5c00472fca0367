import {
  boundPhoneNumber,
  type OperationContext,
  type PhoneNumber,
  type TransactionRunner,
} from '@org/core';

import { OtpExpiredError, OtpIncorrectError, OtpRequestFailedError } from '../../errors.ts';
import type { OtpSender } from '../../otp-sender.ts';
import type { OtpRequestParams, RequestOtpParams, VerifyOtpParams } from '../../types.ts';
import type { OtpReader } from './otp-reader.ts';
import {
  maximumAttemptsOf,
  readTypedCode,
  type OtpSettings,
  type OtpUtil,
  type StoredOtp,
} from './otp-util.ts';
import type { OtpWriter } from './otp-writer.ts';

export interface OtpsDependencies {
  readonly transactions: TransactionRunner;
  readonly reader: OtpReader;
  readonly writer: OtpWriter;
  readonly util: OtpUtil;
  readonly sender: OtpSender;
  readonly settings: OtpSettings;
}

const SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;

/** The life of one-time passwords: sent, tried, used up. */
export class Otps {
  readonly #dependencies: OtpsDependencies;

  constructor(dependencies: OtpsDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws OtpRequestFailedError when no codes are sent to numbers of this country or kind */
  assertServed(request: OtpRequestParams): void {
    if (!this.#dependencies.util.isServed(request)) {
      throw new OtpRequestFailedError();
    }
  }

  /** Makes a code and sends it, in one transaction. */
  async send(
    { phoneNumber, accountId, subjectDigest }: RequestOtpParams & { subjectDigest: string },
    context: OperationContext,
  ): Promise<void> {
    const { transactions, writer, util, sender, settings } = this.#dependencies;
    await transactions.withTransaction(context, async (transaction) => {
      const { code, expiresAt } = await writer.createOtp(phoneNumber, subjectDigest, transaction);
      if (util.isTestNumber(phoneNumber)) {
        return;
      }
      const seconds = Math.floor(settings.timeToLiveMilliseconds / SECOND);
      const minutes = Math.max(1, Math.floor(seconds / SECONDS_PER_MINUTE));
      await sender.sendSmsForAccount(
        {
          accountId,
          phoneNumber,
          topic: 'one-time-password',
          data: { code, seconds, minutes },
          expiresAt,
        },
        transaction,
      );
    });
  }

  /**
   * Tries a code. Each call counts a try at one document, the live one if there is one, before it
   * compares; so no crowd of parallel calls compares more often than the limit says.
   *
   * @throws OtpIncorrectError, OtpExpiredError
   */
  async use(given: VerifyOtpParams, context: OperationContext): Promise<void> {
    const params = { ...given, phoneNumber: boundPhoneNumber(given.phoneNumber) };
    const { phoneNumber, otpCode } = params;
    const { writer } = this.#dependencies;
    const live = await writer.countLiveAttempt(phoneNumber, maximumAttemptsOf(params), context);
    if (live === undefined) {
      throw await this.#explainWithoutLiveCode(params, context);
    }
    if (!this.#isRight([live], phoneNumber, otpCode)) {
      throw await this.#explainWrongCode(params, context);
    }
    if (!(await writer.useOtp(live, context))) {
      throw new OtpExpiredError();
    }
  }

  async #explainWrongCode(
    { phoneNumber, otpCode }: VerifyOtpParams,
    context: OperationContext,
  ): Promise<Error> {
    const dead = await this.#getDead(phoneNumber, context);
    return this.#isRight(dead, phoneNumber, otpCode)
      ? new OtpExpiredError()
      : new OtpIncorrectError();
  }

  async #explainWithoutLiveCode(
    params: VerifyOtpParams,
    context: OperationContext,
  ): Promise<Error> {
    const { phoneNumber, otpCode } = params;
    const { reader, writer } = this.#dependencies;
    const newest = await reader.getNewestOtps(phoneNumber, context.withoutTransaction());
    const [last] = newest;
    const counted =
      last &&
      !last.isActive &&
      (await writer.countAttempt(last, maximumAttemptsOf(params), context));
    return counted && this.#isRight(newest, phoneNumber, otpCode)
      ? new OtpExpiredError()
      : new OtpIncorrectError();
  }

  async #getDead(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): Promise<readonly StoredOtp[]> {
    const newest = await this.#dependencies.reader.getNewestOtps(
      phoneNumber,
      context.withoutTransaction(),
    );
    return newest.filter(({ isActive }) => !isActive);
  }

  #isRight(otps: readonly StoredOtp[], phoneNumber: PhoneNumber, otpCode: unknown): boolean {
    const { util } = this.#dependencies;
    const code = readTypedCode(otpCode);
    return (
      code !== undefined &&
      otps.map(({ otpHash }) => util.isCodeOf(otpHash, phoneNumber, code)).includes(true)
    );
  }
}
