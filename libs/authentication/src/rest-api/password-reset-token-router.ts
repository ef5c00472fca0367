import type { FastifyInstance } from 'fastify';

import {
  createPasswordResetTokenSchema,
  createPasswordResetTokenValidator,
  type CreatePasswordResetTokenRoute,
} from './password-reset-token-schema.ts';
import type { PasswordResetTokenView } from './password-reset-token-view.ts';

export function registerPasswordResetTokenRoutes(
  app: FastifyInstance,
  view: PasswordResetTokenView,
): void {
  app.post<CreatePasswordResetTokenRoute>(
    '/password-reset-tokens',
    {
      schema: createPasswordResetTokenSchema,
      validatorCompiler: createPasswordResetTokenValidator,
      config: { errors: { 400: ['ACCOUNT_ERR_04'] } },
    },
    view.createPasswordResetToken,
  );
}
