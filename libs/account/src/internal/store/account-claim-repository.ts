import type { OperationContext } from '@org/core';
import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { AccountClaimModel, type AccountClaimDocument } from './account-claim-model.ts';
import { USERNAME_COLLATION } from './account-model.ts';

/**
 * Lets one transaction at a time give out a name, where earlier documents keep the unique index from
 * being built. Created then only, and empty outside of transactions.
 */
export class AccountClaimRepository extends ApplicationRepository<AccountClaimDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: AccountClaimModel.getCollectionName(),
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
   * Makes every other open transaction that claims the name fail with a conflict, and begin anew
   * once this one is committed. What it wrote is gone by then.
   */
  async claim(name: string, transaction: OperationContext): Promise<void> {
    const { _id } = await this.insertOne({ name }, transaction);
    await this.deleteOne({ _id }, transaction);
  }
}
