import * as Type from 'typebox';

import { DateTime, DateTimeOrNull, listOf, page, TextOrNull } from './admin-schema.ts';
import { AuditRecordBody } from './audit-schema.ts';
import { ContactRequest, PhoneNumberOrNull } from './contact-request-schema.ts';

const state = Type.Enum(['active', 'disabled', 'deleted']);
export const AccountQuery = Type.Object({
  ...page,
  query: Type.String({
    description:
      'What a username, e-mail address, phone number, first or last name begins with, in any case',
  }),
  state: Type.Optional(state),
});

const summary = {
  id: Type.String(),
  first_name: Type.String(),
  last_name: Type.String(),
  username: Type.String(),
  email: TextOrNull,
  email_verified: Type.Boolean(),
  phone_number: PhoneNumberOrNull,
  phone_number_verified: Type.Boolean(),
  state,
  disabled_at: DateTimeOrNull,
  deleted_at: DateTimeOrNull,
  created_at: DateTime,
  updated_at: DateTime,
};

export const AccountListReply = listOf(Type.Object(summary));

const Identity = Type.Object({
  kind: Type.String({ description: 'username, email or phone' }),
  value: Type.String(),
  verified_at: DateTimeOrNull,
  created_at: DateTime,
  reserved_until: Type.Union([DateTime, Type.Null()], {
    description:
      'Until then it is kept for the account, which has another in its place: nobody is found by it. null: it is in use',
  }),
});
const Session = Type.Object({
  id: Type.String(),
  created_at: DateTime,
  last_used_at: DateTime,
  user_agent: Type.String(),
  device: TextOrNull,
  browser: TextOrNull,
  ip: Type.String(),
});
const Delivery = Type.Object({
  id: Type.String(),
  channel: Type.String(),
  topic: Type.String(),
  status: Type.String({ description: 'queued, sent, suppressed, expired, dropped or dead' }),
  attempts: Type.Integer(),
  last_error: Type.String(),
  created_at: DateTime,
  updated_at: DateTime,
});
const ContactChange = Type.Object({
  id: Type.String(),
  status: Type.Enum(['pending', 'done'], {
    description: 'pending: its owner has asked for it; done: it can still be undone',
  }),
  email: TextOrNull,
  phone_number: PhoneNumberOrNull,
  former_email: TextOrNull,
  former_phone_number: PhoneNumberOrNull,
  requested_at: DateTime,
  expires_at: Type.String({
    format: 'date-time',
    description: 'When its code expires; if it is done, until when it can be undone',
  }),
});

const whole = {
  ...summary,
  fields: Type.Object({}, { additionalProperties: true, description: 'Those of one’s own' }),
  has_password: Type.Boolean(),
  identities: Type.Array(Identity, {
    description: 'The names that it is found by, and those that are kept for it',
  }),
  roles: Type.Array(Type.String()),
  sessions: Type.Array(Session),
  deliveries: Type.Array(Delivery, { description: 'The latest messages to it' }),
  contact_changes: Type.Array(ContactChange, {
    description:
      'Asked for by its owner; and done, by whomever, and to be undone by the former contact',
  }),
  contact_requests: Type.Array(ContactRequest, { description: 'Asked for by operators' }),
};

export const AccountReply = Type.Object({
  ...whole,
  audit: Type.Array(AuditRecordBody, { description: 'The latest records of it' }),
});

/** What is stored in the audit log may be anything. */
export const WrittenAccount = Type.Object({ ...whole, audit: Type.Any() });
