import {
  BaseModel,
  DocumentFields,
  type CollectionDefinition,
  type StoredDocument,
} from '@org/core/store';
import type { IndexDirection } from 'mongodb';

const DAY_SECONDS = 24 * 60 * 60;

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

/** A code that was sent to a phone number, or to an e-mail address. */
export class OtpModel extends BaseModel {
  readonly otpHash: string;
  readonly attempts: number;
  readonly isActive: boolean;
  readonly status: string;
  readonly expiresAt: Date;
  /** Empty if there is none. */
  readonly hashedPassword: string;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.otpHash = fields.string('otp_hash');
    this.attempts = fields.number('attempts');
    this.isActive = fields.boolean('active');
    this.status = fields.string('status');
    this.expiresAt = fields.date('expires_at');
    this.hashedPassword = fields.stringOrEmpty('hashed_password');
  }

  static getCollectionName(): string {
    return 'otps';
  }

  /**
   * @param collectionName of the document
   * @throws MalformedDocumentError if a field is missing or has the wrong type
   */
  static fromBson(bson: object, collectionName: string): OtpModel {
    return new OtpModel(new DocumentFields(bson, collectionName));
  }
}

/** What all codes have, whoever they are sent to. */
export const CODE_PROPERTIES = {
  purpose: { bsonType: 'string' },
  otp_hash: { bsonType: 'string' },
  attempts: { bsonType: 'number' },
  status: { bsonType: 'string' },
  active: { bsonType: 'bool' },
  expires_at: { bsonType: 'date' },
  created_at: { bsonType: 'date' },
  updated_at: { bsonType: 'date' },
} as const;

/**
 * @param recipient the fields that say whom a code was sent to
 * @param uniqueIndex the name of the index that keeps one live code per recipient and purpose
 */
export function codesBy(
  recipient: Readonly<Record<string, IndexDirection>>,
  uniqueIndex: string,
): Pick<CollectionDefinition, 'indexes' | 'unaudited'> {
  return {
    // The writer records authn_token_created; using a code is recorded as a login that succeeded
    // or failed.
    unaudited: 'everything',
    indexes: [
      {
        keys: { ...recipient, purpose: 1 },
        options: {
          name: uniqueIndex,
          unique: true,
          partialFilterExpression: { active: true, otp_hash: { $gt: '' } },
        },
      },
      { keys: { ...recipient, purpose: 1, created_at: -1, _id: -1 } },
      // For erasure: the codes by which one account proves contacts, which are few.
      { keys: { purpose: 1 }, options: { partialFilterExpression: { purpose: { $lt: 'login' } } } },
      // For cleanup only; the query checks a code's own expiry.
      { keys: { expires_at: 1 }, options: { expireAfterSeconds: DAY_SECONDS } },
    ],
  };
}
