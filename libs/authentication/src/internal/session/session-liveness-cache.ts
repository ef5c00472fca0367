import { RecentReads } from '@org/core';

import type { ClaimValue } from '../../types.ts';

/** What a request needs to know of its session. */
export interface LiveSession {
  readonly accountId: string;
  readonly authenticatedAt: Date;
  /** Undefined if its client presents tokens. */
  readonly cookie?: LiveCookie | undefined;
}

/** What decides about a session's cookie. */
export interface LiveCookie {
  readonly generation: number;
  readonly currentHash: string;
  readonly previousHash: string | null;
  readonly rotatedAt: Date | null;
  readonly lastUsedAt: Date;
  readonly absoluteExpiresAt: Date;
  readonly claims: Readonly<Record<string, ClaimValue>>;
}

/** Which sessions are alive, by their ids. A session that ended elsewhere is refused half a second later. */
export class SessionLivenessCache extends RecentReads<LiveSession | undefined> {}
