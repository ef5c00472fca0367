import type { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  type RepositoryDependencies,
  type StoredDocument,
} from '@org/core/store';

interface RoleGuardDocument extends StoredDocument<string> {
  /** How many transactions have changed roles. */
  readonly turn?: number;
}

const TURN = 'turn';

/**
 * Makes transactions conflict that are right on their own and wrong together, such as two that each
 * take the role `admin` from one of two admins. The one that comes second starts again.
 */
export class RoleGuardRepository extends ApplicationRepository<RoleGuardDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: 'role_guard',
      schema: { bsonType: 'object', properties: { turn: { bsonType: 'number' } } },
      unaudited: 'everything',
      indexes: [],
    });
  }

  /** One transaction at a time changes roles and who has them. */
  async takeTurn(transaction: OperationContext): Promise<void> {
    await this.upsertOne({ _id: TURN }, { $inc: { turn: 1 } }, transaction);
  }

  /**
   * One transaction at a time gives an account a role, or ends the account. The document is gone by
   * its end.
   */
  async lockAccount(accountId: string, transaction: OperationContext): Promise<void> {
    const _id = `account:${accountId}`;
    await this.insertOne({ _id }, transaction);
    await this.deleteOne({ _id }, transaction);
  }
}
