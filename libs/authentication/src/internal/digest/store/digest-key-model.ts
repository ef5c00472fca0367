import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';
import type { Binary } from 'mongodb';

export interface DigestKeyDocument extends StoredDocument {
  /** Unique. */
  readonly name: string;
  /** 32 random bytes, encrypted with the deployment's secret key. */
  readonly encrypted_key: Binary | Uint8Array;
}

export class DigestKeyModel extends BaseModel {
  readonly encryptedKey: Uint8Array;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.encryptedKey = fields.bytes('encrypted_key');
  }

  static getCollectionName(): string {
    return 'digest_keys';
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static fromBson(bson: object): DigestKeyModel {
    return new DigestKeyModel(new DocumentFields(bson, DigestKeyModel.getCollectionName()));
  }
}
