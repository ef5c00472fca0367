import { waitUntil } from '@org/harness';

import {
  assertSuccess,
  makePhoneNumber,
  toE164,
  type ApiClient,
  type PhoneNumber,
} from '../load/api-client.ts';
import { checkAtMost, checkCount } from './check.ts';
import type { Fault, FaultContext } from './fault.ts';

const KILLS = { quick: 5, full: 100 };
/** The longest that a worker of this fault lives, in messages. */
const LONGEST_LIFE = 4;
/** Long enough that what was taken last is still unanswered when the worker is killed. */
const SINK_DELAY_MILLISECONDS = 150;

export const workerKilled: Fault = {
  id: 'F2',
  title: 'kill -9 of the worker mid-send',
  run: async (context) => {
    const { mode, stage } = context;
    stage.sms.delayMilliseconds = SINK_DELAY_MILLISECONDS;
    const client = stage.connect(await stage.start({ role: 'api' }));
    const accepted: PhoneNumber[] = [];
    await context.rounds(KILLS, async (kill) => {
      const worker = await stage.launch({ role: 'worker' });
      accepted.push(await beginMessage(context, client));
      // A worker sends several at a time, and a kill doubles each of them.
      for (
        let life = 1;
        life <= kill % LONGEST_LIFE || (await isAnotherUnderWay(context));
        life += 1
      ) {
        await untilSent(context, accepted.at(-1));
        accepted.push(await beginMessage(context, client));
      }
      await worker.kill();
    });
    const killedAt = performance.now();
    await stage.start({ role: 'worker' });
    await context.untilDrained(240_000);
    const drainTime = performance.now() - killedAt;
    const received = accepted.map((number) => stage.sms.takenBy(toE164(number)).length);
    const lost = received.filter((count) => count === 0).length;
    const twice = received.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
    return [
      checkCount(`messages lost of ${accepted.length} accepted`, lost, 0),
      checkAtMost(`messages sent twice in ${KILLS[mode]} kills`, twice, KILLS[mode]),
      context.checkTime('last message after the last kill', drainTime, 60_000),
      await context.checkInvariants(),
    ];
  },
};

/** Resolves as soon as the provider has a new message, and before it says so. */
async function beginMessage({ stage }: FaultContext, client: ApiClient): Promise<PhoneNumber> {
  const number = makePhoneNumber();
  assertSuccess('signing up by phone', await client.signUpByPhone(number));
  const hasCome = () => stage.sms.takenBy(toE164(number)).length > 0;
  await waitUntil('The message', hasCome, 1);
  return number;
}

/** Whether a worker has taken over what a killed one left, and is not done with it. */
async function isAnotherUnderWay({ database }: FaultContext): Promise<boolean> {
  const taken = { status: 'queued', attempts: { $gte: 2 }, leased_until: { $gt: new Date() } };
  return (await database.collection('notification_deliveries').countDocuments(taken)) > 0;
}

async function untilSent({ database }: FaultContext, number?: PhoneNumber): Promise<void> {
  const accounts = database.collection('accounts');
  const account = await accounts.findOne({ 'phone_number.phone_number': number?.phone_number });
  const sent = { account_id: account?._id.toHexString(), status: 'sent' };
  const isSent = async () =>
    (await database.collection('notification_deliveries').countDocuments(sent)) > 0;
  await waitUntil('The message is sent', isSent, 5);
}
