import type { OperationContext } from '@org/core';
import { ApplicationRepository, parseObjectId, type RepositoryDependencies } from '@org/core/store';
import type { Document, Filter, FindOptions } from 'mongodb';

import type { AccountCollection } from '../../../account-directory.ts';
import { ALL_SESSIONS, CUTOFF_COLLECTION } from './session-cutoff-model.ts';
import { SessionModel, type SessionDocument } from './session-model.ts';

export type SessionFilter = Filter<SessionDocument>;
type UsableSessionOptions = Pick<FindOptions, 'sort' | 'projection'>;

export class SessionRepository extends ApplicationRepository<SessionDocument> {
  readonly #ofUsableAccount: readonly Document[];

  /**
   * @param accountCollection joined to sessions; undefined: sessions ignore their accounts' state
   */
  constructor(dependencies: RepositoryDependencies, accountCollection?: AccountCollection) {
    super(dependencies, {
      name: SessionModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['account_id', 'expires_at', 'absolute_expires_at', 'created_at', 'updated_at'],
        properties: {
          account_id: { bsonType: 'string' },
          epoch: { bsonType: 'number' },
          salt: { bsonType: 'string' },
          generation: { bsonType: 'number' },
          current_hash: { bsonType: 'string' },
          previous_hash: { bsonType: ['string', 'null'] },
          rotated_at: { bsonType: ['date', 'null'] },
          user_agent: { bsonType: 'string' },
          ip: { bsonType: 'string' },
          last_used_at: { bsonType: 'date' },
          expires_at: { bsonType: 'date' },
          absolute_expires_at: { bsonType: 'date' },
          revoked_at: { bsonType: ['date', 'null'] },
          reversed_at: { bsonType: 'date' },
          authenticated_at: { bsonType: 'date' },
          authenticated_by: { bsonType: 'string' },
          transport: { bsonType: 'string' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // The writer records session_created, session_renewed and session_ended.
      unaudited: 'everything',
      ownerOf: (document) => String(document['account_id']),
      fromBson: (document) => SessionModel.fromBson(document),
      indexes: [
        { keys: { account_id: 1, created_at: -1, _id: -1 } },
        {
          keys: { account_id: 1, last_used_at: -1 },
          options: {
            name: 'account_id_not_ended_index',
            partialFilterExpression: { revoked_at: null },
          },
        },
        { keys: { absolute_expires_at: 1 }, options: { expireAfterSeconds: 0 } },
      ],
    });
    this.#ofUsableAccount = accountCollection === undefined ? [] : joinAccount(accountCollection);
  }

  /**
   * The matching sessions that operators and their accounts still allow, read in one round trip
   * together with the time when all sessions were ended last, and with the account: it must be active and not disabled, and must not have ended its sessions since the login.
   *
   * @param options the projection applies to the result; default: all of it
   */
  async findUsable(
    filter: Filter<SessionDocument>,
    context: OperationContext,
    { sort, projection = { [ACCOUNT]: 0, [CUTOFF]: 0 } }: UsableSessionOptions = {},
  ): Promise<readonly SessionDocument[]> {
    const stages = [
      { $match: filter },
      ...(sort === undefined ? [] : [{ $sort: sort }]),
      ...AFTER_CUTOFF,
      ...this.#ofUsableAccount,
      { $project: projection },
    ];
    return this.aggregate(stages, context, { projection });
  }

  /** @param where further conditions on the session */
  async findUsableById(
    id: string,
    context: OperationContext,
    { where = {}, ...options }: UsableSessionOptions & { readonly where?: SessionFilter } = {},
  ): Promise<SessionDocument | undefined> {
    const _id = parseObjectId(id);
    const found = _id && (await this.findUsable({ ...where, _id }, context, options));
    return found?.[0];
  }

  /**
   * A session as its requests need it; `undefined`, too, if it is malformed.
   *
   * @param options.withAccount whether a session by cookie comes with its account's document
   */
  async findForRequest(
    id: string,
    where: SessionFilter,
    context: OperationContext,
    { withAccount }: { readonly withAccount: boolean },
  ): Promise<{ session: SessionDocument; account: object | undefined } | undefined> {
    const account = { $cond: [IS_BY_COOKIE, { $first: `$${ACCOUNT}` }, '$$REMOVE'] };
    const projection = { ...FOR_REQUESTS, ...(withAccount ? { [ACCOUNT]: account } : {}) };
    const found: Document | undefined = await this.findUsableById(id, context, {
      where,
      projection,
    });
    if (found === undefined) {
      return undefined;
    }
    const session = this.#readProof(found as SessionDocument);
    return session && { session, account: found[ACCOUNT] as object | undefined };
  }

  #readProof(session: SessionDocument): SessionDocument | undefined {
    try {
      return { ...session, ...SessionModel.readProof(session) };
    } catch (error) {
      this.check.reportOrThrow(error);
      return undefined;
    }
  }

  /** The document of the account of a session that it allows. */
  async findAccountBySessionId(id: string, context: OperationContext): Promise<object | undefined> {
    const projection = { account_id: 1, [ACCOUNT]: 1 };
    const found: Document | undefined = await this.findUsableById(id, context, { projection });
    return (found?.[ACCOUNT] as object[] | undefined)?.[0];
  }
}

/** Where the joined documents are kept while the stages run. */
const ACCOUNT = 'joined_account';
const CUTOFF = 'joined_cutoff';
const AFTER_CUTOFF: readonly Document[] = [
  { $set: { [CUTOFF]: ALL_SESSIONS } },
  { $lookup: { from: CUTOFF_COLLECTION, localField: CUTOFF, foreignField: '_id', as: CUTOFF } },
  // Nothing is earlier than a date that is missing.
  { $match: { $expr: { $gt: ['$created_at', { $first: `$${CUTOFF}.ended_at` }] } } },
];
const IS_BY_COOKIE = { $eq: ['$transport', 'cookie'] };
const FOR_REQUESTS = {
  account_id: 1,
  created_at: 1,
  authenticated_at: 1,
  transport: 1,
  generation: 1,
  current_hash: 1,
  previous_hash: 1,
  rotated_at: 1,
  last_used_at: 1,
  absolute_expires_at: 1,
};

function joinAccount({
  name,
  activeField,
  disabledField,
  sessionEpochField,
}: AccountCollection): Document[] {
  const ofAccount = (field: string) => ({ $first: `$${ACCOUNT}.${field}` });
  // An id of another type is the account's `_id` as it is.
  const accountId = { input: '$account_id', to: 'objectId', onError: '$account_id' };
  const isCurrent = [{ $ifNull: ['$epoch', 0] }, { $ifNull: [ofAccount(sessionEpochField), 0] }];
  const isUsable = [
    { $eq: [ofAccount(activeField), true] },
    ...(disabledField === undefined ? [] : [{ $not: [ofAccount(disabledField)] }]),
    { $gte: isCurrent },
  ];
  return [
    { $set: { [ACCOUNT]: { $convert: accountId } } },
    { $lookup: { from: name, localField: ACCOUNT, foreignField: '_id', as: ACCOUNT } },
    { $match: { $expr: { $and: isUsable } } },
  ];
}
