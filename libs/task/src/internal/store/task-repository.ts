import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { TaskModel, type TaskDocument } from './task-model.ts';

export class TaskRepository extends ApplicationRepository<TaskDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: TaskModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['account_id', 'title', 'description', 'active'],
        properties: {
          account_id: { bsonType: 'string' },
          title: { bsonType: 'string' },
          description: { bsonType: 'string' },
          active: { bsonType: 'bool' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      ownerOf: ({ account_id }) => String(account_id),
      fromBson: (document) => TaskModel.fromBson(document),
      indexes: [
        {
          keys: { active: 1, account_id: 1 },
          options: {
            name: 'active_account_id_index',
            partialFilterExpression: { active: true },
          },
        },
        {
          keys: { account_id: 1, created_at: -1, _id: -1 },
          options: {
            name: 'account_id_newest_first_index',
            partialFilterExpression: { active: true },
          },
        },
        {
          keys: { account_id: 1 },
          options: {
            name: 'deleted_account_id_index',
            partialFilterExpression: { active: false },
          },
        },
        // For an erasure, which also has to find documents without a usable \`active\`.
        { keys: { account_id: 1, _id: 1 } },
      ],
    });
  }
}

/** Including deleted tasks: one filter for each of the partial indexes. */
export function filtersOfAll(
  accountId: string,
): readonly Pick<TaskDocument, 'account_id' | 'active'>[] {
  return [true, false].map((active) => ({ account_id: accountId, active }));
}
