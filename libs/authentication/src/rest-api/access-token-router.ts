import type { AccountGuard } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import {
  createAccessTokenSchema,
  createAccessTokenValidator,
  deleteCurrentAccessTokenSchema,
  type CreateAccessTokenRoute,
} from './access-token-schema.ts';
import type { AccessTokenView } from './access-token-view.ts';

export interface AccessTokenRoutesDependencies {
  readonly view: AccessTokenView;
  readonly guard: AccountGuard;
}

export function registerAccessTokenRoutes(
  app: FastifyInstance,
  { view, guard }: AccessTokenRoutesDependencies,
): void {
  app.post<CreateAccessTokenRoute>(
    '/access-tokens',
    {
      schema: createAccessTokenSchema,
      validatorCompiler: createAccessTokenValidator,
      config: {
        errors: {
          400: ['ACCOUNT_ERR_04', 'ACCESS_TOKEN_ERR_07', 'OTP_ERR_01', 'OTP_ERR_02'],
          401: ['ACCOUNT_ERR_03', 'ACCESS_TOKEN_ERR_05'],
        },
      },
    },
    view.createAccessToken,
  );
  app.delete(
    '/access-tokens/current',
    {
      schema: deleteCurrentAccessTokenSchema,
      onRequest: guard,
      config: {
        errors: {
          401: [
            'ACCESS_TOKEN_ERR_02',
            'ACCESS_TOKEN_ERR_03',
            'ACCESS_TOKEN_ERR_04',
            'ACCESS_TOKEN_ERR_05',
          ],
        },
      },
    },
    view.deleteCurrentAccessToken,
  );
}
