import * as Type from 'typebox';

import { DateTime, DateTimeOrNull } from './admin-schema.ts';

const Count = Type.Integer();
const CountOrNull = Type.Union([Count, Type.Null()]);
const MillisecondsOrNull = Type.Union([Type.Number(), Type.Null()]);

export const HealthReply = Type.Object({
  process: Type.Object(
    { host: Type.String(), pid: Type.Integer(), started_at: DateTime },
    { description: 'Whose minutes they are: other processes have others' },
  ),
  state: Type.Object({
    jobs: Type.Object({ waiting: Count, running: Count, dead: Count }),
    worker_seen_at: DateTimeOrNull,
    events: Type.Object({ waiting: Count, failing: Count, dead: Count }),
    messages: Type.Object({ queued: Count, dead: Count }),
    webhooks: Type.Object({ queued: Count, enabled: Count, failing: Count, disabled: Count }),
  }),
  minutes: Type.Array(
    Type.Object({
      from: DateTime,
      to: DateTime,
      requests: Count,
      server_errors: Count,
      latency_milliseconds: Type.Object({
        p50: MillisecondsOrNull,
        p95: MillisecondsOrNull,
        p99: MillisecondsOrNull,
      }),
      logins: Count,
      failed_logins: Count,
      queued: CountOrNull,
      dead: CountOrNull,
    }),
    { description: 'Of the last hour, the oldest first; the last one is not over' },
  ),
});
