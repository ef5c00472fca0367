import { defineInvariant, unless } from './invariant.ts';
import { idOf, numberOf, type StoredDocuments } from './stored-documents.ts';

const MAXIMUM_TRIES = 5;
const STATUSES = new Set(['queued', 'sent', 'suppressed', 'expired', 'dropped', 'dead']);

/** A secret and the message that carries it are stored in one transaction. */
export const secretsWithMessages = defineInvariant(
  'no one-time password and no reset token without the message that carries it',
  function* ({ accounts, otps, passwordResetTokens, deliveries }) {
    const messages = Map.groupBy(deliveries, ({ account_id, topic }) => `${topic} ${account_id}`);
    const countOf = (topic: string, id: string) => messages.get(`${topic} ${id}`)?.length ?? 0;
    const holders = Map.groupBy(accounts, numberOf);
    for (const [number, passwords] of Map.groupBy(otps, numberOf)) {
      const ids = holders.get(number)?.map(idOf) ?? [];
      const count = ids.reduce((sum, id) => sum + countOf('one-time-password', id), 0);
      const problem = `has ${passwords.length} one-time passwords and ${count} messages`;
      yield [number, unless(passwords.length <= count, problem)];
    }
    const byAccount = Map.groupBy(passwordResetTokens, ({ account }) => account.toHexString());
    for (const [account, tokens] of byAccount) {
      const count = countOf('password-reset', account);
      const problem = `has ${tokens.length} reset tokens and ${count} messages`;
      yield [`accounts ${account}`, unless(tokens.length <= count, problem)];
    }
  },
);

export const consistentSecrets = defineInvariant(
  'no one-time password that can be used too often',
  function* ({ otps }) {
    for (const otp of otps) {
      const subject = `otps ${idOf(otp)}`;
      const problem = `counts ${otp.attempts} tries, and ${MAXIMUM_TRIES} are allowed`;
      yield [subject, unless(otp.attempts <= MAXIMUM_TRIES, problem)];
      yield [subject, unless(!otp.active || otp.status !== 'SUCCESS', 'is used, and still live')];
    }
  },
);

export const consistentDeliveries = defineInvariant(
  'no message of nobody, and none that is neither queued nor finished',
  function* ({ accounts, deliveries }) {
    const ids = new Set(accounts.map(idOf));
    for (const delivery of deliveries) {
      const isOfSomebody = ids.has(delivery.account_id);
      const problem = isOfSomebody ? problemOf(delivery) : 'is for an account that is not there';
      yield [`notification_deliveries ${idOf(delivery)}`, problem];
    }
  },
);

export const finishedJobRuns = defineInvariant(
  'no finished run of a job without an end',
  function* ({ jobRuns }) {
    for (const run of jobRuns) {
      const ended = run.ended_at != null;
      const problem = `is ${run.status} ${ended ? 'and has an end' : 'without an end'}`;
      yield [`job_run ${idOf(run)}`, unless(ended === (run.status !== 'running'), problem)];
    }
  },
);

function problemOf(delivery: StoredDocuments['deliveries'][number]): string | undefined {
  const { status, payload, leased_until } = delivery;
  if (!STATUSES.has(status)) {
    return `has the status ${status}`;
  }
  if (status === 'queued') {
    return unless(payload !== undefined, 'is queued, and has nothing to send');
  }
  if (leased_until != null) {
    return `is ${status}, and leased`;
  }
  return unless(payload === undefined || status === 'dead', `is ${status}, and kept`);
}
