import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';
import type { CollationOptions } from 'mongodb';

import { AccountModel, type AccountDocument } from './account-model.ts';

/** Compares usernames without regard to case. Queries need it to use the index. */
export const USERNAME_COLLATION: CollationOptions = { locale: 'en', strength: 2 };

export class AccountRepository extends ApplicationRepository<AccountDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: AccountModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['active', 'first_name', 'last_name', 'username', 'hashed_password'],
        properties: {
          active: { bsonType: 'bool' },
          first_name: { bsonType: 'string' },
          last_name: { bsonType: 'string' },
          username: { bsonType: 'string' },
          hashed_password: { bsonType: 'string' },
          phone_number: {
            bsonType: ['object', 'null'],
            required: ['country_code', 'phone_number'],
            properties: {
              country_code: { bsonType: 'string' },
              phone_number: { bsonType: 'string' },
            },
          },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      ownerOf: ({ _id }) => String(_id),
      indexes: [
        {
          keys: { username: 1 },
          options: {
            name: 'active_username_unique',
            unique: true,
            collation: USERNAME_COLLATION,
            partialFilterExpression: { active: true, username: { $gt: '' } },
          },
        },
        {
          keys: { 'phone_number.country_code': 1, 'phone_number.phone_number': 1 },
          options: {
            name: 'active_phone_number_unique',
            unique: true,
            // Without the second condition every account without a number collides on null.
            partialFilterExpression: { active: true, 'phone_number.phone_number': { $gt: '' } },
          },
        },
      ],
    });
  }
}
