import type { OperationContext, PhoneNumber } from '@org/core';

import { toPhoneNumberFilter } from './otp-util.ts';
import { OtpModel } from './store/otp-model.ts';
import type { OtpRepository } from './store/otp-repository.ts';

/** How many codes back a right but outdated one is recognized. */
const REMEMBERED_CODES = 3;

export class OtpReader {
  readonly #repository: OtpRepository;

  constructor(repository: OtpRepository) {
    this.#repository = repository;
  }

  /** The number's last codes, used and outdated ones too, newest first. */
  async getNewestOtps(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): Promise<readonly OtpModel[]> {
    const found = await this.#repository.find(toPhoneNumberFilter(phoneNumber), context, {
      sort: NEWEST_FIRST,
      limit: REMEMBERED_CODES,
    });
    return found.map((bson) => OtpModel.fromBson(bson));
  }

  /** All of the number's codes that have not been cleaned away, page by page. */
  async *findOtps(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): AsyncGenerator<readonly OtpModel[], void, undefined> {
    const found = this.#repository.findInPages(toPhoneNumberFilter(phoneNumber), context, {
      sort: NEWEST_FIRST,
    });
    for await (const page of found) {
      yield page.map((bson) => OtpModel.fromBson(bson));
    }
  }
}

const NEWEST_FIRST = { created_at: -1, _id: -1 } as const;
