import type {
  AuditTrail,
  Clock,
  Erasure,
  OperationContext,
  PhoneNumber,
  SecretKey,
} from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { OtpReader } from './internal/otp/otp-reader.ts';
import { exportOtp, OtpUtil, type OtpSettings } from './internal/otp/otp-util.ts';
import { OtpWriter } from './internal/otp/otp-writer.ts';
import { Otps } from './internal/otp/otps.ts';
import { OtpRepository } from './internal/otp/store/otp-repository.ts';
import type { OtpSender } from './otp-sender.ts';
import type { ThrottleService } from './throttle-service.ts';
import type {
  OtpRequestParams,
  OtpsByPhoneNumberParams,
  RequestOtpParams,
  VerifyOtpParams,
} from './types.ts';

export interface OtpServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
  readonly sender: OtpSender;
  readonly throttle: ThrottleService;
  readonly settings: OtpSettings;
}

/** One-time passwords. A part of AuthenticationService. */
export class OtpService {
  readonly #repository: OtpRepository;
  readonly #reader: OtpReader;
  readonly #writer: OtpWriter;
  readonly #otps: Otps;
  readonly #database: Database;
  readonly #throttle: ThrottleService;

  private constructor(dependencies: OtpServiceDependencies) {
    const { database, audit, secretKey, clock, sender, throttle, settings } = dependencies;
    const util = new OtpUtil(secretKey, settings);
    const repository = new OtpRepository({ database, audit });
    this.#repository = repository;
    this.#reader = new OtpReader(repository);
    this.#writer = new OtpWriter({ clock, repository, audit, util, settings });
    this.#otps = new Otps({
      transactions: database,
      reader: this.#reader,
      writer: this.#writer,
      util,
      sender,
      settings,
    });
    this.#database = database;
    this.#throttle = throttle;
  }

  static create(dependencies: OtpServiceDependencies): OtpService {
    return new OtpService(dependencies);
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /** @throws OtpRequestFailedError, TooManyRequestsError */
  async assertOtpRequestAllowed(
    request: OtpRequestParams,
    context: OperationContext,
  ): Promise<void> {
    this.#otps.assertServed(request);
    await this.#throttle.assertOtpRequestAllowed(request, context);
  }

  /** @throws OtpRequestFailedError, TooManyRequestsError */
  async requestOtp(params: RequestOtpParams, context: OperationContext): Promise<void> {
    this.#otps.assertServed(params);
    const subjectDigest = this.#throttle.digestPhoneNumber(params);
    await this.#database.withTransaction(context, async (transaction) => {
      await this.#throttle.consumeOtpRequest(params, transaction);
      await this.#otps.send({ ...params, subjectDigest }, transaction);
    });
  }

  /** @throws OtpIncorrectError, OtpExpiredError */
  async verifyOtp(params: VerifyOtpParams, context: OperationContext): Promise<void> {
    await this.#otps.use(params, context);
  }

  async revokeOtps(
    { phoneNumber }: OtpsByPhoneNumberParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#writer.expireOtps(phoneNumber, context);
  }

  /** When the number got codes and what became of them, as JSON without the codes. */
  async *exportOtps(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    for await (const page of this.#reader.findOtps(phoneNumber, context)) {
      yield page.map(exportOtp);
    }
  }

  async deleteOtps(
    params: { readonly phoneNumber: PhoneNumber; readonly until?: Date | undefined },
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#writer.deleteOtps(params, erasure, context);
  }
}
