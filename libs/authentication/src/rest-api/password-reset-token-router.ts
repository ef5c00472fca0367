import { defineRoute, oneOf } from '@org/core/rest-api';

import { BadLoginFormError } from '../errors.ts';
import { ResetRequest, ResetRequestReply } from './password-reset-token-schema.ts';

export const passwordResetTokenRoutes = {
  createPasswordResetToken: defineRoute({
    method: 'POST',
    path: '/password-reset-tokens',
    operationId: 'createPasswordResetToken',
    summary: 'Ask for a mail with a link to set a new password',
    tag: 'password-reset-tokens',
    access: 'anyone',
    body: oneOf(
      { request: { schema: ResetRequest } },
      { badRequest: BadLoginFormError, noForm: 'The body must be a JSON object.' },
    ),
    reply: { status: 201, schema: ResetRequestReply },
    errors: [BadLoginFormError],
  }),
};
