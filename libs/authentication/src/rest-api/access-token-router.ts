import type { FastifyInstance } from 'fastify';

import {
  createAccessTokenSchema,
  createAccessTokenValidator,
  type CreateAccessTokenRoute,
} from './access-token-schema.ts';
import type { AccessTokenView } from './access-token-view.ts';

export function registerAccessTokenRoutes(app: FastifyInstance, view: AccessTokenView): void {
  app.post<CreateAccessTokenRoute>(
    '/access-tokens',
    { schema: createAccessTokenSchema, validatorCompiler: createAccessTokenValidator },
    view.createAccessToken,
  );
}
