import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { OtpModel, type OtpDocument } from './otp-model.ts';

const DAY_SECONDS = 24 * 60 * 60;

export class OtpRepository extends ApplicationRepository<OtpDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: OtpModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['phone_number', 'status', 'active'],
        properties: {
          phone_number: {
            bsonType: 'object',
            required: ['country_code', 'phone_number'],
            properties: {
              country_code: { bsonType: 'string' },
              phone_number: { bsonType: 'string' },
            },
          },
          purpose: { bsonType: 'string' },
          otp_hash: { bsonType: 'string' },
          attempts: { bsonType: 'number' },
          status: { bsonType: 'string' },
          active: { bsonType: 'bool' },
          expires_at: { bsonType: 'date' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // The writer records authn_token_created; using a code is recorded as a login that succeeded
      // or failed.
      unaudited: 'everything',
      indexes: [
        {
          keys: { ...NUMBER_KEYS, purpose: 1 },
          options: {
            name: 'active_phone_number_purpose_unique',
            unique: true,
            partialFilterExpression: { active: true, otp_hash: { $gt: '' } },
          },
        },
        { keys: { ...NUMBER_KEYS, purpose: 1, created_at: -1, _id: -1 } },
        // For cleanup only; the query checks a code's own expiry.
        { keys: { expires_at: 1 }, options: { expireAfterSeconds: DAY_SECONDS } },
      ],
    });
  }
}

const NUMBER_KEYS = { 'phone_number.country_code': 1, 'phone_number.phone_number': 1 } as const;
