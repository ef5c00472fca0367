import type { OperationContext } from '@org/core';
import { ApplicationRepository, parseObjectId, type RepositoryDependencies } from '@org/core/store';
import type { ObjectId } from 'mongodb';

import { accountCollection, AccountModel, type AccountDocument } from './account-model.ts';

/** Some accounts, in the order of their ids. */
export interface TransferPage {
  /** Those that move. */
  readonly accounts: readonly AccountDocument[];
  /** Where the next page begins; `undefined` after the last. */
  readonly last: ObjectId | undefined;
}

/** Accounts as they move in and out. */
export class TransferableAccountRepository extends ApplicationRepository<AccountDocument> {
  constructor(dependencies: RepositoryDependencies) {
    const fromBson = (document: object) => AccountModel.fromBson(document);
    super(dependencies, { ...accountCollection, fromBson });
  }

  /** Accounts of any state, also malformed ones; leaves no audit record. */
  async findStoredByIds(
    ids: readonly string[],
    context: OperationContext,
  ): Promise<readonly AccountDocument[]> {
    const _ids = ids.flatMap((id) => parseObjectId(id) ?? []);
    return this.findUnrecorded({ _id: { $in: _ids } }, context);
  }

  /** Active and disabled accounts, without those whose number was never proved. */
  async findPageAfter(
    id: ObjectId | undefined,
    limit: number,
    context: OperationContext,
  ): Promise<TransferPage> {
    const after = id === undefined ? {} : { _id: { $gt: id } };
    const options = { projection: { _id: 1 }, sort: { _id: 1 }, limit } as const;
    // Also malformed ones: a page that has no others is not the last.
    const all = await this.findUnrecorded({ ...after, active: true }, context, options);
    const filter = {
      _id: { $in: all.map(({ _id }) => _id) },
      active: true,
      phone_number_proved: { $ne: false },
    };
    const accounts = await this.find(filter, context, { sort: { _id: 1 } });
    return { accounts, last: all.at(-1)?._id };
  }
}
