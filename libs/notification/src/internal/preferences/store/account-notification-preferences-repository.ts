import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import {
  AccountNotificationPreferencesModel,
  type AccountNotificationPreferencesDocument,
} from './account-notification-preferences-model.ts';

export class AccountNotificationPreferencesRepository extends ApplicationRepository<AccountNotificationPreferencesDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: AccountNotificationPreferencesModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['account_id', 'email_enabled', 'push_enabled', 'sms_enabled', 'active'],
        properties: {
          account_id: { bsonType: 'string' },
          email_enabled: { bsonType: 'bool' },
          push_enabled: { bsonType: 'bool' },
          sms_enabled: { bsonType: 'bool' },
          topics: { bsonType: 'object' },
          active: { bsonType: 'bool' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      fromBson: (document) => AccountNotificationPreferencesModel.fromBson(document),
      indexes: [
        {
          keys: { active: 1, account_id: 1 },
          options: {
            name: 'active_account_id_unique',
            unique: true,
            partialFilterExpression: { active: true },
          },
        },
        {
          keys: { account_id: 1 },
          options: {
            name: 'inactive_account_id_index',
            partialFilterExpression: { active: false },
          },
        },
        // For an erasure, which also has to find documents without a usable \`active\`.
        { keys: { account_id: 1, _id: 1 } },
      ],
    });
  }
}
