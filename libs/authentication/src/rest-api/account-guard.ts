import type { AuditTrail, OperationContext } from '@org/core';
import {
  judgeAgainLater,
  operationContextOf,
  setOperationContext,
  type AccountGuard,
  type RequestGuard,
} from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';

import type { AuthenticationService } from '../authentication-service.ts';
import {
  AccessTokenExpiredError,
  AccessTokenInvalidError,
  AuthenticationNotRecentError,
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

const WITHOUT_LOGIN = [
  AccessTokenExpiredError,
  AuthorizationHeaderNotFoundError,
  InvalidAuthorizationHeaderError,
  AccessTokenInvalidError,
];
const BY_OTHERS = [UnauthorizedAccessError, ...WITHOUT_LOGIN];
const DENIALS = [AuthenticationNotRecentError, ...BY_OTHERS];

const verifiedAccessTokens = new WeakMap<FastifyRequest, VerifiedAccessToken>();

/**
 * Creates the guard that admits the bearer of a valid access token: to its own account only, or,
 * for routes with `account` access, whatever the path names. The session is checked again once the
 * body has arrived, and while a long answer is sent. `recent`, called after it, admits a session in
 * which its account has proved itself in the last minutes.
 */
export function createAccountGuard({
  authentication,
  audit,
}: AccountGuardDependencies): Required<Pick<AccountGuard, 'account' | 'recent'>> & RequestGuard {
  const judge = async (request: FastifyRequest, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (DENIALS.some((denial) => error instanceof denial)) {
        await recordDenial(request, audit);
      }
      throw error;
    }
  };
  const admit = async (request: FastifyRequest): Promise<void> => {
    const bearer = await authenticate(request, authentication);
    const assertAlive = () =>
      authentication.assertSessionAlive(bearer, operationContextOf(request));
    judgeAgainLater(request, () => judge(request, assertAlive));
  };
  const admitAccount = (request: FastifyRequest) => judge(request, () => admit(request));
  const admitOwner = (request: FastifyRequest) =>
    judge(request, async () => {
      await admit(request);
      assertOwnAccount(request);
    });
  const admitRecent = (request: FastifyRequest) =>
    judge(request, () =>
      authentication.assertRecentlyAuthenticated(bearerOf(request), operationContextOf(request)),
    );
  const security = [{ bearer: [] }];
  const account = Object.assign(admitAccount, { errors: WITHOUT_LOGIN, security });
  const recent = Object.assign(admitRecent, { errors: [AuthenticationNotRecentError] });
  return Object.assign(admitOwner, { errors: BY_OTHERS, security, account, recent });
}

/**
 * The bearer of a request that this guard admitted.
 *
 * @throws AccessTokenInvalidError if another guard did, which knows no session
 */
export function bearerOf(request: FastifyRequest): VerifiedAccessToken {
  const bearer = verifiedAccessTokenOf(request);
  if (bearer === undefined) {
    throw new AccessTokenInvalidError();
  }
  return bearer;
}

/** The bearer of a request that this guard admitted; undefined if another guard did. */
export function verifiedAccessTokenOf(request: FastifyRequest): VerifiedAccessToken | undefined {
  return verifiedAccessTokens.get(request);
}

/**
 * The bearer of a request that needs none; undefined if there is no valid access token.
 *
 * @throws ServiceUnavailableError if the session cannot be read
 */
export async function findBearer(
  request: FastifyRequest,
  authentication: AuthenticationService,
): Promise<VerifiedAccessToken | undefined> {
  try {
    const token = readBearerToken(request.headers.authorization);
    return await authentication.verifyAccessToken({ token }, operationContextOf(request));
  } catch (error) {
    if (WITHOUT_LOGIN.some((denial) => error instanceof denial)) {
      return undefined;
    }
    throw error;
  }
}

async function authenticate(
  request: FastifyRequest,
  authentication: AuthenticationService,
): Promise<VerifiedAccessToken> {
  const context = operationContextOf(request);
  const token = readBearerToken(request.headers.authorization);
  const verified = await authentication.verifyAccessToken({ token }, context);
  verifiedAccessTokens.set(request, verified);
  setOperationContext(request, context.withActor({ type: 'account', id: verified.accountId }));
  return verified;
}

/**
 * The access token in an `authorization` header.
 *
 * @throws AuthorizationHeaderNotFoundError
 * @throws InvalidAuthorizationHeaderError
 */
export function readBearerToken(header: string | undefined): string {
  if (header === undefined || header === '') {
    throw new AuthorizationHeaderNotFoundError();
  }
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) {
    throw new InvalidAuthorizationHeaderError();
  }
  return token;
}

/** A path that names no account is nobody's own. */
function assertOwnAccount(request: FastifyRequest): void {
  const idInPath = accountIdInPath(request);
  if (idInPath === undefined || idInPath !== verifiedAccessTokenOf(request)?.accountId) {
    throw new UnauthorizedAccessError();
  }
}

async function recordDenial(request: FastifyRequest, audit: AuditTrail): Promise<void> {
  const context: OperationContext = operationContextOf(request);
  const idInPath = accountIdInPath(request) ?? '';
  await audit.recordFromSource(
    {
      resourceType: 'accounts',
      // Only something that can be an id goes into the trail.
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
