import type { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  parseObjectId,
  type Database,
  type RepositoryDependencies,
} from '@org/core/store';
import type { Filter, FindOptions } from 'mongodb';

import { SessionEpochModel } from './session-epoch-model.ts';
import { SessionModel, type SessionDocument } from './session-model.ts';

const EPOCH = { $ifNull: ['$epoch', 0] };
const CURRENT_EPOCH = { $ifNull: [{ $first: '$account_epochs.epoch' }, 0] };

type EpochOptions = Pick<FindOptions, 'sort' | 'projection'>;

export class SessionRepository extends ApplicationRepository<SessionDocument> {
  readonly #database: Database;

  constructor(dependencies: RepositoryDependencies) {
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
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // The writer records session_created and session_ended; a refresh is no event.
      unaudited: 'everything',
      ownerOf: (document) => String(document['account_id']),
      indexes: [
        { keys: { account_id: 1, created_at: -1, _id: -1 } },
        { keys: { absolute_expires_at: 1 }, options: { expireAfterSeconds: 0 } },
      ],
    });
    this.#database = dependencies.database;
  }

  /**
   * The sessions that match and are of their account's current epoch, in one round trip.
   *
   * @param options the projection is of what is found; default: all of it
   */
  async findOfCurrentEpoch(
    filter: Filter<SessionDocument>,
    context: OperationContext,
    { sort, projection = { account_epochs: 0 } }: EpochOptions = {},
  ): Promise<readonly SessionDocument[]> {
    const stages = [
      { $match: filter },
      ...(sort === undefined ? [] : [{ $sort: sort }]),
      {
        $lookup: {
          from: SessionEpochModel.getCollectionName(),
          localField: 'account_id',
          foreignField: 'account_id',
          as: 'account_epochs',
        },
      },
      { $match: { $expr: { $gte: [EPOCH, CURRENT_EPOCH] } } },
      { $project: projection },
    ];
    return this.#database.runIn(context, (session) =>
      this.collection().aggregate<SessionDocument>(stages, session).toArray(),
    );
  }

  /** @param where what else must hold of the session */
  async findOneOfCurrentEpoch(
    id: string,
    context: OperationContext,
    { where = {}, ...options }: EpochOptions & { readonly where?: Filter<SessionDocument> } = {},
  ): Promise<SessionDocument | undefined> {
    const _id = parseObjectId(id);
    const found = _id && (await this.findOfCurrentEpoch({ ...where, _id }, context, options));
    return found?.[0];
  }
}
