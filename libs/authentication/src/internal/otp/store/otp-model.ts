import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export type OtpStatus = 'PENDING' | 'SUCCESS' | 'EXPIRED';

export interface OtpDocument extends StoredDocument {
  readonly phone_number: { readonly country_code: string; readonly phone_number: string };
  readonly purpose: string;
  /** HMAC-SHA-256 over number, purpose and code, base64url. */
  readonly otp_hash: string;
  readonly attempts: number;
  readonly status: OtpStatus;
  /** Whether it is the number's live code. */
  readonly active: boolean;
  readonly expires_at: Date;
}

export class OtpModel extends BaseModel {
  readonly otpHash: string;
  readonly attempts: number;
  readonly isActive: boolean;
  readonly status: string;
  readonly expiresAt: Date;

  private constructor(fields: DocumentFields) {
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
