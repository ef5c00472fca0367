import { defineRoute } from '@org/core/rest-api';

import { AdminBadRequestError } from '../errors.ts';
import { refusals } from '../admin-service.ts';
import { changing, reading } from './admin-router.ts';
import { AccountPath, NothingReply, PageQuery, reasonBody } from './admin-schema.ts';
import {
  ApprovedReply,
  contactBody,
  RequestedReply,
  RequestListReply,
  RequestPath,
} from './contact-request-schema.ts';

const decision = {
  ...changing,
  permission: 'accounts.approve-contact',
  params: RequestPath,
  body: reasonBody,
} as const;

/** Changes of contact after an operator has made sure who the owner is: another one approves them. */
export const contactRequestRoutes = {
  requestContact: defineRoute({
    ...changing,
    path: '/admin/accounts/:account_id/contact-requests',
    operationId: 'requestContact',
    summary: 'Ask for another contact of an account, after a check of its owner’s identity',
    permission: 'accounts.change-contact',
    params: AccountPath,
    body: contactBody,
    reply: { status: 201, schema: RequestedReply },
    errors: [AdminBadRequestError, ...refusals.contactRequest],
  }),
  listContactRequests: defineRoute({
    ...reading,
    path: '/admin/contact-requests',
    operationId: 'listContactRequests',
    summary: 'List contacts that wait for another operator, the newest first',
    permission: 'accounts.read',
    query: PageQuery,
    reply: { status: 200, schema: RequestListReply },
    errors: [AdminBadRequestError, ...refusals.accountSearch],
  }),
  approveContact: defineRoute({
    ...decision,
    path: '/admin/contact-requests/:request_id/approve',
    operationId: 'approveContact',
    summary: 'Give an account the contact that another operator asked for',
    reply: { status: 200, schema: ApprovedReply },
    errors: [AdminBadRequestError, ...refusals.approval],
  }),
  rejectContact: defineRoute({
    ...decision,
    path: '/admin/contact-requests/:request_id/reject',
    operationId: 'rejectContact',
    summary: 'Refuse a contact that was asked for',
    reply: { status: 204, schema: NothingReply },
    errors: [AdminBadRequestError, ...refusals.rejection],
  }),
  withdrawContact: defineRoute({
    ...decision,
    path: '/admin/contact-requests/:request_id/withdraw',
    operationId: 'withdrawContact',
    summary: 'Take back a contact that one has asked for oneself',
    permission: 'accounts.change-contact',
    reply: { status: 204, schema: NothingReply },
    errors: [AdminBadRequestError, ...refusals.rejection],
  }),
};
