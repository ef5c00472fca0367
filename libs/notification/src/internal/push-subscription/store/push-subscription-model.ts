import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';
import type { Binary } from 'mongodb';

export interface PushSubscriptionDocument extends StoredDocument {
  readonly account_id: string;
  /** SHA-256 of the endpoint, hex. */
  readonly endpoint_hash: string;
  /** Endpoint and keys, encrypted: anyone who has them can send to the browser. */
  readonly encrypted_secret: Binary | Uint8Array;
}

export class PushSubscriptionModel extends BaseModel {
  readonly accountId: string;
  readonly encryptedSecret: Uint8Array;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.accountId = fields.string('account_id');
    this.encryptedSecret = fields.bytes('encrypted_secret');
  }

  static getCollectionName(): string {
    return 'push_subscriptions';
  }

  static fromBson(bson: object): PushSubscriptionModel {
    return new PushSubscriptionModel(
      new DocumentFields(bson, PushSubscriptionModel.getCollectionName()),
    );
  }
}
