import type { AuditTrail, OperationContext } from '@org/core';
import { operationContextOf, setOperationContext, type AccountGuard } from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';

import type { AuthenticationService } from '../authentication-service.ts';
import {
  AccessTokenExpiredError,
  AccessTokenInvalidError,
  AuthorizationHeaderNotFoundError,
  InvalidAuthorizationHeaderError,
  UnauthorizedAccessError,
} from '../errors.ts';
import type { VerifiedAccessToken } from '../types.ts';

export interface AccountGuardDependencies {
  readonly authentication: AuthenticationService;
  /** Where denials are recorded. */
  readonly audit: AuditTrail;
}

const BEARER = /^Bearer (\S+)$/;
const HEX_ID = /^[0-9a-f]{24}$/;

const DENIALS = [
  AuthorizationHeaderNotFoundError,
  InvalidAuthorizationHeaderError,
  AccessTokenInvalidError,
  AccessTokenExpiredError,
  UnauthorizedAccessError,
];

const verifiedAccessTokens = new WeakMap<FastifyRequest, VerifiedAccessToken>();

/** Makes the guard that lets the bearer of a valid access token pass, to its own account only. */
export function createAccountGuard({
  authentication,
  audit,
}: AccountGuardDependencies): AccountGuard {
  return async (request) => {
    try {
      await authenticate(request, authentication);
      assertOwnAccount(request);
    } catch (error) {
      if (DENIALS.some((denial) => error instanceof denial)) {
        await recordDenial(request, audit);
      }
      throw error;
    }
  };
}

/** The bearer of a request that the guard let pass; undefined where another guard did. */
export function verifiedAccessTokenOf(request: FastifyRequest): VerifiedAccessToken | undefined {
  return verifiedAccessTokens.get(request);
}

async function authenticate(
  request: FastifyRequest,
  authentication: AuthenticationService,
): Promise<void> {
  const context = operationContextOf(request);
  const token = readBearerToken(request.headers.authorization);
  const verified = await authentication.verifyAccessToken({ token }, context);
  verifiedAccessTokens.set(request, verified);
  setOperationContext(request, context.withActor({ type: 'account', id: verified.accountId }));
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

function assertOwnAccount(request: FastifyRequest): void {
  const idInPath = accountIdInPath(request);
  const isOwn = idInPath === undefined || idInPath === verifiedAccessTokenOf(request)?.accountId;
  if (!isOwn) {
    throw new UnauthorizedAccessError();
  }
}

async function recordDenial(request: FastifyRequest, audit: AuditTrail): Promise<void> {
  const context: OperationContext = operationContextOf(request);
  const idInPath = accountIdInPath(request) ?? '';
  await audit.recordFromSource(
    {
      resourceType: 'accounts',
      // Of what somebody sends, only what can be an id goes into the trail.
      resourceId: HEX_ID.test(idInPath) ? idInPath : '',
      action: 'authz_fail',
      outcome: 'denied',
    },
    context.sourceAddress ?? '',
    context,
  );
}

function accountIdInPath(request: FastifyRequest): string | undefined {
  return (request.params as { account_id?: string }).account_id;
}
