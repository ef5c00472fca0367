import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export interface AccountNotificationPreferencesDocument extends StoredDocument {
  readonly account_id: string;
  readonly email_enabled: boolean;
  readonly push_enabled: boolean;
  readonly sms_enabled: boolean;
  readonly active: boolean;
}

export class AccountNotificationPreferencesModel extends BaseModel {
  readonly accountId: string;
  readonly emailEnabled: boolean;
  readonly pushEnabled: boolean;
  readonly smsEnabled: boolean;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.accountId = fields.string('account_id');
    this.emailEnabled = fields.booleanOr('email_enabled', true);
    this.pushEnabled = fields.booleanOr('push_enabled', true);
    this.smsEnabled = fields.booleanOr('sms_enabled', true);
  }

  static getCollectionName(): string {
    return 'account_notification_preferences';
  }

  /** A flag that an earlier backend omitted is on. */
  static fromBson(bson: object): AccountNotificationPreferencesModel {
    return new AccountNotificationPreferencesModel(
      new DocumentFields(bson, AccountNotificationPreferencesModel.getCollectionName()),
    );
  }
}
