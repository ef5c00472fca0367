import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

import type { TopicPreferences } from '../../../types.ts';

export interface AccountNotificationPreferencesDocument extends StoredDocument {
  readonly account_id: string;
  readonly email_enabled: boolean;
  readonly push_enabled: boolean;
  readonly sms_enabled: boolean;
  readonly active: boolean;
  /** By {@link fieldOfTopic}; absent until one was set. */
  readonly topics?: Readonly<Record<string, TopicPreferences>>;
}

export class AccountNotificationPreferencesModel extends BaseModel {
  readonly accountId: string;
  readonly emailEnabled: boolean;
  readonly pushEnabled: boolean;
  readonly smsEnabled: boolean;
  readonly topics: Readonly<Record<string, TopicPreferences>> | undefined;

  private constructor(
    fields: DocumentFields,
    { topics }: Partial<AccountNotificationPreferencesDocument>,
  ) {
    super(fields);
    this.accountId = fields.string('account_id');
    this.emailEnabled = fields.booleanOr('email_enabled', true);
    this.pushEnabled = fields.booleanOr('push_enabled', true);
    this.smsEnabled = fields.booleanOr('sms_enabled', true);
    this.topics = isObject(topics) ? readTopics(topics) : undefined;
  }

  static getCollectionName(): string {
    return 'account_notification_preferences';
  }

  /**
   * A flag that another program omitted is on. Topics that it stored as something else are absent,
   * and so are a topic's flags that it stored as no booleans.
   */
  static fromBson(bson: object): AccountNotificationPreferencesModel {
    return new AccountNotificationPreferencesModel(
      new DocumentFields(bson, AccountNotificationPreferencesModel.getCollectionName()),
      bson,
    );
  }
}

/** The name of a topic's field: MongoDB would take a dot for the path to an embedded document. */
export function fieldOfTopic(topic: string): string {
  return topic.replace('.', '/');
}

function readTopics(topics: object): Readonly<Record<string, TopicPreferences>> {
  return Object.fromEntries(
    Object.entries(topics)
      .filter(([, channels]) => isObject(channels))
      .map(([field, channels]: [string, object]) => [field.replace('/', '.'), readFlags(channels)]),
  );
}

function readFlags(channels: object): TopicPreferences {
  return Object.fromEntries(
    Object.entries(channels).filter(([, flag]) => typeof flag === 'boolean'),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
