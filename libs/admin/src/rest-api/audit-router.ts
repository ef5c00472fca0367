import { defineRoute } from '@org/core/rest-api';

import { AdminBadRequestError } from '../errors.ts';
import { refusals } from '../admin-service.ts';
import { reading } from './admin-router.ts';
import { AuditListReply, AuditQuery, WrittenAuditList } from './audit-schema.ts';

export const auditRoutes = {
  listAuditRecords: defineRoute({
    ...reading,
    permission: 'audit.read',
    path: '/admin/audit',
    operationId: 'listAuditRecords',
    summary:
      'List audit records, the newest first: all, of an account, of an actor or of a resource',
    query: AuditQuery,
    reply: { status: 200, schema: AuditListReply, written: WrittenAuditList },
    errors: [AdminBadRequestError, ...refusals.auditPage],
  }),
};
