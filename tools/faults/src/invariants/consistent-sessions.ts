import { defineInvariant } from './invariant.ts';
import { idOf, type StoredDocuments } from './stored-documents.ts';

export const consistentSessions = defineInvariant(
  'no session that is half of one, of nobody, or unrecorded',
  function* ({ accounts, sessions, audit }) {
    const isActive = new Map(accounts.map((account) => [idOf(account), account.active]));
    const events = Map.groupBy(
      audit.filter(({ resource_type }) => resource_type === 'sessions'),
      ({ resource_id }) => resource_id,
    );
    for (const session of sessions) {
      const actions = new Set(events.get(idOf(session))?.map(({ action }) => action));
      const problem = problemOf(session, actions, isActive.get(session.account_id));
      yield [`sessions ${idOf(session)}`, problem];
    }
  },
);

/** @param isActive whether its account is; undefined: there is no such account */
function problemOf(
  { revoked_at, expires_at, absolute_expires_at }: StoredDocuments['sessions'][number],
  actions: ReadonlySet<string>,
  isActive: boolean | undefined,
): string | undefined {
  const hasEnded = revoked_at != null;
  const problems: readonly (readonly [boolean, string])[] = [
    [!actions.has('session_created'), 'has no record of its creation'],
    [hasEnded && !actions.has('session_ended'), 'has ended, and no record tells of it'],
    [!hasEnded && actions.has('session_ended'), 'has ended by its record, and has not'],
    [expires_at > absolute_expires_at, 'outlives its absolute limit'],
    [isActive === undefined, 'belongs to no account'],
    [!hasEnded && isActive === false, 'is alive, and its account is deleted'],
  ];
  return problems.find(([is]) => is)?.[1];
}
