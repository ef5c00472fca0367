import type { ResolvedSettings } from '../authentication-settings.ts';
import { prolongationInterval, type IssuedSession } from './session-util.ts';
import type { SessionModel } from './store/session-model.ts';

/** When a session was used. */
export interface SessionUse {
  readonly id: string;
  readonly startedAt: Date;
  /** When it was started or last refreshed. */
  readonly lastUsedAt: Date;
  /** `null` if it was never refreshed, or prolonged by its cookie. */
  readonly refreshedAt: Date | null;
  /** After how many milliseconds its client does so if it is in use. */
  readonly refreshInterval: number;
}

export interface SurplusOptions {
  readonly maximum: number;
  readonly now: Date;
  /** When a request of a session was last seen here; other instances have seen others. */
  readonly lastRequestAt: (sessionId: string) => Date | undefined;
}

/** A session in use has been refreshed within this many intervals. */
const IN_USE_INTERVALS = 2;

export function toSessionUse(
  { id, createdAt: startedAt, lastUsedAt, rotatedAt, transport }: SessionModel,
  settings: ResolvedSettings,
): SessionUse {
  if (transport === 'token') {
    const refreshInterval = settings.accessTokenTimeToLiveMilliseconds;
    return { id, startedAt, lastUsedAt, refreshedAt: rotatedAt, refreshInterval };
  }
  const refreshedAt = lastUsedAt > startedAt ? lastUsedAt : null;
  return {
    id,
    startedAt,
    lastUsedAt,
    refreshedAt,
    refreshInterval: prolongationInterval(settings),
  };
}

/**
 * The sessions to end to get down to the maximum: the least recently used ones. Sessions that were
 * recently refreshed or sent a request go last, however many were started since: nobody can end the
 * session in use by starting others.
 *
 * Never one started after the session just started, which does the same: so sessions started at the
 * same time do not end each other.
 *
 * @param others without the session just started
 */
export function findSurplusSessions(
  others: readonly SessionUse[],
  started: Pick<IssuedSession, 'sessionId' | 'startedAt'>,
  { maximum, now, lastRequestAt }: SurplusOptions,
): readonly string[] {
  const newest = { id: started.sessionId, startedAt: started.startedAt };
  const surplus = Math.max(0, others.length + 1 - maximum);
  const proofOfUse = ({ id, refreshedAt }: SessionUse) =>
    Math.max(refreshedAt?.getTime() ?? 0, lastRequestAt(id)?.getTime() ?? 0);
  const isInUse = (use: SessionUse) =>
    Number(now.getTime() - proofOfUse(use) < IN_USE_INTERVALS * use.refreshInterval);
  const lastUse = (use: SessionUse) => Math.max(use.lastUsedAt.getTime(), proofOfUse(use));
  return others
    .filter((other) => compareStarts(other, newest) < 0)
    .sort(
      (one, other) =>
        isInUse(one) - isInUse(other) || lastUse(one) - lastUse(other) || compareStarts(one, other),
    )
    .slice(0, surplus)
    .map(({ id }) => id);
}

type Start = Pick<SessionUse, 'id' | 'startedAt'>;

function compareStarts(one: Start, other: Start): number {
  const difference = one.startedAt.getTime() - other.startedAt.getTime();
  return difference || (one.id < other.id ? -1 : 1);
}
