import type { ApiTokens } from './types.ts';

/** Whose session tokens are of. */
export interface TokenSession {
  readonly accountId: string;
  readonly sessionId: string;
}

/** Reads the access token without verifying it; `undefined` if it is none. */
export function sessionOf({ token }: ApiTokens): TokenSession | undefined {
  try {
    const payload = token.split('.')[1] ?? '';
    const json = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const { sub, sid } = JSON.parse(json) as Record<string, unknown>;
    return typeof sub === 'string' && typeof sid === 'string'
      ? { accountId: sub, sessionId: sid }
      : undefined;
  } catch {
    return undefined;
  }
}

export function isSameSession(left: ApiTokens, right: ApiTokens): boolean {
  const session = sessionOf(left);
  // Session ids are unique: with the session, the account is the same.
  return session !== undefined && session.sessionId === sessionOf(right)?.sessionId;
}
