import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import type { AuthenticationService, VerifiedSession } from '@org/authentication';
import { readBearerToken } from '@org/authentication/rest-api';
import { OperationContext } from '@org/core';

/** Who sends a request. */
export interface Bearer extends VerifiedSession {
  /** What services take: whatever they do and record is this account's doing. */
  readonly context: OperationContext;
}

/** As Node has them, or as the Fetch API does: Node's own `Headers`, or another library's. */
export type RequestHeaders = IncomingHttpHeaders | Pick<Headers, 'get'>;

export interface AuthenticateOptions {
  /**
   * Whether the account must have authenticated in the last minutes, as for routes with `recent`.
   * Default: false.
   */
  readonly recent?: boolean;
}

/**
 * @throws what `verifyAccessToken` throws, and if there is no bearer token: each answers 401
 * @throws AuthenticationNotRecentError: 403
 */
export async function authenticate(
  authentication: AuthenticationService,
  headers: RequestHeaders,
  { recent = false }: AuthenticateOptions = {},
): Promise<Bearer> {
  const anonymous = OperationContext.anonymous(randomUUID());
  const token = readBearerToken(authorizationIn(headers));
  const verified = await authentication.verifyAccessToken({ token }, anonymous);
  const context = anonymous.withActor({ type: 'account', id: verified.accountId });
  if (recent) {
    const { accountId, sessionId } = verified;
    await authentication.assertRecentlyAuthenticated({ accountId, sessionId }, context);
  }
  return { ...verified, context };
}

function authorizationIn(headers: RequestHeaders): string | undefined {
  return isFetchHeaders(headers)
    ? (headers.get('authorization') ?? undefined)
    : headers.authorization;
}

/** Each copy of a library, and each test environment, has a class `Headers` of its own. */
function isFetchHeaders(headers: RequestHeaders): headers is Pick<Headers, 'get'> {
  return typeof headers['get'] === 'function';
}
