import { defineInvariant, unless } from './invariant.ts';
import { groupBy, idOf, type AuditDocument, type SessionDocument } from './stored-documents.ts';

export const consistentSessions = defineInvariant(
  'no session that is half of one, of nobody, or unrecorded',
  function* ({ accounts, sessions, audit }) {
    const activeIds = new Set(accounts.filter(({ active }) => active).map(idOf));
    const ids = new Set(accounts.map(idOf));
    const events = groupBy(
      audit.filter(({ resource_type }) => resource_type === 'sessions'),
      ({ resource_id }) => resource_id,
    );
    for (const session of sessions) {
      const problem =
        findProblem(session, events.get(idOf(session)) ?? []) ??
        findOrphan(session, ids, activeIds);
      yield unless(problem === undefined, `sessions ${idOf(session)}`, problem ?? '');
    }
  },
);

function findProblem(
  { revoked_at, expires_at, absolute_expires_at }: SessionDocument,
  events: readonly AuditDocument[],
): string | undefined {
  const actions = new Set(events.map(({ action }) => action));
  if (!actions.has('session_created')) {
    return 'has no record of its creation';
  }
  if (revoked_at != null && !actions.has('session_ended')) {
    return 'has ended, and no record tells of it';
  }
  if (revoked_at == null && actions.has('session_ended')) {
    return 'has ended by its record, and has not';
  }
  return expires_at > absolute_expires_at ? 'outlives its absolute limit' : undefined;
}

function findOrphan(
  { account_id, revoked_at }: SessionDocument,
  ids: ReadonlySet<string>,
  activeIds: ReadonlySet<string>,
): string | undefined {
  if (!ids.has(account_id)) {
    return 'belongs to no account';
  }
  return revoked_at == null && !activeIds.has(account_id)
    ? 'is alive, and its account is deleted'
    : undefined;
}
