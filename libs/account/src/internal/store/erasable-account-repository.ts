import {
  boundPhoneNumber,
  isEmailAddress,
  type OperationContext,
  type PhoneNumber,
} from '@org/core';
import {
  ApplicationRepository,
  representationsOf,
  type RepositoryDependencies,
} from '@org/core/store';
import { ObjectId, type Filter } from 'mongodb';

import { accountCollection, type AccountDocument } from './account-model.ts';

/** Accounts that this module marked: deleted by their owners, or never verified. */
export interface ErasableAccounts {
  readonly state: 'deleted' | 'unproved';
  /** Deleted or created by then. Default: at any time. */
  readonly before?: Date;
  /** Deleted since then. Default: at any time. */
  readonly since?: Date;
  /** One particular deletion: an account may be restored and deleted again. Default: any. */
  readonly deletedAt?: Date;
}

/** An account that is being erased. */
export type AccountUnderErasure = AccountDocument & Required<Pick<AccountDocument, 'erasure'>>;

/** Another program may have chosen a text; all that takes an account's id takes this length. */
const MAXIMUM_ID_LENGTH = 128;

/** Stands for the time of its deletion: nothing restores it, and the next clean-up finds it. */
const LONG_AGO = new Date(0);

/** The accounts to be erased, in the accounts collection, whatever their shape. */
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
    const _id = { $type: ['objectId', 'string'] };
    const filter = { ...matchErasable(accounts), _id } as unknown as Filter<AccountDocument>;
    const found = await this.find(filter, context, {
      projection: { _id: 1 },
      sort: accounts.state === 'deleted' ? { deleted_at: 1 } : { created_at: 1 },
      skip,
      limit,
    });
    return found.map(({ _id }) => String(_id)).filter((id) => id.length <= MAXIMUM_ID_LENGTH);
  }

  async findById(id: string, context: OperationContext): Promise<AccountDocument | undefined> {
    return this.findOne(withId(id), context);
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
    const filter = { ...withId(id), ...matchErasable(accounts) };
    const found = await this.findOne(filter, transaction);
    if (found === undefined) {
      return undefined;
    }
    if (isErasure(found.erasure)) {
      return { ...found, erasure: found.erasure };
    }
    const { deleted_at: deletedAt } = found;
    const erasure = isDate(deletedAt) ? { ...begun, names_owned_until: deletedAt } : begun;
    const $set = { active: false, deleted_at: LONG_AGO, erasure };
    const update = { $set, $unset: { phone_number_proved: true } } as const;
    const marked = await this.findOneAndUpdate({ _id: found._id }, update, transaction);
    return marked && { ...marked, erasure };
  }
}

/** Names of an account; whatever is malformed is missing. */
export interface ErasableNames {
  readonly username: string;
  readonly phoneNumber: PhoneNumber | null;
  /** `null` if it is no e-mail address. */
  readonly emailAddress: string | null;
}

/** What leads to an account's data. */
export interface ErasableIdentity extends ErasableNames {
  readonly id: string;
  readonly createdAt: Date;
}

export function identityOf({ _id, ...account }: AccountUnderErasure): ErasableIdentity {
  const { created_at: createdAt } = account;
  const idTime = _id instanceof ObjectId ? _id.getTimestamp() : LONG_AGO;
  return {
    id: String(_id),
    ...namesOf(account),
    createdAt: isDate(createdAt) ? createdAt : idTime,
  };
}

/** @param stored fields of an account, as they are or were */
export function namesOf(stored: {
  readonly username?: unknown;
  readonly email?: unknown;
  readonly phone_number?: unknown;
}): ErasableNames {
  const email = textOf(stored.email);
  return {
    username: textOf(stored.username),
    phoneNumber: phoneNumberOf(stored.phone_number),
    emailAddress: isEmailAddress(email) ? email : null,
  };
}

function phoneNumberOf(stored: unknown): PhoneNumber | null {
  const parts = (stored ?? {}) as Partial<Record<string, unknown>>;
  const countryCode = textOf(parts['country_code']);
  const phoneNumber = textOf(parts['phone_number']);
  const bounded = boundPhoneNumber({ countryCode, phoneNumber });
  return bounded.phoneNumber === '' ? null : bounded;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Whatever type another program gave it. */
function withId(id: string): Filter<AccountDocument> {
  const ids = id.length > MAXIMUM_ID_LENGTH ? [] : representationsOf(id);
  return { _id: { $in: ids } } as Filter<AccountDocument>;
}

function isErasure(value: AccountDocument['erasure']): value is NonNullable<typeof value> {
  return typeof value?.pseudonym === 'string' && isDate(value.names_owned_until);
}

function isDate(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

function matchErasable({
  state,
  before,
  since,
  deletedAt,
}: ErasableAccounts): Filter<AccountDocument> {
  if (deletedAt !== undefined) {
    const isThatDeletion = [{ deleted_at: deletedAt }, { 'erasure.names_owned_until': deletedAt }];
    return { active: false, $or: isThatDeletion };
  }
  const by = before === undefined ? {} : { $lte: before };
  if (state === 'deleted') {
    const from = since === undefined ? {} : { $gte: since };
    return { active: false, deleted_at: { $exists: true, $type: 'date', ...by, ...from } };
  }
  const created = before === undefined ? {} : { created_at: by };
  return { active: true, phone_number_proved: false, email_verified: { $ne: true }, ...created };
}
