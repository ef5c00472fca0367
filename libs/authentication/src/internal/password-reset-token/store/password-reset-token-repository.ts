import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import {
  PasswordResetTokenModel,
  type PasswordResetTokenDocument,
} from './password-reset-token-model.ts';

/** While kept, anyone who follows an old link is told why it is refused. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;

export class PasswordResetTokenRepository extends ApplicationRepository<PasswordResetTokenDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: PasswordResetTokenModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['account', 'is_used', 'expires_at'],
        properties: {
          account: { bsonType: 'objectId' },
          token_hash: { bsonType: 'string' },
          is_used: { bsonType: 'bool' },
          expires_at: { bsonType: 'date' },
          email_address: { bsonType: 'string' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      redacted: ['email_address'],
      fromBson: (document) => PasswordResetTokenModel.fromBson(document),
      indexes: [
        {
          keys: { token_hash: 1 },
          options: {
            name: 'token_hash_unique',
            unique: true,
            partialFilterExpression: { token_hash: { $gt: '' } },
          },
        },
        { keys: { account: 1, created_at: -1, _id: -1 } },
        // For cleanup only; the query checks a token's own expiry.
        { keys: { expires_at: 1 }, options: { expireAfterSeconds: KEPT_SECONDS } },
      ],
    });
  }
}
