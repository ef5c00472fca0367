import * as Type from 'typebox';

import { changeBody, DateTime, DateTimeOrNull, listOf, page, TextOrNull } from './admin-schema.ts';

export const DeliveryListQuery = Type.Object({
  ...page,
  status: Type.Optional(
    Type.Enum(['failing', 'dead'], {
      description: '`failing`: will be tried again; `dead`: given up. Default: failing',
    }),
  ),
});
export const DeliveryPath = Type.Object({ delivery_id: Type.String() });
export const DeliveryListReply = listOf(
  Type.Object({
    id: Type.String(),
    account_id: Type.String(),
    channel: Type.String(),
    topic: Type.String(),
    attempts: Type.Integer(),
    last_error: Type.String(),
    created_at: DateTime,
    next_attempt_at: DateTimeOrNull,
    expires_at: DateTimeOrNull,
  }),
);

export const JobListQuery = Type.Object({ ...page, name: Type.Optional(Type.String()) });
export const JobPath = Type.Object({ name: Type.String() });
export const JobListReply = listOf(
  Type.Object({
    id: Type.String(),
    name: Type.String(),
    status: Type.String({ description: 'waiting, running or dead' }),
    schedule: TextOrNull,
    timezone: Type.String(),
    attempts: Type.Integer(),
    runs_at: DateTimeOrNull,
    last_error: TextOrNull,
    dead_at: DateTimeOrNull,
    created_at: DateTime,
  }),
);
export const jobRunBody = changeBody(
  {
    payload: Type.Optional(Type.Object({}, { description: 'What the job is given. Default: {}' })),
  },
  {},
);
export const JobRunReply = Type.Object({ job_id: Type.String() });

export const EventListReply = listOf(
  Type.Object({
    id: Type.String(),
    event: TextOrNull,
    listener: Type.String(),
    account_id: TextOrNull,
    attempts: Type.Integer(),
    due_at: DateTime,
    last_error: TextOrNull,
    created_at: DateTime,
  }),
);
