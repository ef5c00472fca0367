import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';
import type { Binary } from 'mongodb';

/**
 * `next` is published but does not sign yet, `current` signs, `previous` has signed and still
 * verifies its tokens until they expire.
 */
export type SigningKeyState = 'previous' | 'current' | 'next';

export interface SigningKeyDocument extends StoredDocument {
  readonly key_id: string;
  /** Private JWK (RFC 8037), encrypted with the deployment's secret key. */
  readonly encrypted_private_key: Binary | Uint8Array;
  readonly state: SigningKeyState;
  /** When it stopped signing; null until then. */
  readonly retired_at?: Date | null;
}

export class SigningKeyModel extends BaseModel {
  readonly keyId: string;
  readonly encryptedPrivateKey: Uint8Array;
  readonly state: SigningKeyState;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.keyId = fields.string('key_id');
    this.encryptedPrivateKey = fields.bytes('encrypted_private_key');
    this.state = fields.string('state') as SigningKeyState;
  }

  static getCollectionName(): string {
    return 'access_token_signing_keys';
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static fromBson(bson: object): SigningKeyModel {
    return new SigningKeyModel(new DocumentFields(bson, SigningKeyModel.getCollectionName()));
  }
}
