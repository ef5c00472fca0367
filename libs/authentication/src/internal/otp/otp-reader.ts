import type { OperationContext } from '@org/core';

import type { OtpSubject } from './otp-subject.ts';
import type { StoredOtps } from './stored-otps.ts';
import { OtpModel } from './store/otp-model.ts';

/** How many codes back a correct but outdated one is recognized. */
const REMEMBERED_CODES = 3;
const NEWEST_FIRST = { created_at: -1, _id: -1 } as const;

export class OtpReader {
  readonly #stored: StoredOtps;

  constructor(stored: StoredOtps) {
    this.#stored = stored;
  }

  /** The latest codes, used and outdated ones too, newest first; outside of any transaction. */
  async getNewestOtps(
    { filter, purpose }: OtpSubject,
    context: OperationContext,
  ): Promise<readonly OtpModel[]> {
    const { collectionName, repository } = this.#stored;
    const options = { sort: NEWEST_FIRST, limit: REMEMBERED_CODES };
    const ofPurpose = { ...filter, purpose };
    const found = await repository.find(ofPurpose, context.withoutTransaction(), options);
    return found.map((bson) => OtpModel.fromBson(bson, collectionName));
  }

  /** All codes of any purpose that are still stored, for the recipient, page by page. */
  async *exportOtps(
    { filter }: OtpSubject,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    const { collectionName, repository } = this.#stored;
    for await (const page of repository.findInPages(filter, context, { sort: NEWEST_FIRST })) {
      yield page
        .map((bson) => OtpModel.fromBson(bson, collectionName))
        .map(({ createdAt, expiresAt, status }) => ({
          created_at: createdAt,
          expires_at: expiresAt,
          status,
        }));
    }
  }
}
