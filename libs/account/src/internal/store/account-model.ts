import type { PhoneNumber } from '@org/core';
import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';
import type { CollationOptions } from 'mongodb';

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
  /** When its owner deleted it; absent while it is active, and in what an earlier backend deleted. */
  readonly deleted_at?: Date;
}

export class AccountModel extends BaseModel {
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
  readonly hashedPassword: string;
  readonly phoneNumber: PhoneNumber | null;
  /** Whether messages to the phone number reach the account's owner. */
  readonly isPhoneNumberProved: boolean;
  readonly deletedAt: Date | null;

  private constructor(fields: DocumentFields, isPhoneNumberProved: boolean) {
    super(fields);
    this.firstName = fields.string('first_name');
    this.lastName = fields.string('last_name');
    this.username = fields.string('username');
    this.hashedPassword = fields.string('hashed_password');
    this.phoneNumber = readPhoneNumber(fields.optionalObject('phone_number'));
    this.isPhoneNumberProved = isPhoneNumberProved;
    this.deletedAt = fields.optionalDate('deleted_at');
  }

  static getCollectionName(): string {
    return 'accounts';
  }

  /** @throws MalformedDocumentError when a field is missing or has another type */
  static fromBson(bson: object): AccountModel {
    const { phone_number_proved } = bson as Partial<AccountDocument>;
    const fields = new DocumentFields(bson, AccountModel.getCollectionName());
    return new AccountModel(fields, phone_number_proved !== false);
  }
}

function readPhoneNumber(fields: DocumentFields | null): PhoneNumber | null {
  return (
    fields && {
      countryCode: fields.string('country_code'),
      phoneNumber: fields.string('phone_number'),
    }
  );
}
