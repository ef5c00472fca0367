import { joinUrl, toEmailKey, type Erasure, type OperationContext } from '@org/core';
import type { CollectionReport } from '@org/core/store';

import * as given from './internal/authentication-parameters.ts';
import type { ConfiguredDependencies } from './internal/module-dependencies.ts';
import { OtpCheck } from './internal/otp/otp-check.ts';
import { OtpReader } from './internal/otp/otp-reader.ts';
import { toEmailSubject } from './internal/otp/otp-subject.ts';
import { OtpUtil } from './internal/otp/otp-util.ts';
import { OtpWriter } from './internal/otp/otp-writer.ts';
import { describeOrigin } from './internal/otp/request-origin.ts';
import { emailCodesIn } from './internal/otp/stored-otps.ts';
import type { EmailCodeMessage, OtpSender } from './otp-sender.ts';
import type { ThrottleService } from './throttle-service.ts';
import type { CodesByPurposeParams, MessageLanguage, OtpPurpose, SessionOrigin } from './types.ts';

export interface EmailCodeRequestParams {
  /** A valid one, as typed. */
  readonly emailAddress: string;
}

export interface RequestEmailCodeParams extends EmailCodeRequestParams, MessageLanguage {
  /** Default: `login`. */
  readonly purpose?: OtpPurpose | undefined;
  /** Whose message it is. Default: nobody's. */
  readonly accountId?: string | undefined;
  /**
   * What the mail says: the code and a link to log in with it (`email-code`), also that there is an
   * account already (`email-known`), or only the code (`contact-code`). Default: `email-code`.
   */
  readonly topic?: EmailCodeMessage['topic'] | undefined;
  /**
   * The hash of a password that whoever uses the code may set. It is discarded with the code: once
   * that is used or replaced. Default: none.
   */
  readonly hashedPassword?: string | undefined;
  /** From where the code is asked for; the mail says so. Default: unknown. */
  readonly origin?: Partial<SessionOrigin> | undefined;
  /**
   * Whether the code is stored and counted, but never mailed: the account is disabled. Default:
   * false.
   */
  readonly isWithheld?: boolean | undefined;
}

/** A request for a code, accepted. */
export interface RequestedEmailCode {
  readonly expiresAt: Date;
}

export interface VerifyEmailCodeParams {
  readonly emailAddress: string;
  /** As the client sent it; anything but a string counts as a wrong code. */
  readonly code: unknown;
  /** Default: `login`. */
  readonly purpose?: OtpPurpose | undefined;
  /** As of one-time passwords: the last two attempts are closed to strangers. Default: false. */
  readonly isFromStranger?: boolean;
}

/** What lay with a code. */
export interface VerifiedEmailCode {
  /** Default: none. */
  readonly hashedPassword?: string;
}

export interface EmailCodesByAddressParams {
  readonly emailAddress: string;
}

export interface RevokeEmailCodesParams extends EmailCodesByAddressParams {
  /** Default: `login`. */
  readonly purpose?: OtpPurpose | undefined;
}

export interface DeleteEmailCodesParams extends EmailCodesByAddressParams {
  /** Until when the address was the account's; codes created later stay. Default: until now. */
  readonly emailAddressOwnedUntil?: Date | undefined;
}

/**
 * Creates, sends and verifies codes that prove an e-mail address. Part of an AuthenticationService.
 * Methods throw BadLoginFormError if the address is invalid.
 */
export class EmailCodeService {
  readonly #dependencies: ConfiguredDependencies;
  readonly #sender: OtpSender;
  readonly #throttle: ThrottleService;
  readonly #util: OtpUtil;
  readonly #reader: OtpReader;
  readonly #writer: OtpWriter;
  readonly #check: OtpCheck;

  constructor(dependencies: ConfiguredDependencies, sender: OtpSender, throttle: ThrottleService) {
    this.#dependencies = dependencies;
    this.#sender = sender;
    this.#throttle = throttle;
    this.#util = new OtpUtil(dependencies);
    const stored = emailCodesIn(dependencies);
    this.#reader = new OtpReader(stored);
    this.#writer = new OtpWriter(dependencies, stored, this.#util);
    this.#check = new OtpCheck(this.#reader, this.#writer, this.#util);
  }

  /** Creates the collection and its indexes; AuthenticationService calls it. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return this.#writer.initialize();
  }

  /**
   * Checks whether a code may be sent to this address, before anything is written.
   *
   * @throws TooManyRequestsError within the resend pause, or over the budget of mailbox or source
   */
  async assertEmailCodeRequestAllowed(
    params: EmailCodeRequestParams,
    context: OperationContext,
  ): Promise<void> {
    const { emailAddress } = given.checkEmailCodeDemand(params);
    await this.#throttle.assertOtpRequestAllowed({ emailAddress }, context);
  }

  /**
   * Creates a code that replaces the address's older one of the same purpose, and mails it; in one
   * transaction, the context's if there is one. The same work whether or not an account has the
   * address.
   *
   * @returns when the code expires
   * @throws TooManyRequestsError within the resend pause, or over the budget of mailbox or source;
   *   nothing is stored or sent
   * @example
   * const { emailCodes } = authentication;
   * await emailCodes.requestEmailCode({ emailAddress: 'ada@example.com' }, context);
   * await emailCodes.verifyEmailCode({ emailAddress: 'Ada@example.com', code: '123456' }, context);
   */
  async requestEmailCode(
    params: RequestEmailCodeParams,
    context: OperationContext,
  ): Promise<RequestedEmailCode> {
    const request = given.checkEmailCodeRequest(params);
    const { purpose, hashedPassword, accountId = '', topic = 'email-code' } = request;
    const emailAddress = request.emailAddress.normalize('NFKC');
    const subject = toEmailSubject(emailAddress, purpose);
    const subjectDigest = this.#throttle.digestName({ name: toEmailKey(emailAddress) });
    const code = this.#util.generateCode();
    const { seconds } = this.#util.lifeOfCode();
    const data = { code, seconds, ...describeOrigin(request.origin ?? {}) };
    const message: EmailCodeMessage =
      topic === 'contact-code'
        ? { topic, data }
        : { topic, data: { ...data, link: this.#linkWith(emailAddress, code) } };
    const recipient = {
      accountId,
      emailAddress,
      locale: request.locale,
      timeZone: request.timeZone,
      isWithheld: request.isWithheld,
    };
    return this.#dependencies.database.withTransaction(context, async (transaction) => {
      await this.#throttle.consumeOtpRequest({ emailAddress }, transaction);
      const created = { code, subjectDigest, hashedPassword };
      const expiresAt = await this.#writer.createOtp(subject, created, transaction);
      await this.#sender.sendEmailForAccount({ ...recipient, ...message, expiresAt }, transaction);
      return { expiresAt };
    });
  }

  /**
   * Uses up a code. Every attempt is counted before the code is checked, against the live code if
   * there is one. Both survive a rollback; so parallel attempts cannot exceed the limit.
   *
   * @throws OtpIncorrectError for a wrong code, an address without one, and after the fifth attempt
   * @throws OtpExpiredError for a correct code that was used, replaced, or is too old
   */
  async verifyEmailCode(
    params: VerifyEmailCodeParams,
    context: OperationContext,
  ): Promise<VerifiedEmailCode> {
    const { emailAddress, code: typed, purpose, isFromStranger } = given.checkEmailCode(params);
    const subject = toEmailSubject(emailAddress, purpose);
    const attempt = { subject, typed, isFromStranger };
    const { hashedPassword } = await this.#check.use(attempt, context);
    return hashedPassword === '' ? {} : { hashedPassword };
  }

  /** Invalidates the address's live code of this purpose, in the context's transaction. */
  async revokeEmailCodes(params: RevokeEmailCodesParams, context: OperationContext): Promise<void> {
    const { emailAddress, purpose } = given.checkEmailCodesToRevoke(params);
    await this.#writer.expireOtps(toEmailSubject(emailAddress, purpose), context);
  }

  /**
   * When the address got codes and what happened to them, as JSON without the codes, page by page.
   */
  exportEmailCodes(
    params: EmailCodesByAddressParams,
    context: OperationContext,
  ): AsyncIterable<readonly object[]> {
    const { emailAddress } = given.checkEmailCodeDemand(params);
    return this.#reader.exportOtps(toEmailSubject(emailAddress), context);
  }

  /** Erases the address's codes from the time when this owner had it. */
  async deleteEmailCodes(
    params: DeleteEmailCodesParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { emailAddress, emailAddressOwnedUntil: until } = given.checkEmailCodesToDelete(params);
    const filters = [toEmailSubject(emailAddress).filter];
    await this.#writer.deleteOtps({ filters, until }, erasure, context);
  }

  /** Erases codes of this purpose, whatever address got them. */
  async deleteEmailCodesByPurpose(
    params: CodesByPurposeParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { purpose } = given.checkEmailCodePurpose(params);
    await this.#writer.deleteOtps({ filters: [{ purpose }] }, erasure, context);
  }

  /** In the fragment, which browsers send to no server. */
  #linkWith(emailAddress: string, code: string): string {
    const proof = new URLSearchParams({ email: emailAddress, code });
    return joinUrl(this.#dependencies.settings.webAppUrl, `/sign-in#${proof.toString()}`);
  }
}
