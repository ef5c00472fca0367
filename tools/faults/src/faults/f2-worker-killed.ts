import { ApiClient, type PhoneNumber } from '../load/api-client.ts';
import { countQueuedMessages } from '../load/drain.ts';
import { assertSuccess } from '../load/people.ts';
import { makePhoneNumber, toE164 } from '../load/identities.ts';
import { checkInvariants } from '../invariants/check-invariants.ts';
import type { SmsSink } from '../sinks/sms-sink.ts';
import { findPorts, type Stage } from '../stage/stage.ts';
import { waitUntil } from '../stage/wait-until.ts';
import { checkAtMost, checkCount, checkFindings, checkTime } from './check.ts';
import { byMode, type Fault, type FaultContext } from './fault.ts';

const KILLS = { quick: 10, full: 100 };
/** The longest that a worker of this fault lives, in messages. */
const LONGEST_LIFE = 4;
/** Long enough that what was taken last is still unanswered when the worker is killed. */
const SINK_DELAY_MILLISECONDS = 150;
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
    for (let message = 0; message < kill % LONGEST_LIFE; message += 1) {
      accepted.push(await acceptAndSend(client, stage));
    }
    accepted.push(...(await sendUntilAlone(client, stage)));
    await worker.kill();
    progress(kill + 1, kills);
  }
  client.close();
  return accepted;
}

/**
 * Sends until a message is the only one under way, and resolves while it is: a worker sends several
 * at a time, and a kill doubles each of them.
 */
async function sendUntilAlone(client: ApiClient, stage: Stage): Promise<PhoneNumber[]> {
  const accepted: PhoneNumber[] = [];
  for (;;) {
    const number = await acceptAndBegin(client, stage.sms);
    accepted.push(number);
    if (!(await isAnotherUnderWay(stage))) {
      return accepted;
    }
    await untilSent(stage, number);
  }
}

async function acceptAndSend(client: ApiClient, stage: Stage): Promise<PhoneNumber> {
  const number = await acceptAndBegin(client, stage.sms);
  await untilSent(stage, number);
  return number;
}

/** Resolves as soon as the provider has the message, and before it says so. */
async function acceptAndBegin(client: ApiClient, sms: SmsSink): Promise<PhoneNumber> {
  const number = makePhoneNumber();
  assertSuccess('signing up by phone', await client.signUpByPhone(number));
  await waitUntil(
    { what: 'The message', limitMilliseconds: TAKE_LIMIT_MILLISECONDS, pauseMilliseconds: 1 },
    async () => sms.takenBy(toE164(number))[0],
  );
  return number;
}

/** Whether a worker has taken over what a killed one left, and is not done with it. */
async function isAnotherUnderWay({ databaseServer }: Stage): Promise<boolean> {
  const taken = { status: 'queued', attempts: { $gte: 2 }, leased_until: { $gt: new Date() } };
  const deliveries = databaseServer.database().collection('notification_deliveries');
  return (await deliveries.countDocuments(taken)) > 0;
}

async function untilSent({ databaseServer }: Stage, number: PhoneNumber): Promise<void> {
  const database = databaseServer.database();
  const account = await database
    .collection('accounts')
    .findOne({ 'phone_number.phone_number': number.phone_number });
  const sent = { account_id: account?._id.toHexString(), status: 'sent' };
  await waitUntil(
    {
      what: 'The message is sent',
      limitMilliseconds: TAKE_LIMIT_MILLISECONDS,
      pauseMilliseconds: 5,
    },
    async () => (await database.collection('notification_deliveries').findOne(sent)) ?? undefined,
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
