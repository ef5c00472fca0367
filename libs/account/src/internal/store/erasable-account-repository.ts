import type { OperationContext } from '@org/core';
import { ApplicationRepository, parseObjectId, type RepositoryDependencies } from '@org/core/store';
import type { Filter } from 'mongodb';

import { accountCollection, type AccountDocument } from './account-model.ts';

/** Accounts that this module marked: deleted by their owners, or never verified. */
export interface ErasableAccounts {
  readonly state: 'deleted' | 'unproved';
  /** Deleted or created by then. Default: at any time. */
  readonly before?: Date;
  /** One particular deletion: an account may be restored and deleted again. Default: any. */
  readonly deletedAt?: Date;
}

/** An account that is being erased. */
export type AccountUnderErasure = AccountDocument & Required<Pick<AccountDocument, 'erasure'>>;

/** Stands for the time of its deletion: nothing restores it, and the next clean-up finds it. */
const LONG_AGO = new Date(0);

/** The accounts to be erased, in the accounts collection. */
export class ErasableAccountRepository extends ApplicationRepository<AccountDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, accountCollection);
  }

  /** @returns ids, longest marked first, without the first `skip` */
  async findErasableIds(
    accounts: ErasableAccounts,
    { skip, limit }: { readonly skip: number; readonly limit: number },
    context: OperationContext,
  ): Promise<readonly string[]> {
    const found = await this.find(matchErasable(accounts), context, {
      projection: { _id: 1 },
      sort: accounts.state === 'deleted' ? { deleted_at: 1 } : { created_at: 1 },
      skip,
      limit,
    });
    return found.map(({ _id }) => _id.toHexString());
  }

  /**
   * Makes the account impossible to restore and frees its names; it still leads to its data.
   *
   * @returns `undefined` if there is no such account
   */
  async beginErasure(
    id: string,
    accounts: ErasableAccounts,
    begun: NonNullable<AccountDocument['erasure']>,
    transaction: OperationContext,
  ): Promise<AccountUnderErasure | undefined> {
    const _id = parseObjectId(id);
    const found = _id && (await this.findOne({ _id, ...matchErasable(accounts) }, transaction));
    if (found === undefined) {
      return undefined;
    }
    if (found.erasure !== undefined) {
      return { ...found, erasure: found.erasure };
    }
    const erasure = { ...begun, names_owned_until: found.deleted_at ?? begun.names_owned_until };
    const $set = { active: false, deleted_at: LONG_AGO, erasure };
    const update = { $set, $unset: { phone_number_proved: true } } as const;
    const marked = await this.findOneAndUpdate({ _id: found._id }, update, transaction);
    return marked && { ...marked, erasure };
  }
}

function matchErasable({ state, before, deletedAt }: ErasableAccounts): Filter<AccountDocument> {
  if (deletedAt !== undefined) {
    const isThatDeletion = [{ deleted_at: deletedAt }, { 'erasure.names_owned_until': deletedAt }];
    return { active: false, $or: isThatDeletion };
  }
  const by = before === undefined ? {} : { $lte: before };
  if (state === 'deleted') {
    return { active: false, deleted_at: { $exists: true, ...by } };
  }
  const created = before === undefined ? {} : { created_at: by };
  return { active: true, phone_number_proved: false, ...created };
}
