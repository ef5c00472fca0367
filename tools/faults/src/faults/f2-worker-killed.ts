import { ApiClient, type PhoneNumber } from '../load/api-client.ts';
import { countQueuedMessages } from '../load/drain.ts';
import { makePhoneNumber, toE164 } from '../load/identities.ts';
import { isSuccess } from '../http/http-client.ts';
import { checkInvariants } from '../invariants/check-invariants.ts';
import type { SmsSink } from '../sinks/sms-sink.ts';
import { findPorts } from '../stage/stage.ts';
import { waitUntil } from '../stage/wait-until.ts';
import { checkAtMost, checkCount, checkFindings, checkTime } from './check.ts';
import { byMode, type Fault, type FaultContext } from './fault.ts';

const KILLS = { quick: 10, full: 100 };
const MESSAGES_PER_KILL = 10;
/** Long enough that what was taken last is still unanswered when the worker is killed. */
const SINK_DELAY_MILLISECONDS = 50;
const TAKE_LIMIT_MILLISECONDS = 90_000;
const LEASES_FREED_MILLISECONDS = 60_000;
const WAIT_LIMIT_MILLISECONDS = 240_000;

export const workerKilled: Fault = {
  id: 'F2',
  title: 'kill -9 of the worker mid-send',
  run: async (context) => {
    const { mode, stage } = context;
    const kills = byMode(mode, KILLS);
    stage.sms.delayMilliseconds = SINK_DELAY_MILLISECONDS;
    const accepted = await killOverAndOver(context, kills);
    const drainTime = await drain(context);
    const received = accepted.map((number) => stage.sms.takenBy(toE164(number)).length);
    const duplicates = received.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
    return [
      checkCount(
        `messages lost of ${accepted.length} accepted`,
        received.filter((count) => count === 0).length,
        0,
      ),
      checkAtMost(`messages sent twice in ${kills} kills`, duplicates, kills),
      checkTime('last message after the last kill', drainTime, LEASES_FREED_MILLISECONDS, mode),
      checkFindings('no half state', await checkInvariants(stage.databaseServer.database())),
    ];
  },
};

/** @returns the numbers to which a message was accepted */
async function killOverAndOver(
  { stage, progress }: FaultContext,
  kills: number,
): Promise<PhoneNumber[]> {
  const { port } = await stage.start({ role: 'api' });
  const client = new ApiClient(port);
  const ports = await findPorts();
  const accepted: PhoneNumber[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const worker = await stage.spawn({ role: 'worker', ports });
    const taken = stage.sms.taken.length;
    accepted.push(...(await acceptMessages(client)));
    // Not always the first: a worker is killed early and late in its work.
    await untilTaken(stage.sms, taken + 1 + (kill % (MESSAGES_PER_KILL / 2)));
    await worker.kill();
    progress(kill + 1, kills);
  }
  client.close();
  return accepted;
}

async function acceptMessages(client: ApiClient): Promise<PhoneNumber[]> {
  const numbers = Array.from({ length: MESSAGES_PER_KILL }, makePhoneNumber);
  const outcomes = await Promise.all(numbers.map((number) => client.signUpByPhone(number)));
  return numbers.filter((_, index) => isSuccess(outcomes[index]!));
}

async function untilTaken(sms: SmsSink, count: number): Promise<void> {
  await waitUntil(
    { what: `${count} messages`, limitMilliseconds: TAKE_LIMIT_MILLISECONDS, pauseMilliseconds: 1 },
    async () => (sms.taken.length >= count ? true : undefined),
  );
}

/** @returns milliseconds that a worker needs for everything that the killed ones left */
async function drain({ stage }: FaultContext): Promise<number> {
  const startedAt = performance.now();
  await stage.start({ role: 'worker' });
  await waitUntil(
    { what: 'No message is queued', limitMilliseconds: WAIT_LIMIT_MILLISECONDS },
    async () =>
      (await countQueuedMessages(stage.databaseServer.database())) === 0 ? true : undefined,
  );
  return performance.now() - startedAt;
}
