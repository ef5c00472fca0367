import type { AuditTrail, OperationContext } from '@org/core';
import {
  assertOwnOrigin,
  ForeignOriginError,
  judgeAgainLater,
  operationContextOf,
  type AccountGuard,
  type RequestGuard,
} from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';

import type { AuthenticationService } from '../authentication-service.ts';
import { AuthenticationNotRecentError, UnauthorizedAccessError } from '../errors.ts';
import {
  authenticate,
  currentSessionOf,
  verifiedSessionOf,
  WITHOUT_LOGIN,
} from './session-guard.ts';

export interface AccountGuardDependencies {
  readonly authentication: AuthenticationService;
  /** Where denials are recorded. */
  readonly audit: AuditTrail;
}

const HEX_ID = /^[0-9a-f]{24}$/;

const BY_OTHERS = [UnauthorizedAccessError, ...WITHOUT_LOGIN];
const DENIALS = [AuthenticationNotRecentError, ForeignOriginError, ...BY_OTHERS];

type SessionGuard = RequestGuard &
  Required<Pick<AccountGuard, 'account' | 'recent' | 'recentOfOperators' | 'ownOrigin'>>;

/**
 * Creates the guard that admits whoever presents a valid access token or session cookie: to their own
 * account only, or, for routes with `account` access, whatever the path names. With both, the token
 * alone decides. What changes something by a cookie must come from a page of one's own. The session
 * is checked again once the body has arrived, and while a long answer is sent. `recent`, called after
 * it, admits a session in which its account has proved itself in the last minutes.
 */
export function createAccountGuard({
  authentication,
  audit,
}: AccountGuardDependencies): SessionGuard {
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
    const { accountId, sessionId } = await authenticate(request, authentication);
    const assertAlive = () =>
      authentication.assertSessionAlive({ accountId, sessionId }, operationContextOf(request));
    judgeAgainLater(request, () => judge(request, assertAlive));
  };
  const admitAccount = (request: FastifyRequest) => judge(request, () => admit(request));
  const admitOwner = (request: FastifyRequest) =>
    judge(request, async () => {
      await admit(request);
      assertOwnAccount(request);
    });
  const admitOwnOrigin = (request: FastifyRequest) =>
    judge(request, async () => assertOwnOrigin(request));
  const recentGuard = (isAlwaysRequired: boolean): RequestGuard => {
    const admitRecent = (request: FastifyRequest) =>
      judge(request, () =>
        authentication.assertRecentlyAuthenticated(
          { ...currentSessionOf(request), isAlwaysRequired },
          operationContextOf(request),
        ),
      );
    return Object.assign(admitRecent, { errors: [AuthenticationNotRecentError] });
  };
  const security = [{ bearer: [] }, { cookie: [] }];
  const shared = { security, errorsOfChanges: [ForeignOriginError] };
  const account = Object.assign(admitAccount, { errors: WITHOUT_LOGIN, ...shared });
  const [recent, recentOfOperators] = [recentGuard(false), recentGuard(true)];
  const ownOrigin = Object.assign(admitOwnOrigin, { errors: [ForeignOriginError] });
  const others = { account, recent, recentOfOperators, ownOrigin };
  return Object.assign(admitOwner, { errors: BY_OTHERS, ...shared, ...others });
}

/** A path that names no account is nobody's own. */
function assertOwnAccount(request: FastifyRequest): void {
  const idInPath = accountIdInPath(request);
  if (idInPath === undefined || idInPath !== verifiedSessionOf(request)?.accountId) {
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
