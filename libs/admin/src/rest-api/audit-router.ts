import { defineRoute } from '@org/core/rest-api';

import { refusals } from '../admin-service.ts';
import { AdminBadRequestError } from '../errors.ts';
import { AuditListReply, AuditQuery, WrittenAuditList } from './audit-schema.ts';

export const auditRoutes = {
  listAuditRecords: defineRoute({
    tag: 'admin',
    access: 'account',
    permission: 'audit.read',
    method: 'GET',
    path: '/admin/audit',
    operationId: 'listAuditRecords',
    summary:
      'List audit records, the newest first: all, of an account, of an actor or of a resource',
    query: AuditQuery,
    reply: { status: 200, schema: AuditListReply, written: WrittenAuditList },
    errors: [AdminBadRequestError, ...refusals.auditPage],
  }),
};
