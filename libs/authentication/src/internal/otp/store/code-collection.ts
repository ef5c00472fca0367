import type { CollectionDefinition } from '@org/core/store';
import type { IndexDirection } from 'mongodb';

const DAY_SECONDS = 24 * 60 * 60;

/** What all codes have, whoever they are sent to. */
export const CODE_PROPERTIES = {
  purpose: { bsonType: 'string' },
  otp_hash: { bsonType: 'string' },
  attempts: { bsonType: 'number' },
  status: { bsonType: 'string' },
  active: { bsonType: 'bool' },
  expires_at: { bsonType: 'date' },
  created_at: { bsonType: 'date' },
  updated_at: { bsonType: 'date' },
} as const;

/**
 * @param recipient the fields that say whom a code was sent to
 * @param uniqueIndex the name of the index that keeps one live code per recipient and purpose
 */
export function codesBy(
  recipient: Readonly<Record<string, IndexDirection>>,
  uniqueIndex: string,
): Pick<CollectionDefinition, 'indexes' | 'unaudited'> {
  return {
    // The writer records authn_token_created; using a code is recorded as a login that succeeded
    // or failed.
    unaudited: 'everything',
    indexes: [
      {
        keys: { ...recipient, purpose: 1 },
        options: {
          name: uniqueIndex,
          unique: true,
          partialFilterExpression: { active: true, otp_hash: { $gt: '' } },
        },
      },
      { keys: { ...recipient, purpose: 1, created_at: -1, _id: -1 } },
      // For cleanup only; the query checks a code's own expiry.
      { keys: { expires_at: 1 }, options: { expireAfterSeconds: DAY_SECONDS } },
    ],
  };
}
