import { bodyFormValidator, type BadRequestErrorFactory } from '@org/core/rest-api';
import * as Type from 'typebox';

import { BadLoginFormError } from '../errors.ts';

const ResetRequest = Type.Object(
  { username: Type.String() },
  { examples: [{ username: 'ada@example.com' }] },
);

const ResetRequestReply = Type.Object(
  {
    expires_at: Type.String({
      format: 'date-time',
      description: 'When the link expires that is mailed if there is such an account.',
    }),
  },
  { examples: [{ expires_at: '2026-01-01T00:30:00.000Z' }] },
);

export type PasswordResetTokenReplyBody = Type.Static<typeof ResetRequestReply>;

export interface CreatePasswordResetTokenRoute {
  Body: Type.Static<typeof ResetRequest>;
}

const badRequest: BadRequestErrorFactory = (message, details) =>
  new BadLoginFormError(message, details);

const NO_OBJECT = 'The body must be a JSON object.';

export const createPasswordResetTokenSchema = {
  operationId: 'createPasswordResetToken',
  summary: 'Ask for a mail with a link to set a new password',
  tags: ['password-reset-tokens'],
  body: ResetRequest,
  response: { 201: ResetRequestReply },
};

export const createPasswordResetTokenValidator = bodyFormValidator({
  forms: [{ keys: [], schema: ResetRequest, badRequest }],
  noForm: () => badRequest(NO_OBJECT, [{ path: '', message: NO_OBJECT }]),
  badRequest,
});
