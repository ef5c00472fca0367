import type { PhoneNumber } from '@org/core';
import {
  BaseModel,
  DocumentFields,
  type CollectionDefinition,
  type IndexDefinition,
  type StoredDocument,
} from '@org/core/store';
import type { CollationOptions, Filter } from 'mongodb';

/** Compares usernames without regard to case. Queries need it to use the index. */
export const USERNAME_COLLATION: CollationOptions = { locale: 'en', strength: 2 };

export interface AccountDocument extends StoredDocument {
  readonly active: boolean;
  readonly first_name: string;
  readonly last_name: string;
  readonly username: string;
  /** PHC string, or the bcrypt hash of an earlier backend; empty for an account without a password. */
  readonly hashed_password: string;
  readonly phone_number: { readonly country_code: string; readonly phone_number: string } | null;
  /** `false` from sign-up to the first right OTP; absent where an earlier backend signed up. */
  readonly phone_number_proved?: boolean;
  /** How often its sessions were all ended by another password or a deletion; absent before the first time. */
  readonly session_epoch?: number;
  /** When its owner deleted it; absent while it is active, and in what an earlier backend deleted. */
  readonly deleted_at?: Date;
  /** Only while it is being erased. */
  readonly erasure?: {
    /** Takes the account's place in the audit trail. */
    readonly pseudonym: string;
    /** When others could take its username and phone number. */
    readonly names_owned_until: Date;
  };
}

export class AccountModel extends BaseModel {
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
  readonly hashedPassword: string;
  readonly phoneNumber: PhoneNumber | null;
  /** Whether messages to the phone number reach the account's owner. */
  readonly isPhoneNumberProved: boolean;
  readonly sessionEpoch: number;
  readonly deletedAt: Date | null;

  private constructor(fields: DocumentFields, { isPhoneNumberProved, sessionEpoch }: Defaulted) {
    super(fields);
    this.firstName = fields.stringOrEmpty('first_name');
    this.lastName = fields.stringOrEmpty('last_name');
    this.username = fields.stringOrEmpty('username');
    this.hashedPassword = fields.stringOrEmpty('hashed_password');
    this.phoneNumber = readPhoneNumber(fields.optionalObject('phone_number'));
    this.isPhoneNumberProved = isPhoneNumberProved;
    this.sessionEpoch = sessionEpoch;
    this.deletedAt = fields.optionalDate('deleted_at');
  }

  static getCollectionName(): string {
    return 'accounts';
  }

  /**
   * What an earlier backend left out, a name or a password, is empty.
   *
   * @throws MalformedDocumentError when another field is missing, or one has another type
   */
  static fromBson(bson: object): AccountModel {
    const { phone_number_proved, session_epoch = 0 } = bson as Partial<AccountDocument>;
    const fields = new DocumentFields(bson, AccountModel.getCollectionName());
    const isPhoneNumberProved = phone_number_proved !== false;
    return new AccountModel(fields, { isPhoneNumberProved, sessionEpoch: session_epoch });
  }
}

/** What documents of an earlier backend lack. */
type Defaulted = Pick<AccountModel, 'isPhoneNumberProved' | 'sessionEpoch'>;

function readPhoneNumber(fields: DocumentFields | null): PhoneNumber | null {
  const phoneNumber = fields?.stringOrEmpty('phone_number') ?? '';
  return fields === null || phoneNumber === ''
    ? null
    : { countryCode: fields.stringOrEmpty('country_code'), phoneNumber };
}

const WITH_USERNAME = { active: true, username: { $gt: '' } };
// Without the second condition every account without a number collides on null.
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

/** The collection of accounts. */
export const accountCollection: CollectionDefinition = {
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
      phone_number_proved: { bsonType: 'bool' },
      session_epoch: { bsonType: 'number' },
      deleted_at: { bsonType: 'date' },
      erasure: {
        bsonType: 'object',
        properties: {
          pseudonym: { bsonType: 'string' },
          names_owned_until: { bsonType: 'date' },
        },
      },
      created_at: { bsonType: 'date' },
      updated_at: { bsonType: 'date' },
    },
  },
  ownerOf: ({ _id }) => String(_id),
  // Who sets a password records the event that it is: authn_password_change, authn_password_rehash.
  unaudited: { fields: ['hashed_password', 'session_epoch'] },
  indexes: [
    uniqueUsername,
    uniquePhoneNumber,
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
  ],
};

/** Accounts that this module marked: deleted by their owner, or never shown to be theirs. */
export interface ErasableAccounts {
  readonly state: 'deleted' | 'unproved';
  /** Deleted, or created, by then. Default: at any time. */
  readonly before?: Date;
  /** The deletion that is meant: an account may be restored, and deleted again. Default: any. */
  readonly deletedAt?: Date;
}

/** What is being erased counts as deleted then: nothing restores it, and the next clean-up finds it. */
export const LONG_AGO = new Date(0);

/** An account that is being erased. */
export type AccountUnderErasure = AccountDocument & Required<Pick<AccountDocument, 'erasure'>>;

/** Matches such accounts. */
export function erasable({ state, before, deletedAt }: ErasableAccounts): Filter<AccountDocument> {
  if (deletedAt !== undefined) {
    const isThatDeletion = [{ deleted_at: deletedAt }, { 'erasure.names_owned_until': deletedAt }];
    return { active: false, $or: isThatDeletion };
  }
  const by = before === undefined ? {} : { $lte: before };
  return state === 'deleted'
    ? { active: false, deleted_at: { $exists: true, ...by } }
    : {
        active: true,
        phone_number_proved: false,
        ...(before === undefined ? {} : { created_at: by }),
      };
}
