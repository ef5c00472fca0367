import type { IndexDefinition } from '@org/core/store';
import type { CollationOptions } from 'mongodb';

/** Compares usernames case-insensitively. Queries need it to use the index. */
export const USERNAME_COLLATION: CollationOptions = { locale: 'en', strength: 2 };

const WITH_USERNAME = { active: true, username: { $gt: '' } };
// Without the second condition, all accounts without a number would collide on null.
const WITH_PHONE_NUMBER = { active: true, 'phone_number.phone_number': { $gt: '' } };

export const uniqueUsername: IndexDefinition = {
  keys: { username: 1 },
  options: {
    name: 'active_username_unique',
    unique: true,
    collation: USERNAME_COLLATION,
    partialFilterExpression: WITH_USERNAME,
  },
};
export const uniquePhoneNumber: IndexDefinition = {
  keys: { 'phone_number.country_code': 1, 'phone_number.phone_number': 1 },
  options: {
    name: 'active_phone_number_unique',
    unique: true,
    partialFilterExpression: WITH_PHONE_NUMBER,
  },
};

/** Without a check of documents: an erasure takes accounts of any shape. */
export const UNIQUE_NAMES = [uniqueUsername, uniquePhoneNumber];

/** What makes queries quick where earlier documents keep a unique index from being built. */
export function substituteFor({ keys, options: { name = '', ...options } = {} }: IndexDefinition) {
  return {
    // A different key, so that the unique index can be built once the collisions are gone.
    keys: { ...keys, _id: 1 },
    options: { ...options, unique: false, name: name.replace('_unique', '_substitute') },
  } satisfies IndexDefinition;
}

/** What accounts are searched by, as stored, and each index's name. */
export const SEARCH_INDEXES = {
  username: 'search_username',
  email: 'search_email',
  'phone_number.country_code': 'search_country_code',
  'phone_number.phone_number': 'search_phone_number',
  first_name: 'search_first_name',
  last_name: 'search_last_name',
} as const;

export type SearchedField = keyof typeof SEARCH_INDEXES;

/**
 * Ignores case and accents. As another collation than that of unique usernames, it makes no
 * difference to how accounts are looked up.
 */
export const SEARCH_COLLATION: CollationOptions = { locale: 'en', strength: 1 };

export const ACCOUNT_INDEXES: readonly IndexDefinition[] = [
  uniqueUsername,
  uniquePhoneNumber,
  ...Object.entries(SEARCH_INDEXES).map(([field, name]) => ({
    keys: { [field]: 1, _id: 1 } as const,
    options: { name, collation: SEARCH_COLLATION },
  })),
  {
    keys: { deleted_at: 1 },
    options: {
      name: 'deleted_at_index',
      partialFilterExpression: { active: false, deleted_at: { $exists: true } },
    },
  },
  {
    keys: { created_at: 1 },
    options: {
      name: 'unproved_created_at_index',
      partialFilterExpression: { active: true, phone_number_proved: false },
    },
  },
];
