import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export interface SessionDocument extends StoredDocument {
  readonly account_id: string;
  readonly user_agent: string;
  readonly ip: string;
  readonly last_used_at: Date;
  /** When it ends for want of use. */
  readonly expires_at: Date;
  /** When it ends however much it is used. */
  readonly absolute_expires_at: Date;
  readonly revoked_at: Date | null;
}

export class SessionModel extends BaseModel {
  readonly accountId: string;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.accountId = fields.string('account_id');
  }

  static getCollectionName(): string {
    return 'sessions';
  }

  /** @throws MalformedDocumentError when a field is missing or has another type */
  static fromBson(bson: object): SessionModel {
    return new SessionModel(new DocumentFields(bson, SessionModel.getCollectionName()));
  }
}
