import type { PhoneNumber } from '@org/core';
import {
  BaseModel,
  DocumentFields,
  type CollectionDefinition,
  type NewDocument,
  type StoredDocument,
} from '@org/core/store';
import type { ObjectId } from 'mongodb';

import type { AccountForLogin, AccountOwnFields, Profile } from '../../types.ts';

export interface AccountDocument extends StoredDocument {
  readonly active: boolean;
  readonly first_name: string;
  readonly last_name: string;
  readonly username: string;
  /** PHC string, or an earlier backend's bcrypt hash; empty for an account without a password. */
  readonly hashed_password: string;
  readonly phone_number: { readonly country_code: string; readonly phone_number: string } | null;
  /** `false` from sign-up to the first correct OTP; absent if an earlier backend signed it up. */
  readonly phone_number_proved?: boolean;
  /** Absent, as is the next, if an earlier version signed it up. */
  readonly email?: string | null;
  readonly email_verified?: boolean;
  /**
   * How often a password change, a deletion or operators have ended all its sessions; absent before
   * the first time.
   */
  readonly session_epoch?: number;
  /** Changes with its identities; absent before it has any. */
  readonly identity_version?: number;
  /** Another with each request for a change of contact, so that what is done beside it conflicts. */
  readonly contact_lock?: ObjectId;
  /** When operators disabled it; not set while it is enabled. It stays active: it keeps its names. */
  readonly disabled_at?: Date | null;
  /** When its owner deleted it; absent while it is active, or if an earlier backend deleted it. */
  readonly deleted_at?: Date;
  /** Only while it is being erased. */
  readonly erasure?: {
    /** Replaces the account in the audit trail. */
    readonly pseudonym: string;
    /** When its username and phone number became available to others. */
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
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly sessionEpoch: number;
  readonly identityVersion: number;
  /** `null` while operators have not disabled it. */
  readonly disabledAt: Date | null;
  /** As stored, for the fields that a program declares. */
  readonly document: Readonly<Record<string, unknown>>;

  private constructor(fields: DocumentFields, document: object) {
    super(fields);
    this.document = document as Readonly<Record<string, unknown>>;
    this.firstName = fields.stringOrEmpty('first_name');
    this.lastName = fields.stringOrEmpty('last_name');
    this.username = fields.stringOrEmpty('username');
    this.hashedPassword = fields.stringOrEmpty('hashed_password');
    this.phoneNumber = readPhoneNumber(fields.optionalObject('phone_number'));
    this.isPhoneNumberProved = fields.booleanOr('phone_number_proved', true);
    this.email = fields.stringOrEmpty('email') || null;
    this.isEmailVerified = this.email !== null && fields.booleanOr('email_verified', false);
    this.identityVersion = fields.optionalNumber('identity_version') ?? 0;
    this.sessionEpoch = fields.optionalNumber('session_epoch') ?? 0;
    this.disabledAt = fields.optionalDate('disabled_at');
  }

  static getCollectionName(): string {
    return 'accounts';
  }

  /**
   * A name or password that an earlier backend omitted is empty.
   *
   * @throws MalformedDocumentError if another field is missing, or one has the wrong type
   */
  static fromBson(bson: object): AccountModel {
    return new AccountModel(new DocumentFields(bson, AccountModel.getCollectionName()), bson);
  }

  /** Whether operators have disabled it: nobody can log in to it, and it gets no codes or links. */
  get isDisabled(): boolean {
    return this.disabledAt !== null;
  }

  /** Whether there is an e-mail address or phone number that reaches the account's owner. */
  get hasProvedContact(): boolean {
    return this.isEmailVerified || this.hasProvedPhoneNumber;
  }

  get hasProvedPhoneNumber(): boolean {
    return this.phoneNumber !== null && this.isPhoneNumberProved;
  }

  /** The account as the rest of the system sees it: without its secrets. */
  toAccount(): AccountOwnFields {
    const { id, firstName, lastName, username, email, phoneNumber, createdAt, updatedAt } = this;
    return {
      id,
      firstName,
      lastName,
      username,
      email,
      emailVerified: this.isEmailVerified,
      phoneNumber,
      phoneNumberVerified: this.hasProvedPhoneNumber,
      createdAt,
      updatedAt,
    };
  }

  toAccountForLogin(): AccountForLogin {
    return { ...this.toAccount(), sessionEpoch: this.sessionEpoch };
  }
}

/** Stored fields of a new account without any data. */
export const EMPTY_ACCOUNT: NewDocument<AccountDocument> = {
  active: true,
  first_name: '',
  last_name: '',
  username: '',
  hashed_password: '',
  phone_number: null,
  email: null,
  email_verified: false,
};

/** Stored fields of a profile; omits names that are `null` or missing. */
export function toProfileFields({
  firstName,
  lastName,
}: Profile): Partial<Pick<AccountDocument, 'first_name' | 'last_name'>> {
  return {
    ...(firstName == null ? {} : { first_name: firstName }),
    ...(lastName == null ? {} : { last_name: lastName }),
  };
}

function readPhoneNumber(fields: DocumentFields | null): PhoneNumber | null {
  const phoneNumber = fields?.stringOrEmpty('phone_number') ?? '';
  return fields === null || phoneNumber === ''
    ? null
    : { countryCode: fields.stringOrEmpty('country_code'), phoneNumber };
}

/** The indexes are those of whoever initializes it. */
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
      email: { bsonType: ['string', 'null'] },
      email_verified: { bsonType: 'bool' },
      session_epoch: { bsonType: 'number' },
      identity_version: { bsonType: 'number' },
      contact_lock: { bsonType: 'objectId' },
      disabled_at: { bsonType: ['date', 'null'] },
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
  // A new password is recorded as its own event: authn_password_change or _rehash.
  unaudited: { fields: ['hashed_password', 'session_epoch', 'identity_version', 'contact_lock'] },
  indexes: [],
};
