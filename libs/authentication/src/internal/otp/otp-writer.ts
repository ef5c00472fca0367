import type { Erasure, OperationContext } from '@org/core';
import { objectIdOf, type CollectionReport } from '@org/core/store';

import type { ConfiguredDependencies } from '../module-dependencies.ts';
import { createdOtpEvent } from '../security-event-util.ts';
import type { OtpSubject } from './otp-subject.ts';
import type { OtpUtil } from './otp-util.ts';
import type { StoredOtps } from './stored-otps.ts';
import { OtpModel } from './store/otp-model.ts';

/** A code to be stored. */
export interface NewOtp {
  readonly code: string;
  /** Of its recipient, for the audit record. */
  readonly subjectDigest: string;
  /** The password of a sign-up, to be set once the code is used. Default: none. */
  readonly hashedPassword?: string | undefined;
}

/** A password that waits for its code goes with it. */
const WITHOUT_PASSWORD = { $unset: { hashed_password: 1 } } as const;

export class OtpWriter {
  readonly #dependencies: ConfiguredDependencies;
  readonly #stored: StoredOtps;
  readonly #util: OtpUtil;

  constructor(dependencies: ConfiguredDependencies, stored: StoredOtps, util: OtpUtil) {
    this.#dependencies = dependencies;
    this.#stored = stored;
    this.#util = util;
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#stored.repository.onInitCollection()];
  }

  /**
   * Replaces the subject's live code. Call it in a transaction.
   *
   * @returns when the code expires
   */
  async createOtp(
    subject: OtpSubject,
    { code, subjectDigest, hashedPassword }: NewOtp,
    context: OperationContext,
  ): Promise<Date> {
    await this.expireOtps(subject, context);
    const { audit, clock, settings } = this.#dependencies;
    const expiresAt = new Date(clock.now().getTime() + settings.otpTimeToLiveMilliseconds);
    const { _id } = await this.#stored.repository.insertOne(
      {
        ...subject.fields,
        purpose: subject.purpose,
        otp_hash: this.#util.hashCode(subject, code),
        ...(hashedPassword === undefined ? {} : { hashed_password: hashedPassword }),
        attempts: 0,
        status: 'PENDING',
        active: true,
        expires_at: expiresAt,
      },
      context,
    );
    const resource = { resourceType: this.#stored.collectionName, resourceId: _id.toHexString() };
    await audit.record([createdOtpEvent(resource, subjectDigest)], context);
    return expiresAt;
  }

  /** Invalidates the subject's live code. */
  async expireOtps(subject: OtpSubject, context: OperationContext): Promise<void> {
    const update = { $set: { active: false, status: 'EXPIRED' }, ...WITHOUT_PASSWORD } as const;
    await this.#stored.repository.updateMany(toLiveFilter(subject), update, context);
  }

  /**
   * Counts an attempt, before anything is compared; outside of any transaction.
   *
   * @param tried the code, or the subject whose live code is tried
   * @param maximumAttempts how many attempts at the code, by anyone, are open to this caller
   * @returns `undefined` if there is no code that may be tried
   */
  async countAttempt(
    tried: OtpModel | OtpSubject,
    maximumAttempts: number,
    context: OperationContext,
  ): Promise<OtpModel | undefined> {
    const filter = tried instanceof OtpModel ? { _id: objectIdOf(tried) } : toLiveFilter(tried);
    const counted = await this.#stored.repository.findOneAndUpdate(
      { ...filter, attempts: { $lt: maximumAttempts } },
      { $inc: { attempts: 1 } },
      context.withoutTransaction(),
    );
    return counted && OtpModel.fromBson(counted, this.#stored.collectionName);
  }

  /** @returns whether it was still valid, and this call used it up */
  async useOtp(otp: OtpModel, context: OperationContext): Promise<boolean> {
    const used = await this.#stored.repository.findOneAndUpdate(
      { _id: objectIdOf(otp), active: true, expires_at: { $gt: this.#dependencies.clock.now() } },
      { $set: { active: false, status: 'SUCCESS' }, ...WITHOUT_PASSWORD },
      context.withoutTransaction(),
    );
    return used !== undefined;
  }

  /**
   * Erases codes of every purpose.
   *
   * @param until codes created later belong to the recipient's next owner
   */
  async deleteOtps(
    { filters, until }: { filters: readonly object[]; until?: Date | undefined },
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const ofTime = until === undefined ? {} : { created_at: { $not: { $gt: until } } };
    for (const filter of filters) {
      await this.#stored.repository.eraseMany({ ...filter, ...ofTime }, erasure, context);
    }
  }
}

function toLiveFilter({ filter, purpose }: OtpSubject) {
  return { ...filter, purpose, active: true, otp_hash: { $gt: '' } };
}
