import { operationContextOf, setOperationContext, type AccountGuard } from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';

import type { AuthenticationService } from '../authentication-service.ts';
import {
  AuthorizationHeaderNotFoundError,
  InvalidAuthorizationHeaderError,
  UnauthorizedAccessError,
} from '../errors.ts';

const BEARER = /^Bearer (\S+)$/;

/** Makes the guard that lets the bearer of a valid access token pass, to its own account only. */
export function createAccountGuard(authentication: AuthenticationService): AccountGuard {
  return async (request) => {
    const context = operationContextOf(request);
    const token = readBearerToken(request.headers.authorization);
    const { accountId } = await authentication.verifyAccessToken({ token }, context);
    setOperationContext(request, context.withActor({ type: 'account', id: accountId }));
    if (!isOwnAccount(request, accountId)) {
      throw new UnauthorizedAccessError();
    }
  };
}

function readBearerToken(header: string | undefined): string {
  if (header === undefined || header === '') {
    throw new AuthorizationHeaderNotFoundError();
  }
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) {
    throw new InvalidAuthorizationHeaderError();
  }
  return token;
}

function isOwnAccount(request: FastifyRequest, accountId: string): boolean {
  const { account_id: idInPath } = request.params as { account_id?: string };
  return idInPath === undefined || idInPath === accountId;
}
