import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

/** Kept as long as a session of an earlier epoch can live. */
export interface SessionEpochDocument extends StoredDocument {
  readonly account_id: string;
  readonly epoch: number;
  readonly expires_at: Date;
}

/** Since when an account's sessions count. Accounts without one are in epoch 0. */
export class SessionEpochModel extends BaseModel {
  readonly epoch: number;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.epoch = fields.number('epoch');
  }

  static getCollectionName(): string {
    return 'session_epochs';
  }

  /** @throws MalformedDocumentError when a field is missing or has another type */
  static fromBson(bson: object): SessionEpochModel {
    return new SessionEpochModel(new DocumentFields(bson, SessionEpochModel.getCollectionName()));
  }
}
