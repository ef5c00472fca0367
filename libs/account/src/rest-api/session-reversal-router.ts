import { defineRoute } from '@org/core/rest-api';

import { AccountBadRequestError } from '../errors.ts';
import { reversalForms, ReversalReply } from './reversal-schema.ts';

export const sessionReversalRoutes = {
  reverseSession: defineRoute({
    method: 'POST',
    path: '/session-reversals',
    operationId: 'reverseSession',
    summary: 'End a session, with the token from the notice of a new device',
    tag: 'sessions',
    access: 'anyone',
    body: reversalForms,
    reply: { status: 201, schema: ReversalReply },
    errors: [AccountBadRequestError],
  }),
};
