import { DocumentFields } from '@org/core/store';

import { OtpModel } from './otp-model.ts';

export class EmailCodeModel extends OtpModel {
  /** The password of a sign-up; empty if there is none. */
  readonly hashedPassword: string;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.hashedPassword = fields.stringOrEmpty('hashed_password');
  }

  static override getCollectionName(): string {
    return 'email_codes';
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static override fromBson(bson: object): EmailCodeModel {
    return new EmailCodeModel(new DocumentFields(bson, EmailCodeModel.getCollectionName()));
  }
}
