import { parseStoredPhoneNumber, type PhoneNumber } from '@org/core';
import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';
import type { Filter } from 'mongodb';

import { CODE_PROPERTIES, codesBy, OtpModel, type OtpDocument } from './otp-model.ts';

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
          ...CODE_PROPERTIES,
        },
      },
      fromBson: (document) => OtpModel.fromBson(document, OtpModel.getCollectionName()),
      ...codesBy(NUMBER_KEYS, 'active_phone_number_purpose_unique'),
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
