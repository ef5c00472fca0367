import { defineInvariant, unless } from './invariant.ts';
import {
  groupBy,
  idOf,
  numberOf,
  type DeliveryDocument,
  type StoredDocuments,
} from './stored-documents.ts';

const MAXIMUM_TRIES = 5;
const STATUSES = new Set(['queued', 'sent', 'suppressed', 'expired', 'dropped', 'dead']);

/** A secret and the message that carries it are stored in one transaction. */
export const secretsWithMessages = defineInvariant(
  'no one-time password and no reset token without the message that carries it',
  function* (stored) {
    yield* findUnsentPasswords(stored);
    yield* findUnsentTokens(stored);
  },
);

export const consistentSecrets = defineInvariant(
  'no one-time password that can be used too often',
  function* ({ otps }) {
    for (const otp of otps) {
      const subject = `otps ${idOf(otp)}`;
      const problem = `counts ${otp.attempts} tries, and ${MAXIMUM_TRIES} are allowed`;
      yield unless(otp.attempts <= MAXIMUM_TRIES, subject, problem);
      yield unless(!(otp.active && otp.status === 'SUCCESS'), subject, 'is used, and still live');
    }
  },
);

export const consistentDeliveries = defineInvariant(
  'no message of nobody, and none that is neither queued nor finished',
  function* ({ accounts, deliveries }) {
    const ids = new Set(accounts.map(idOf));
    for (const delivery of deliveries) {
      const problem = ids.has(delivery.account_id)
        ? findProblem(delivery)
        : 'is for an account that is not there';
      yield unless(
        problem === undefined,
        `notification_deliveries ${idOf(delivery)}`,
        problem ?? '',
      );
    }
  },
);

export const finishedJobRuns = defineInvariant(
  'no finished run of a job without an end',
  function* ({ jobRuns }) {
    for (const run of jobRuns) {
      const ended = run.ended_at != null;
      const problem = `is ${run.status} ${ended ? 'and has an end' : 'without an end'}`;
      yield unless(ended === (run.status !== 'running'), `job_run ${idOf(run)}`, problem);
    }
  },
);

function* findUnsentPasswords({ accounts, otps, deliveries }: StoredDocuments) {
  const messages = countByAccount(deliveries, 'one-time-password');
  const holders = groupBy(
    accounts.filter(({ phone_number }) => phone_number !== null),
    ({ phone_number }) => (phone_number === null ? '' : numberOf(phone_number)),
  );
  for (const [number, passwords] of groupBy(otps, (otp) => numberOf(otp.phone_number))) {
    const sent = (holders.get(number) ?? []).map((account) => messages.get(idOf(account)) ?? 0);
    const count = sent.reduce((sum, each) => sum + each, 0);
    const problem = `has ${passwords.length} one-time passwords and ${count} messages`;
    yield unless(passwords.length <= count, number, problem);
  }
}

function* findUnsentTokens({ passwordResetTokens, deliveries }: StoredDocuments) {
  const messages = countByAccount(deliveries, 'password-reset');
  for (const [account, tokens] of groupBy(passwordResetTokens, (token) =>
    token.account.toHexString(),
  )) {
    const count = messages.get(account) ?? 0;
    const problem = `has ${tokens.length} reset tokens and ${count} messages`;
    yield unless(tokens.length <= count, `accounts ${account}`, problem);
  }
}

function countByAccount(
  deliveries: readonly DeliveryDocument[],
  topic: string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { account_id } of deliveries.filter((delivery) => delivery.topic === topic)) {
    counts.set(account_id, (counts.get(account_id) ?? 0) + 1);
  }
  return counts;
}

function findProblem({ status, payload, leased_until }: DeliveryDocument): string | undefined {
  if (!STATUSES.has(status)) {
    return `has the status ${status}`;
  }
  if (status === 'queued') {
    return payload === undefined ? 'is queued, and has nothing to send' : undefined;
  }
  if (leased_until != null) {
    return `is ${status}, and leased`;
  }
  return payload !== undefined && status !== 'dead' ? `is ${status}, and kept` : undefined;
}
