import type { Erasure, OperationContext, PhoneNumber } from '@org/core';
import { objectIdOf, type CollectionReport } from '@org/core/store';

import type { ConfiguredDependencies } from '../module-dependencies.ts';
import { createdOtpEvent } from '../security-event-util.ts';
import { OTP_PURPOSE, toPhoneNumberFilter, type OtpUtil } from './otp-util.ts';
import { OtpModel } from './store/otp-model.ts';
import { filtersOfAllCodes, OtpRepository } from './store/otp-repository.ts';

/** A new code; the only place where it appears in plain text. */
export interface NewOtp {
  readonly code: string;
  readonly expiresAt: Date;
}

export class OtpWriter {
  readonly #dependencies: ConfiguredDependencies;
  readonly #repository: OtpRepository;
  readonly #util: OtpUtil;

  constructor(dependencies: ConfiguredDependencies, util: OtpUtil) {
    this.#dependencies = dependencies;
    this.#repository = new OtpRepository(dependencies);
    this.#util = util;
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
    const { audit, clock, settings } = this.#dependencies;
    const code = this.#util.generateCode(phoneNumber);
    const expiresAt = new Date(clock.now().getTime() + settings.otpTimeToLiveMilliseconds);
    const { countryCode: country_code, phoneNumber: phone_number } = phoneNumber;
    const { _id } = await this.#repository.insertOne(
      {
        phone_number: { country_code, phone_number },
        purpose: OTP_PURPOSE,
        otp_hash: this.#util.hashCode(phoneNumber, code),
        attempts: 0,
        status: 'PENDING',
        active: true,
        expires_at: expiresAt,
      },
      context,
    );
    await audit.record([createdOtpEvent(_id.toHexString(), subjectDigest)], context);
    return { code, expiresAt };
  }

  /** Invalidates the number's live code. */
  async expireOtps(phoneNumber: PhoneNumber, context: OperationContext): Promise<void> {
    const update = { $set: { active: false, status: 'EXPIRED' } } as const;
    await this.#repository.updateMany(toLiveFilter(phoneNumber), update, context);
  }

  /**
   * Counts an attempt, before anything is compared; outside of any transaction.
   *
   * @param tried the code, or the number whose live code is tried
   * @param maximumAttempts how many attempts at the code, by anyone, are open to this caller
   * @returns `undefined` if there is no code that may be tried
   */
  async countAttempt(
    tried: OtpModel | PhoneNumber,
    maximumAttempts: number,
    context: OperationContext,
  ): Promise<OtpModel | undefined> {
    const filter = tried instanceof OtpModel ? { _id: objectIdOf(tried) } : toLiveFilter(tried);
    const counted = await this.#repository.findOneAndUpdate(
      { ...filter, attempts: { $lt: maximumAttempts } },
      { $inc: { attempts: 1 } },
      context.withoutTransaction(),
    );
    return counted && OtpModel.fromBson(counted);
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
    const ofTime = until === undefined ? {} : { created_at: { $not: { $gt: until } } };
    for (const ofNumber of filtersOfAllCodes(phoneNumber)) {
      await this.#repository.eraseMany({ ...ofNumber, ...ofTime }, erasure, context);
    }
  }
}

function toLiveFilter(phoneNumber: PhoneNumber) {
  return { ...toPhoneNumberFilter(phoneNumber), active: true, otp_hash: { $gt: '' } };
}
