import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';
import type { ObjectId } from 'mongodb';

export interface PasswordResetTokenDocument extends StoredDocument {
  readonly account: ObjectId;
  /** SHA-256 of the token, base64url. */
  readonly token_hash: string;
  /** Whether it was used, or invalidated by a newer one or a password change. */
  readonly is_used: boolean;
  readonly expires_at: Date;
  /** Where it was mailed to; absent if an earlier version did so. */
  readonly email_address?: string;
}

export class PasswordResetTokenModel extends BaseModel {
  /** Undefined if an earlier backend wrote the document; none of our tokens match it. */
  readonly tokenHash: string | undefined;
  readonly isUsed: boolean;
  readonly expiresAt: Date;
  readonly emailAddress: string | undefined;

  private constructor(fields: DocumentFields, tokenHash: unknown) {
    super(fields);
    this.tokenHash = typeof tokenHash === 'string' ? tokenHash : undefined;
    this.isUsed = fields.booleanOr('is_used', false);
    this.expiresAt = fields.date('expires_at');
    this.emailAddress = fields.stringOrEmpty('email_address') || undefined;
  }

  static getCollectionName(): string {
    return 'password_reset_tokens';
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static fromBson(bson: object): PasswordResetTokenModel {
    const fields = new DocumentFields(bson, PasswordResetTokenModel.getCollectionName());
    return new PasswordResetTokenModel(fields, (bson as { token_hash?: unknown }).token_hash);
  }
}
