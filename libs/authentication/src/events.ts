import { defineEvent } from '@org/events';
import { Type } from 'typebox';

const ofSession = Type.Object({ accountId: Type.String(), sessionId: Type.String() });

/** Somebody logged in. */
export const sessionStarted = defineEvent('authentication.session-started', {
  version: 1,
  payload: ofSession,
  isRefusable: false,
});

/** A session was ended: by its owner, with the password or the account, or to make room. */
export const sessionEnded = defineEvent('authentication.session-ended', {
  version: 1,
  payload: ofSession,
  isRefusable: false,
});

/** Operators ended every session that had begun by then, of all accounts; it is the only event. */
export const allSessionsEnded = defineEvent('authentication.all-sessions-ended', {
  version: 1,
  payload: Type.Object({
    /** ISO 8601. */
    endedAt: Type.String(),
  }),
  isRefusable: false,
});

/** A refresh token was used again, so somebody else may have it. Its session was ended. */
export const refreshTokenReused = defineEvent('authentication.refresh-token-reused', {
  version: 1,
  payload: ofSession,
  isRefusable: false,
});
