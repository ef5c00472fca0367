import { defineRoute } from '@org/core/rest-api';

import { AdminBadRequestError } from '../errors.ts';
import { refusals } from '../admin-service.ts';
import {
  AccountListReply,
  AccountQuery,
  AccountReply,
  WrittenAccount,
} from './account-lookup-schema.ts';
import { reading } from './admin-router.ts';
import { AccountPath } from './admin-schema.ts';

const read = { ...reading, permission: 'accounts.read' } as const;

export const accountLookupRoutes = {
  searchAccounts: defineRoute({
    ...read,
    path: '/admin/accounts',
    operationId: 'searchAccounts',
    summary: 'Find accounts by what a name or contact of theirs begins with',
    query: AccountQuery,
    reply: { status: 200, schema: AccountListReply },
    errors: [AdminBadRequestError, ...refusals.accountSearch],
  }),
  getWholeAccount: defineRoute({
    ...read,
    path: '/admin/accounts/:account_id',
    operationId: 'getWholeAccount',
    summary: 'Read an account of any state, with all that helps its owner',
    params: AccountPath,
    reply: { status: 200, schema: AccountReply, written: WrittenAccount },
    errors: refusals.account,
  }),
};
