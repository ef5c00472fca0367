import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';
import type { Binary } from 'mongodb';

/** A request that is being carried out or, once it has an answer, was. Its key is free when it expires. */
export interface IdempotencyKeyDocument extends StoredDocument {
  /** HMACs of sender, operation and key under each known secret key, base64url. */
  readonly digests: readonly string[];
  /** One of a limited number that each sender has: an HMAC of the sender, and a number. */
  readonly place: string;
  /** Those of the content. */
  readonly content_digests: readonly string[];
  /** As JSON, encrypted. */
  readonly encrypted_answer?: Binary | Uint8Array;
  /** HMACs of the ids that the request and its answer are about; they come with the answer. */
  readonly id_digests?: readonly string[];
  /** When it was stored with what the request changed; missing before, and if it changed nothing. */
  readonly confirmed_at?: Date;
  readonly expires_at: Date;
}

export class IdempotencyKeyModel extends BaseModel {
  readonly digests: readonly string[];
  readonly contentDigests: readonly string[];
  /** Undefined while the request is being carried out. */
  readonly encryptedAnswer: Uint8Array | undefined;
  readonly confirmedAt: Date | undefined;
  readonly expiresAt: Date;

  private constructor(fields: DocumentFields, bson: object) {
    super(fields);
    this.digests = fields.strings('digests');
    this.contentDigests = fields.strings('content_digests');
    const hasAnswer = 'encrypted_answer' in bson;
    this.encryptedAnswer = hasAnswer ? fields.bytes('encrypted_answer') : undefined;
    this.confirmedAt = 'confirmed_at' in bson ? fields.date('confirmed_at') : undefined;
    this.expiresAt = fields.date('expires_at');
  }

  static getCollectionName(): string {
    return 'idempotency_keys';
  }

  /** @throws MalformedDocumentError if a field is missing or has another type */
  static fromBson(bson: object): IdempotencyKeyModel {
    const fields = new DocumentFields(bson, IdempotencyKeyModel.getCollectionName());
    return new IdempotencyKeyModel(fields, bson);
  }
}
