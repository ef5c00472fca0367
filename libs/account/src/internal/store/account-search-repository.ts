import type { OperationContext } from '@org/core';
import { ApplicationRepository, parseObjectId, type RepositoryDependencies } from '@org/core/store';
import type { Filter, ObjectId } from 'mongodb';

import type { AccountState } from '../../types.ts';
import { SEARCH_COLLATION, SEARCH_INDEXES, type SearchedField } from './account-index-model.ts';
import { accountCollection, AccountModel, type AccountDocument } from './account-model.ts';

/** A field that begins with a text, and what else must hold. */
export interface SearchRange {
  readonly field: SearchedField;
  readonly prefix: string;
  readonly where?: Filter<AccountDocument>;
}

/** Where a page ended: behind this value of the field, of this account. */
export interface SearchPosition {
  readonly value: string;
  readonly id: ObjectId;
}

export interface SearchPageOptions {
  readonly state: AccountState | undefined;
  /** Accounts that these ranges have are left out. */
  readonly without: readonly SearchRange[];
  readonly after: SearchPosition | undefined;
  readonly limit: number;
}

/** The last of all characters in the order of a collation. */
const LAST = '\uffff';

const STATES: Readonly<Record<AccountState, Filter<AccountDocument>>> = {
  active: { active: true, disabled_at: null },
  disabled: { active: true, disabled_at: { $ne: null } },
  deleted: { active: false },
};

/** Accounts of any state but those being erased, as operators look for them. */
export class AccountSearchRepository extends ApplicationRepository<AccountDocument> {
  constructor(dependencies: RepositoryDependencies) {
    const fromBson = (document: object) => AccountModel.fromBson(document);
    super(dependencies, { ...accountCollection, fromBson });
  }

  async findById(id: string, context: OperationContext): Promise<AccountDocument | undefined> {
    const _id = parseObjectId(id);
    return _id && this.findOne({ _id, erasure: { $exists: false } }, context);
  }

  /** In the order of the field, and of ids where that is equal. */
  async findInRange(
    range: SearchRange,
    { after, limit, ...options }: SearchPageOptions,
    context: OperationContext,
  ): Promise<readonly AccountDocument[]> {
    const { field, prefix } = range;
    const find = (where: object, rest: number) =>
      this.#find(
        { ...range, where: { ...range.where, ...where } },
        { ...options, limit: rest },
        context,
      );
    if (after === undefined) {
      return find({ [field]: { $gte: prefix, $lt: prefix + LAST } }, limit);
    }
    const equal = await find({ [field]: after.value, _id: { $gt: after.id } }, limit);
    return equal.length === limit
      ? equal
      : [
          ...equal,
          ...(await find(
            { [field]: { $gt: after.value, $lt: prefix + LAST } },
            limit - equal.length,
          )),
        ];
  }

  async #find(
    { field, where = {} }: SearchRange,
    { state, without, limit }: Omit<SearchPageOptions, 'after'>,
    context: OperationContext,
  ): Promise<readonly AccountDocument[]> {
    const ofState = state === undefined ? {} : STATES[state];
    const others = without.map((each) => ({
      [each.field]: { $gte: each.prefix, $lt: each.prefix + LAST },
      ...each.where,
    }));
    const filter = {
      ...where,
      ...ofState,
      erasure: { $exists: false },
      ...(others.length === 0 ? {} : { $nor: others }),
    } as Filter<AccountDocument>;
    return this.find(filter, context, {
      collation: SEARCH_COLLATION,
      hint: SEARCH_INDEXES[field],
      sort: { [field]: 1, _id: 1 },
      limit,
    });
  }
}
