import type { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  type RepositoryDependencies,
  type StoredDocument,
} from '@org/core/store';

import { USERNAME_COLLATION } from './account-index-model.ts';

interface AccountNameLockDocument extends StoredDocument {
  /** A username or phone number that a transaction is about to assign. */
  readonly name: string;
}

/**
 * Lets one transaction at a time assign a name, if earlier documents prevent the unique index from
 * being built. The collection is created only then, and is empty outside transactions.
 */
export class AccountNameLockRepository extends ApplicationRepository<AccountNameLockDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: 'account_claims',
      schema: {
        bsonType: 'object',
        required: ['name'],
        properties: { name: { bsonType: 'string' } },
      },
      unaudited: 'everything',
      indexes: [
        {
          keys: { name: 1 },
          options: { name: 'name_unique', unique: true, collation: USERNAME_COLLATION },
        },
      ],
    });
  }

  /**
   * Makes every other open transaction that locks the name fail with a conflict and restart once
   * this one is committed. The document is gone by then.
   */
  async lock(name: string, transaction: OperationContext): Promise<void> {
    const { _id } = await this.insertOne({ name }, transaction);
    await this.deleteOne({ _id }, transaction);
  }
}
