import type { PhoneNumber } from '@org/core';
import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export interface AccountDocument extends StoredDocument {
  readonly active: boolean;
  readonly first_name: string;
  readonly last_name: string;
  readonly username: string;
  /** PHC string; empty for an account without a password. */
  readonly hashed_password: string;
  readonly phone_number: { readonly country_code: string; readonly phone_number: string } | null;
}

export class AccountModel extends BaseModel {
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
  readonly hashedPassword: string;
  readonly phoneNumber: PhoneNumber | null;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.firstName = fields.string('first_name');
    this.lastName = fields.string('last_name');
    this.username = fields.string('username');
    this.hashedPassword = fields.string('hashed_password');
    this.phoneNumber = readPhoneNumber(fields.optionalObject('phone_number'));
  }

  static getCollectionName(): string {
    return 'accounts';
  }

  /** @throws MalformedDocumentError when a field is missing or has another type */
  static fromBson(bson: object): AccountModel {
    return new AccountModel(new DocumentFields(bson, AccountModel.getCollectionName()));
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
