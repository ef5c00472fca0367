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
    return this.#find(phoneNumber, { limit: REMEMBERED_CODES }, context);
  }

  /** All of the number's codes that have not been cleaned away. */
  async getOtps(phoneNumber: PhoneNumber, context: OperationContext): Promise<readonly OtpModel[]> {
    return this.#find(phoneNumber, {}, context);
  }

  async #find(
    phoneNumber: PhoneNumber,
    options: { readonly limit?: number },
    context: OperationContext,
  ): Promise<readonly OtpModel[]> {
    const found = await this.#repository.find(toPhoneNumberFilter(phoneNumber), context, {
      sort: { created_at: -1, _id: -1 },
      ...options,
    });
    return found.map((bson) => OtpModel.fromBson(bson));
  }
}
