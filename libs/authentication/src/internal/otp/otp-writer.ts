import type { AuditTrail, Clock, Erasure, OperationContext, PhoneNumber } from '@org/core';
import { objectIdOf } from '@org/core/store';

import { describeCreatedOtp } from '../security-event-util.ts';
import { OTP_PURPOSE, toPhoneNumberFilter, type OtpSettings, type OtpUtil } from './otp-util.ts';
import { OtpModel } from './store/otp-model.ts';
import type { OtpRepository } from './store/otp-repository.ts';

export interface OtpWriterDependencies {
  readonly clock: Clock;
  readonly repository: OtpRepository;
  readonly audit: AuditTrail;
  readonly util: OtpUtil;
  readonly settings: OtpSettings;
}

/** A new code; the only place where it appears in plain. */
export interface NewOtp {
  readonly code: string;
  readonly expiresAt: Date;
}

export class OtpWriter {
  readonly #clock: Clock;
  readonly #repository: OtpRepository;
  readonly #audit: AuditTrail;
  readonly #util: OtpUtil;
  readonly #settings: OtpSettings;

  constructor({ clock, repository, audit, util, settings }: OtpWriterDependencies) {
    this.#clock = clock;
    this.#repository = repository;
    this.#audit = audit;
    this.#util = util;
    this.#settings = settings;
  }

  /** Replaces the number's live code. Call it in a transaction. */
  async createOtp(
    phoneNumber: PhoneNumber,
    subjectDigest: string,
    context: OperationContext,
  ): Promise<NewOtp> {
    await this.expireOtps(phoneNumber, context);
    const code = this.#util.generateCode(phoneNumber);
    const now = this.#clock.now().getTime();
    const expiresAt = new Date(now + this.#settings.timeToLiveMilliseconds);
    const { _id } = await this.#repository.insertOne(
      {
        phone_number: {
          country_code: phoneNumber.countryCode,
          phone_number: phoneNumber.phoneNumber,
        },
        purpose: OTP_PURPOSE,
        otp_hash: this.#util.hashCode(phoneNumber, code),
        attempts: 0,
        status: 'PENDING',
        active: true,
        expires_at: expiresAt,
      },
      context,
    );
    await this.#audit.record(describeCreatedOtp(_id.toHexString(), subjectDigest), context);
    return { code, expiresAt };
  }

  /** Makes the number's live code worthless. */
  async expireOtps(phoneNumber: PhoneNumber, context: OperationContext): Promise<void> {
    await this.#repository.updateMany(
      { ...toPhoneNumberFilter(phoneNumber), active: true, otp_hash: { $gt: '' } },
      { $set: { active: false, status: 'EXPIRED' } },
      context,
    );
  }

  /**
   * Counts a try at the live code, before anybody compares anything.
   *
   * @param maximumAttempts how many tries of the code, anybody's, are open to who tries now
   * @returns `undefined` when there is none that may be tried
   */
  async countLiveAttempt(
    phoneNumber: PhoneNumber,
    maximumAttempts: number,
    context: OperationContext,
  ): Promise<OtpModel | undefined> {
    const live = { ...toPhoneNumberFilter(phoneNumber), active: true, otp_hash: { $gt: '' } };
    return this.#countAttempt(live, maximumAttempts, context);
  }

  /** Counts a try at this code. */
  async countAttempt(
    otp: OtpModel,
    maximumAttempts: number,
    context: OperationContext,
  ): Promise<OtpModel | undefined> {
    return this.#countAttempt({ _id: objectIdOf(otp) }, maximumAttempts, context);
  }

  /** @returns whether it was alive until now, and this call used it up */
  async useOtp(otp: OtpModel, context: OperationContext): Promise<boolean> {
    const used = await this.#repository.findOneAndUpdate(
      { _id: objectIdOf(otp), active: true, expires_at: { $gt: this.#clock.now() } },
      { $set: { active: false, status: 'SUCCESS' } },
      context.withoutTransaction(),
    );
    return used !== undefined;
  }

  /** @param until codes that were made later are those of the number's next owner */
  async deleteOtps(
    {
      phoneNumber,
      until,
    }: { readonly phoneNumber: PhoneNumber; readonly until?: Date | undefined },
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const filter = {
      ...toPhoneNumberFilter(phoneNumber),
      ...(until === undefined ? {} : { created_at: { $not: { $gt: until } } }),
    };
    await this.#repository.eraseMany(filter, erasure, context);
  }

  async #countAttempt(
    filter: Parameters<OtpRepository['findOneAndUpdate']>[0],
    maximumAttempts: number,
    context: OperationContext,
  ): Promise<OtpModel | undefined> {
    const counted = await this.#repository.findOneAndUpdate(
      { ...filter, attempts: { $lt: maximumAttempts } },
      { $inc: { attempts: 1 } },
      context.withoutTransaction(),
    );
    return counted && OtpModel.fromBson(counted);
  }
}
