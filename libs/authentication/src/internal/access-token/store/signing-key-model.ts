import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';
import type { Binary } from 'mongodb';

export interface SigningKeyDocument extends StoredDocument {
  readonly key_id: string;
  /** Private JWK (RFC 8037), encrypted under the deployment's secret key. */
  readonly encrypted_private_key: Binary | Uint8Array;
  readonly state: 'current';
}

export class SigningKeyModel extends BaseModel {
  readonly keyId: string;
  readonly encryptedPrivateKey: Uint8Array;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.keyId = fields.string('key_id');
    this.encryptedPrivateKey = fields.bytes('encrypted_private_key');
  }

  static getCollectionName(): string {
    return 'access_token_signing_keys';
  }

  /** @throws MalformedDocumentError when a field is missing or has another type */
  static fromBson(bson: object): SigningKeyModel {
    return new SigningKeyModel(new DocumentFields(bson, SigningKeyModel.getCollectionName()));
  }
}
