import type { OperationContext, PhoneNumber } from '@org/core';

import type { ModuleDependencies } from '../module-dependencies.ts';
import { exportOtp, toPhoneNumberFilter } from './otp-util.ts';
import { OtpModel } from './store/otp-model.ts';
import { OtpRepository } from './store/otp-repository.ts';

/** How many codes back a correct but outdated one is recognized. */
const REMEMBERED_CODES = 3;

export class OtpReader {
  readonly #repository: OtpRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new OtpRepository(dependencies);
  }

  /**
   * The number's latest codes, including used and outdated ones, newest first; outside of any
   * transaction.
   */
  async getNewestOtps(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): Promise<readonly OtpModel[]> {
    const filter = toPhoneNumberFilter(phoneNumber);
    const found = await this.#repository.find(filter, context.withoutTransaction(), {
      sort: NEWEST_FIRST,
      limit: REMEMBERED_CODES,
    });
    return found.map((bson) => OtpModel.fromBson(bson));
  }

  /** All of the number's codes that are still stored, for its owner, page by page. */
  async *exportOtps(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    const found = this.#repository.findInPages(toPhoneNumberFilter(phoneNumber), context, {
      sort: NEWEST_FIRST,
    });
    for await (const page of found) {
      yield page.map((bson) => exportOtp(OtpModel.fromBson(bson)));
    }
  }
}

const NEWEST_FIRST = { created_at: -1, _id: -1 } as const;
