import type { OperationContext, PhoneNumber } from '@org/core';
import type { RepositoryDependencies } from '@org/core/store';

import { toPhoneNumberFilter } from './otp-util.ts';
import { OtpModel } from './store/otp-model.ts';
import { OtpRepository } from './store/otp-repository.ts';

/** How many codes back a correct but outdated one is recognized. */
const REMEMBERED_CODES = 3;
const NEWEST_FIRST = { created_at: -1, _id: -1 } as const;

export class OtpReader {
  readonly #repository: OtpRepository;

  constructor(dependencies: RepositoryDependencies) {
    this.#repository = new OtpRepository(dependencies);
  }

  /** The latest codes, used and outdated ones too, newest first; outside of any transaction. */
  async getNewestOtps(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): Promise<readonly OtpModel[]> {
    const filter = toPhoneNumberFilter(phoneNumber);
    const options = { sort: NEWEST_FIRST, limit: REMEMBERED_CODES };
    const found = await this.#repository.find(filter, context.withoutTransaction(), options);
    return found.map((bson) => OtpModel.fromBson(bson));
  }

  /** All codes that are still stored, for the number's owner, page by page. */
  async *exportOtps(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    const filter = toPhoneNumberFilter(phoneNumber);
    const pages = this.#repository.findInPages(filter, context, { sort: NEWEST_FIRST });
    for await (const page of pages) {
      yield page
        .map((bson) => OtpModel.fromBson(bson))
        .map(({ createdAt, expiresAt, status }) => ({
          created_at: createdAt,
          expires_at: expiresAt,
          status,
        }));
    }
  }
}
