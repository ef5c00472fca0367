import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';
import { ObjectId } from 'mongodb';

export interface SessionDocument extends StoredDocument {
  readonly account_id: string;
  /** The account's when its owner logged in; absent in epoch 0. */
  readonly epoch?: number;
  /** Random; with the server's key it makes the refresh tokens of this session. */
  readonly salt: string;
  /** How often the refresh token was exchanged. */
  readonly generation: number;
  /** SHA-256 of the refresh secret of this generation. */
  readonly current_hash: string;
  /** That of the generation before. */
  readonly previous_hash: string | null;
  readonly rotated_at: Date | null;
  readonly user_agent: string;
  readonly ip: string;
  readonly last_used_at: Date;
  /** When it ends unless it is used. */
  readonly expires_at: Date;
  /** When it ends even if it is used. */
  readonly absolute_expires_at: Date;
  readonly revoked_at: Date | null;
}

export class SessionModel extends BaseModel {
  readonly accountId: string;
  readonly salt: string;
  readonly generation: number;
  readonly currentHash: string;
  /** Empty in the first generation. */
  readonly previousHash: string;
  readonly rotatedAt: Date | null;
  readonly userAgent: string;
  readonly ip: string;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly absoluteExpiresAt: Date;
  readonly revokedAt: Date | null;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.accountId = fields.string('account_id');
    this.salt = fields.string('salt');
    this.generation = fields.number('generation');
    this.currentHash = fields.string('current_hash');
    this.previousHash = fields.stringOrEmpty('previous_hash');
    this.rotatedAt = fields.optionalDate('rotated_at');
    this.userAgent = fields.string('user_agent');
    this.ip = fields.string('ip');
    this.lastUsedAt = fields.date('last_used_at');
    this.expiresAt = fields.date('expires_at');
    this.absoluteExpiresAt = fields.date('absolute_expires_at');
    this.revokedAt = fields.optionalDate('revoked_at');
  }

  static getCollectionName(): string {
    return 'sessions';
  }

  /** Refresh tokens name the session that they belong to, so its id is needed before it is stored. */
  static generateId(): ObjectId {
    return new ObjectId();
  }

  /** @throws MalformedDocumentError when a field is missing or has another type */
  static fromBson(bson: object): SessionModel {
    return new SessionModel(new DocumentFields(bson, SessionModel.getCollectionName()));
  }
}
