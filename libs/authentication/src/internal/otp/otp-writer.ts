import type { Erasure, OperationContext, PhoneNumber } from '@org/core';
import { objectIdOf, type CollectionReport } from '@org/core/store';

import type { ResolvedSettings } from '../authentication-settings.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { createdOtpEvents } from '../security-event-util.ts';
import { OTP_PURPOSE, toPhoneNumberFilter, type OtpUtil } from './otp-util.ts';
import { OtpModel } from './store/otp-model.ts';
import { OtpRepository } from './store/otp-repository.ts';

/** A new code; the only place where it appears in plain text. */
export interface NewOtp {
  readonly code: string;
  readonly expiresAt: Date;
}

export class OtpWriter {
  readonly #dependencies: ModuleDependencies;
  readonly #repository: OtpRepository;
  readonly #util: OtpUtil;
  readonly #settings: ResolvedSettings;

  constructor(dependencies: ModuleDependencies, util: OtpUtil, settings: ResolvedSettings) {
    this.#dependencies = dependencies;
    this.#repository = new OtpRepository(dependencies);
    this.#util = util;
    this.#settings = settings;
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /** Replaces the number's live code. Call it in a transaction. */
  async createOtp(
    phoneNumber: PhoneNumber,
    subjectDigest: string,
    context: OperationContext,
  ): Promise<NewOtp> {
    await this.expireOtps(phoneNumber, context);
    const { audit, clock } = this.#dependencies;
    const code = this.#util.generateCode(phoneNumber);
    const now = clock.now().getTime();
    const expiresAt = new Date(now + this.#settings.otpTimeToLiveMilliseconds);
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
    await audit.record(createdOtpEvents(_id.toHexString(), subjectDigest), context);
    return { code, expiresAt };
  }

  /** Invalidates the number's live code. */
  async expireOtps(phoneNumber: PhoneNumber, context: OperationContext): Promise<void> {
    await this.#repository.updateMany(
      { ...toPhoneNumberFilter(phoneNumber), active: true, otp_hash: { $gt: '' } },
      { $set: { active: false, status: 'EXPIRED' } },
      context,
    );
  }

  /**
   * Counts an attempt at the live code, before anything is compared; outside of any transaction.
   *
   * @param maximumAttempts how many attempts at the code, by anyone, are open to this caller
   * @returns `undefined` if there is no code that may be tried
   */
  async countLiveAttempt(
    phoneNumber: PhoneNumber,
    maximumAttempts: number,
    context: OperationContext,
  ): Promise<OtpModel | undefined> {
    const live = { ...toPhoneNumberFilter(phoneNumber), active: true, otp_hash: { $gt: '' } };
    return this.#countAttempt(live, maximumAttempts, context);
  }

  /** Like {@link countLiveAttempt}, for this code. */
  async countAttempt(
    otp: OtpModel,
    maximumAttempts: number,
    context: OperationContext,
  ): Promise<OtpModel | undefined> {
    return this.#countAttempt({ _id: objectIdOf(otp) }, maximumAttempts, context);
  }

  /** @returns whether it was still valid, and this call used it up */
  async useOtp(otp: OtpModel, context: OperationContext): Promise<boolean> {
    const used = await this.#repository.findOneAndUpdate(
      { _id: objectIdOf(otp), active: true, expires_at: { $gt: this.#dependencies.clock.now() } },
      { $set: { active: false, status: 'SUCCESS' } },
      context.withoutTransaction(),
    );
    return used !== undefined;
  }

  /** @param until codes created later belong to the number's next owner */
  async deleteOtps(
    { phoneNumber, until }: { phoneNumber: PhoneNumber; until?: Date | undefined },
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
