import * as Type from 'typebox';

import type { DeclaredFields } from '../fields/declared-fields.ts';
import type {
  AccountExport,
  AccountOwnFields,
  AccountNotificationPreferences,
  TopicPreferences,
} from '../types.ts';

const DateTime = Type.String({ format: 'date-time' });

const accountId = '64b000000000000000000001';
const times = { created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z' };

const ada = {
  id: accountId,
  first_name: 'Ada',
  last_name: 'Lovelace',
  username: 'ada@example.com',
  email: 'ada@example.com',
  email_verified: true,
  phone_number: null,
  phone_number_verified: false,
  ...times,
};

export const PhoneNumber = Type.Object({
  country_code: Type.String({ description: 'Country calling code, such as +91.' }),
  phone_number: Type.String({ description: 'National number.' }),
});

/** Uses a type list rather than a union, for which the serializer would need a validator. */
const NullablePhoneNumber = Type.Unsafe<Type.Static<typeof PhoneNumber> | null>({
  ...PhoneNumber,
  type: ['object', 'null'],
});

export const TopicsPreferences = Type.Unsafe<Readonly<Record<string, TopicPreferences>>>(
  Type.Object(
    {},
    {
      additionalProperties: Type.Object({
        email: Type.Optional(Type.Boolean()),
        push: Type.Optional(Type.Boolean()),
        sms: Type.Optional(Type.Boolean()),
      }),
      description:
        'By topic, whether its messages are wanted on a channel that is enabled. Default: true.',
    },
  ),
);

export const NotificationPreferencesReply = Type.Object(
  {
    account_id: Type.String(),
    email_enabled: Type.Boolean(),
    push_enabled: Type.Boolean(),
    sms_enabled: Type.Boolean(),
    topics: Type.Optional(TopicsPreferences),
    created_at: DateTime,
    updated_at: DateTime,
  },
  {
    description: 'Which messages that can be switched off an account wants.',
    examples: [
      {
        account_id: accountId,
        email_enabled: true,
        push_enabled: true,
        sms_enabled: false,
        topics: { announcement: { email: false } },
        ...times,
      },
    ],
  },
);

export const AccountReply = Type.Object(
  {
    id: Type.String(),
    first_name: Type.String(),
    last_name: Type.String(),
    username: Type.String(),
    email: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
    email_verified: Type.Boolean(),
    phone_number: NullablePhoneNumber,
    phone_number_verified: Type.Boolean(),
    created_at: DateTime,
    updated_at: DateTime,
    notification_preferences: Type.Optional(NotificationPreferencesReply),
  },
  {
    description: 'The account.',
    examples: [ada],
  },
);

const AuditRecord = Type.Object({
  resource_type: Type.String(),
  resource_id: Type.String(),
  action: Type.String(),
  outcome: Type.String(),
  changes: Type.Object({}, { additionalProperties: true }),
  timestamp: DateTime,
});

const DataOfModule = Type.Object({}, { additionalProperties: true });

export const AccountExportReply = Type.Object(
  {
    account: Type.Omit(AccountReply, ['notification_preferences']),
    notification: DataOfModule,
    authentication: DataOfModule,
    audit_records: Type.Array(AuditRecord),
  },
  {
    // Other modules add their data under their own names.
    additionalProperties: true,
    description: 'Everything that is stored about the account, secrets left out.',
    examples: [
      {
        account: ada,
        notification: {},
        authentication: { sessions: [] },
        audit_records: [],
        tasks: [],
      },
    ],
  },
);

/** A schema with further properties. */
export function extend<Schema extends Type.TObject>(
  schema: Schema,
  further: Type.TProperties,
): Schema {
  const extended = Type.Object({ ...schema.properties, ...further });
  // Title, description and examples stay.
  return Object.assign(extended, { ...schema, ...extended });
}

export function accountReplyWith({ replyProperties }: DeclaredFields) {
  const names = Object.keys(replyProperties);
  return {
    schema: extend(AccountReply, replyProperties),
    // An earlier declaration may have let other values in.
    written: extend(AccountReply, Object.fromEntries(names.map((name) => [name, Type.Any()]))),
  };
}

export function accountExportReplyWith(fields: DeclaredFields) {
  const account = Type.Omit(accountReplyWith(fields).schema, ['notification_preferences']);
  return extend(AccountExportReply, { account });
}

export function toAccountBody(
  account: AccountOwnFields,
  fields: DeclaredFields,
): Type.Static<typeof AccountReply> {
  const { phoneNumber } = account;
  return {
    ...fields.toBody(account),
    id: account.id,
    first_name: account.firstName,
    last_name: account.lastName,
    username: account.username,
    email: account.email,
    email_verified: account.emailVerified,
    phone_number: phoneNumber && {
      country_code: phoneNumber.countryCode,
      phone_number: phoneNumber.phoneNumber,
    },
    phone_number_verified: account.phoneNumberVerified,
    created_at: account.createdAt.toISOString(),
    updated_at: account.updatedAt.toISOString(),
  };
}

export function toPreferencesBody(
  preferences: AccountNotificationPreferences,
): Type.Static<typeof NotificationPreferencesReply> {
  return {
    account_id: preferences.accountId,
    email_enabled: preferences.emailEnabled,
    push_enabled: preferences.pushEnabled,
    sms_enabled: preferences.smsEnabled,
    ...(preferences.topics === undefined ? {} : { topics: preferences.topics }),
    created_at: preferences.createdAt.toISOString(),
    updated_at: preferences.updatedAt.toISOString(),
  };
}

/**
 * An export as JSON, with lists in pages. This module's keys come last, so that no other can replace
 * them.
 */
export function toExportBody(exported: AccountExport, fields: DeclaredFields): object {
  const { account, identities, notification, authentication, auditRecords, others } = exported;
  return {
    ...others,
    account: toAccountBody(account, fields),
    identities: identities.map(({ kind, value, verifiedAt, createdAt }) => ({
      kind,
      value,
      verified_at: verifiedAt?.toISOString() ?? null,
      created_at: createdAt.toISOString(),
    })),
    notification,
    authentication,
    audit_records: toRecordBodies(auditRecords),
  };
}

async function* toRecordBodies(
  pages: AccountExport['auditRecords'],
): AsyncGenerator<readonly object[], void, undefined> {
  for await (const records of pages) {
    yield records.map(({ resourceType, resourceId, action, outcome, changes, timestamp }) => ({
      resource_type: resourceType,
      resource_id: resourceId,
      action,
      outcome,
      changes,
      timestamp: timestamp.toISOString(),
    }));
  }
}
