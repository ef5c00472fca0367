import { defineRoute, oneOf } from '@org/core/rest-api';

import { BadLoginFormError } from '../errors.ts';
import { EmailCodeReply, EmailCodeRequest } from './email-code-schema.ts';

export const emailCodeRoutes = {
  createEmailCode: defineRoute({
    method: 'POST',
    path: '/email-codes',
    operationId: 'createEmailCode',
    summary: 'Ask for a mail with a code, and a link, to log in or sign up',
    tag: 'email-codes',
    access: 'anyone',
    body: oneOf({ request: { schema: EmailCodeRequest } }, { badRequest: BadLoginFormError }),
    isIdempotent: true,
    reply: { status: 201, schema: EmailCodeReply },
    errors: [BadLoginFormError],
  }),
};
