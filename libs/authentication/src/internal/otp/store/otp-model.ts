import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export type OtpStatus = 'PENDING' | 'SUCCESS' | 'EXPIRED';

export interface OtpDocument extends StoredDocument {
  /** Of a code that was sent to one. */
  readonly phone_number?: { readonly country_code: string; readonly phone_number: string };
  /** The key of the address, of a code that was sent to one. */
  readonly email?: string;
  readonly purpose: string;
  /** HMAC-SHA-256 over purpose, recipient and code, base64url. */
  readonly otp_hash: string;
  /** The password of a sign-up, until the code is used or replaced. */
  readonly hashed_password?: string;
  readonly attempts: number;
  readonly status: OtpStatus;
  /** Whether it is the recipient's live code of its purpose. */
  readonly active: boolean;
  readonly expires_at: Date;
}

export class OtpModel extends BaseModel {
  readonly otpHash: string;
  readonly attempts: number;
  readonly isActive: boolean;
  readonly status: string;
  readonly expiresAt: Date;

  protected constructor(fields: DocumentFields) {
    super(fields);
    this.otpHash = fields.string('otp_hash');
    this.attempts = fields.number('attempts');
    this.isActive = fields.boolean('active');
    this.status = fields.string('status');
    this.expiresAt = fields.date('expires_at');
  }

  static getCollectionName(): string {
    return 'otps';
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static fromBson(bson: object): OtpModel {
    return new OtpModel(new DocumentFields(bson, OtpModel.getCollectionName()));
  }
}
