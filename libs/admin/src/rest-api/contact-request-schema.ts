import * as Type from 'typebox';

import { changeBody, DateTime, listOf, TextOrNull } from './admin-schema.ts';

const PhoneNumber = Type.Object({ country_code: Type.String(), phone_number: Type.String() });

export const PhoneNumberOrNull = Type.Union([PhoneNumber, Type.Null()]);

export const ContactRequest = Type.Object({
  id: Type.String(),
  account_id: Type.String(),
  email: TextOrNull,
  phone_number: PhoneNumberOrNull,
  requested_by: Type.Object({
    type: Type.String({ description: 'account, or worker for org-admin' }),
    id: TextOrNull,
  }),
  requested_at: DateTime,
  expires_at: DateTime,
});

export const RequestPath = Type.Object({ request_id: Type.String() });
export const RequestListReply = listOf(ContactRequest);
export const RequestedReply = Type.Object({ id: Type.String(), expires_at: DateTime });
export const ApprovedReply = Type.Object({ account_id: Type.String() });

export const contactBody = changeBody(
  { email: Type.Optional(Type.String()), phone_number: Type.Optional(PhoneNumber) },
  { email: 'ada@example.com' },
);
