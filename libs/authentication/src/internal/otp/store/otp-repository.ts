import { parseStoredPhoneNumber, type PhoneNumber } from '@org/core';
import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';
import type { Filter } from 'mongodb';

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
      fromBson: (document) => OtpModel.fromBson(document),
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

/**
 * Matches a number's codes whatever their shape: under the number as stored and normalised, of any
 * purpose, and those of another program that hold the number in one text or without its country.
 */
export function filtersOfAllCodes(stored: PhoneNumber): readonly Filter<OtpDocument>[] {
  const normalized = parseStoredPhoneNumber(stored) ?? stored;
  const texts = [stored, normalized].flatMap((number) => {
    const joined = number.countryCode + number.phoneNumber;
    return [number.phoneNumber, joined, joined.replace(/^\+/, '')];
  });
  const inOneText = { ...partsOf(null, null), phone_number: { $in: texts } };
  const filters = [
    partsOf(stored.countryCode, stored.phoneNumber),
    partsOf(normalized.countryCode, normalized.phoneNumber),
    partsOf(null, { $in: texts }),
    inOneText,
  ];
  return filters;
}

/** Both are in every filter, so that each uses the index. */
function partsOf(countryCode: unknown, phoneNumber: unknown): object {
  return { 'phone_number.country_code': countryCode, 'phone_number.phone_number': phoneNumber };
}

const NUMBER_KEYS = { 'phone_number.country_code': 1, 'phone_number.phone_number': 1 } as const;
