import * as Type from 'typebox';

import { DateTime, DateTimeOrNull, listOf, page, TextOrNull } from './admin-schema.ts';

const text = (description: string) => Type.Optional(Type.String({ description }));

export const AuditQuery = Type.Object({
  ...page,
  account_id: text('Records of this account’s document'),
  actor_id: text('Records of what this actor did'),
  actor_type: text('account, job, worker or anonymous. Default: account'),
  resource_type: text('With resource_id: the collection of a resource'),
  resource_id: text('With resource_type: its id'),
  from: text('From this day (UTC) or time on'),
  to: text('Before this day or time'),
});

/** By field. Secrets are `[redacted]`, erased values `[erased]`. */
const Changes = Type.Record(Type.String(), Type.Object({ old: Type.Any(), new: Type.Any() }), {
  description: 'By field. Secrets are `[redacted]`, erased values `[erased]`',
});

const fields = {
  id: Type.String(),
  timestamp: DateTime,
  actor_type: Type.String(),
  actor_id: TextOrNull,
  action: Type.String(),
  outcome: Type.String({ description: 'success, denied or failure' }),
  resource_type: Type.String(),
  resource_id: Type.String(),
  request_id: Type.String(),
  source: TextOrNull,
  count: Type.Integer({ description: 'How many events it stands for' }),
  counted_since: DateTimeOrNull,
};

export const AuditRecordBody = Type.Object({ ...fields, changes: Changes });

export const AuditListReply = listOf(AuditRecordBody);

/** What is stored may be anything. */
export const WrittenAuditList = listOf(Type.Object({ ...fields, changes: Type.Any() }));
