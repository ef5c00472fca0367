import type { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  DuplicateKeyError,
  type RepositoryDependencies,
} from '@org/core/store';

import { AccountModel } from './account-model.ts';
import type { IdentityStateDocument } from './identity-state-model.ts';

const ONLY = 'identities';

/** How far this database's accounts have got from unique indexes to identities: one document. */
export class IdentityStateRepository extends ApplicationRepository<IdentityStateDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: 'account_identity_state',
      schema: {
        bsonType: 'object',
        required: ['_id', 'state'],
        properties: {
          _id: { bsonType: 'string' },
          state: { bsonType: 'string' },
          cursor: { bsonType: ['objectId', 'null'] },
          accounts_seen: { bsonType: 'number' },
          passed_at: { bsonType: ['date', 'null'] },
        },
      },
      unaudited: 'everything',
      indexes: [],
    });
  }

  async hasAccounts(): Promise<boolean> {
    const filter = { name: AccountModel.getCollectionName() };
    const found = await this.database.run(() =>
      this.database.driver.listCollections(filter, { nameOnly: true }).toArray(),
    );
    return found.length > 0;
  }

  async read(context: OperationContext): Promise<IdentityStateDocument | undefined> {
    return this.findOne({ _id: ONLY }, context);
  }

  /** @returns what is stored, if another process was faster */
  async begin(
    state: IdentityStateDocument['state'],
    context: OperationContext,
  ): Promise<IdentityStateDocument | undefined> {
    try {
      const begun = { _id: ONLY, state, cursor: null, accounts_seen: 0, passed_at: null };
      return await this.insertOne(begun, context);
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) {
        throw error;
      }
      return this.read(context);
    }
  }

  async update(
    changed: Partial<
      Pick<IdentityStateDocument, 'state' | 'cursor' | 'accounts_seen' | 'passed_at'>
    >,
    context: OperationContext,
  ): Promise<void> {
    await this.updateMany({ _id: ONLY }, { $set: changed }, context);
  }
}
