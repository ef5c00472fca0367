import { defineRoute } from '@org/core/rest-api';

import { AccountRestorableError, AdminBadRequestError } from '../errors.ts';
import { refusals } from '../admin-service.ts';
import {
  AccountStateReply,
  EndOfAllReply,
  erasureBody,
  ErasureReply,
  ExportReply,
  resendBody,
  SentReply,
} from './account-schema.ts';
import { changing } from './admin-router.ts';
import { AccountPath, NothingReply, reasonBody } from './admin-schema.ts';

const change = { ...changing, params: AccountPath, body: reasonBody } as const;

export const accountRoutes = {
  disableAccount: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/disable',
    operationId: 'disableAccount',
    summary: 'End the sessions of an account and let nobody log in to it; its owner is told',
    permission: 'accounts.disable',
    reply: { status: 200, schema: AccountStateReply },
    errors: [AdminBadRequestError, ...refusals.ending],
  }),
  enableAccount: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/enable',
    operationId: 'enableAccount',
    summary: 'Let the owner of a disabled account log in again',
    permission: 'accounts.disable',
    reply: { status: 200, schema: AccountStateReply },
    errors: [AdminBadRequestError, ...refusals.accountChange],
  }),
  endAccountSessions: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/end-sessions',
    operationId: 'endAccountSessions',
    summary: 'End every session of an account',
    permission: 'accounts.end-sessions',
    reply: { status: 204, schema: NothingReply },
    errors: [AdminBadRequestError, ...refusals.accountChange],
  }),
  endAllSessions: defineRoute({
    ...changing,
    path: '/admin/sessions/end-all',
    operationId: 'endAllSessions',
    summary: 'End every session of every account, one’s own included',
    permission: 'sessions.end-all',
    body: reasonBody,
    reply: { status: 200, schema: EndOfAllReply },
    errors: [AdminBadRequestError],
  }),
  sendPasswordReset: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/send-reset',
    operationId: 'sendPasswordReset',
    summary: 'Mail the owner of an account a link for a new password',
    permission: 'accounts.send-reset',
    reply: { status: 200, schema: SentReply },
    errors: [AdminBadRequestError, ...refusals.mailing],
  }),
  resendCode: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/resend-code',
    operationId: 'resendCode',
    summary: 'Send the owner of an account a new code to log in with',
    permission: 'accounts.resend-code',
    body: resendBody,
    reply: { status: 200, schema: SentReply },
    errors: [AdminBadRequestError, ...refusals.resending],
  }),
  unlockAccount: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/unlock',
    operationId: 'unlockAccount',
    summary: 'Forget what throttles count for an account, its names and its contacts',
    permission: 'accounts.unlock',
    reply: { status: 204, schema: NothingReply },
    errors: [AdminBadRequestError, ...refusals.accountChange],
  }),
  deleteAccountForOwner: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/delete',
    operationId: 'deleteAccountForOwner',
    summary: 'Delete an account as its owner can; it can be restored for a while',
    permission: 'accounts.delete',
    reply: { status: 200, schema: AccountStateReply },
    errors: [AdminBadRequestError, ...refusals.ending],
  }),
  restoreAccount: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/restore',
    operationId: 'restoreAccount',
    summary: 'Bring a deleted account back',
    permission: 'accounts.restore',
    reply: { status: 200, schema: AccountStateReply },
    errors: [AdminBadRequestError, ...refusals.restoring],
  }),
  eraseAccount: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/erase',
    operationId: 'eraseAccount',
    summary: 'Have a worker erase the personal data of a deleted account, for good',
    permission: 'accounts.erase',
    body: erasureBody,
    reply: { status: 202, schema: ErasureReply },
    errors: [AdminBadRequestError, AccountRestorableError, ...refusals.erasing],
  }),
  exportAccountForOwner: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/export',
    // An answer of any length is not kept.
    isIdempotent: false,
    operationId: 'exportAccountForOwner',
    summary: 'Everything that is stored about an account, for its owner',
    permission: 'accounts.export',
    reply: { status: 200, schema: ExportReply },
    errors: [AdminBadRequestError, ...refusals.exporting],
  }),
};
