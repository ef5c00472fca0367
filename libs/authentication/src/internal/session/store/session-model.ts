import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

import type { SessionTransport } from '../../../types.ts';

export interface SessionDocument extends StoredDocument {
  readonly account_id: string;
  /** The account's epoch at login; absent in epoch 0. */
  readonly epoch?: number;
  /** Random; together with the server's key, it produces what this session's client presents. */
  readonly salt: string;
  /** How many times the refresh token or the cookie was replaced. */
  readonly generation: number;
  /** SHA-256 of the secret of this generation. */
  readonly current_hash: string;
  /** The previous generation's hash. */
  readonly previous_hash: string | null;
  readonly rotated_at: Date | null;
  readonly user_agent: string;
  readonly ip: string;
  readonly last_used_at: Date;
  /** When it ends if unused. */
  readonly expires_at: Date;
  /** When it ends even if used. */
  readonly absolute_expires_at: Date;
  readonly revoked_at: Date | null;
  /** When its owner disowned it, by the link in the notice of a new device; absent if not. */
  readonly reversed_at?: Date;
  /** When the account last proved itself; absent if only at login, in an earlier version. */
  readonly authenticated_at?: Date;
  /** By what; absent if that is not known. */
  readonly authenticated_by?: string;
  /** What its client presents; absent: tokens. */
  readonly transport?: SessionTransport;
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
  readonly reversedAt: Date | null;
  readonly authenticatedAt: Date;
  /** Empty if that is not known. */
  readonly authenticatedBy: string;
  readonly transport: SessionTransport;

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
    const lastUsedAt = fields.date('last_used_at');
    // It was prepared a little before it was stored.
    this.lastUsedAt = lastUsedAt > this.createdAt ? lastUsedAt : this.createdAt;
    this.expiresAt = fields.date('expires_at');
    this.absoluteExpiresAt = fields.date('absolute_expires_at');
    this.revokedAt = fields.optionalDate('revoked_at');
    this.reversedAt = fields.optionalDate('reversed_at');
    this.authenticatedAt = fields.optionalDate('authenticated_at') ?? this.createdAt;
    this.authenticatedBy = fields.stringOrEmpty('authenticated_by');
    this.transport = fields.stringOrEmpty('transport') === 'cookie' ? 'cookie' : 'token';
  }

  static getCollectionName(): string {
    return 'sessions';
  }

  /**
   * Who proved themselves, and when.
   *
   * @throws MalformedDocumentError if one of the fields has the wrong type
   */
  static readProof(bson: object) {
    const fields = new DocumentFields(bson, SessionModel.getCollectionName());
    const account_id = fields.string('account_id');
    const authenticated_at = fields.optionalDate('authenticated_at') ?? fields.createdAt();
    return { account_id, authenticated_at };
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static fromBson(bson: object): SessionModel {
    return new SessionModel(new DocumentFields(bson, SessionModel.getCollectionName()));
  }
}
