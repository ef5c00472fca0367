import * as Type from 'typebox';

import { changeBody, DateTime } from './admin-schema.ts';

export const AccountStateReply = Type.Object({
  account_id: Type.String(),
  state: Type.Enum(['active', 'disabled', 'deleted']),
});
export const SentReply = Type.Object({ expires_at: DateTime });
export const EndOfAllReply = Type.Object({
  ended_at: Type.String({ format: 'date-time', description: 'Sessions that began later stay' }),
});
export const ErasureReply = Type.Object({ job_id: Type.String() });
export const ExportReply = Type.Object(
  {},
  {
    additionalProperties: true,
    description: 'As `GET /accounts/{account_id}/export`: everything but secrets',
  },
);

export const erasureBody = changeBody(
  {
    now: Type.Optional(
      Type.Boolean({
        description: 'Whether it is erased although it can still be restored. Default: false',
      }),
    ),
  },
  {},
);

export const resendBody = changeBody(
  { channel: Type.Enum(['email', 'phone']) },
  { channel: 'email' },
);
