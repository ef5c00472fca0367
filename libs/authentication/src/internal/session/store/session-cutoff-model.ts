import type { StoredDocument } from '@org/core/store';

export const CUTOFF_COLLECTION = 'session_cutoffs';
/** Of all sessions: the only document. */
export const ALL_SESSIONS = 'all';

export interface SessionCutoffDocument extends StoredDocument<string> {
  /** Sessions that began by then have ended. */
  readonly ended_at: Date;
}
