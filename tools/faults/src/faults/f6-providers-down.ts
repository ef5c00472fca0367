import { setTimeout as delay } from 'node:timers/promises';

import {
  isSuccess,
  pollUntil,
  Tally,
  type ByMode,
  type Outcome,
  type SinkBehaviour,
} from '@org/harness';
import type { Db } from 'mongodb';

import {
  assertSuccess,
  makePhoneNumber,
  signUpAndLogIn,
  toE164,
  type ApiClient,
} from '../load/api-client.ts';
import { startPacedLoad } from '../load/load.ts';
import { checkCount, checkThat, formatTime, type Check } from './check.ts';
import { countUnfinished, type Fault, type FaultContext } from './fault.ts';

/**
 * In slices, so that what else the machine does slows the good and the bad times alike; each after as
 * long a time in which the providers are well, at most {@link HEALTHY_MILLISECONDS}.
 */
type Phase = readonly [behaviour: SinkBehaviour, slices: number, milliseconds: number];

const PHASES: ByMode<readonly Phase[]> = {
  quick: (['fail', 'throttle', 'hang', 'drop'] as const).map((behaviour) => [behaviour, 2, 1_000]),
  full: [
    ['throttle', 6, 10_000],
    ['drop', 6, 10_000],
    ['hang', 1, 60_000],
    ['fail', 1, 600_000],
  ],
};
const HEALTHY_MILLISECONDS = 30_000;
const REQUESTS_PER_SECOND = 20;
/** Who asks for mail, in turn: a reset needs an account, and making one costs a hash. */
const PEOPLE = 10;
const REFUSED_NUMBERS = 10;
/** How much slower an answer may be in the 95th percentile: a part of it, or so many milliseconds. */
const SLOWER = { part: 0.1, milliseconds: 5 };
/** A quick run has so few answers that one pause of the machine is their 95th percentile. */
const SMALLEST_MILLISECONDS = { quick: 100, full: 0 };
const LIFE_OF_CODE_MILLISECONDS = 5 * 60_000;
/** After the last message is due again. */
const DRAIN_MILLISECONDS = 90_000;

/** What was asked of the providers, and accepted by the program. */
interface Accepted {
  /** When the message to a number was accepted, by `performance.now()`. */
  readonly numbers: Map<string, number>;
  /** How many messages to an address were accepted. */
  readonly addresses: Map<string, number>;
}

export const providersDown: Fault = {
  id: 'F6',
  title: 'providers failing, throttling, hanging and dropping connections',
  run: async (context) => {
    const { stage, database } = context;
    const client = stage.connect(await stage.start({ role: 'api' }));
    await stage.start({ role: 'worker' });
    // Each becomes a dead letter, and nothing else does.
    const refused = Array.from({ length: REFUSED_NUMBERS }, makePhoneNumber);
    stage.sms.refuse(refused.map(toE164));
    for (const number of refused) {
      assertSuccess('signing up by phone', await client.signUpByPhone(number));
    }
    const accepted: Accepted = { numbers: new Map(), addresses: new Map() };
    const times = await misbehave(context, await prepareRequests(client, accepted));
    const drainTime = await drain(database);
    const drained = drainTime === undefined ? 'something is left' : formatTime(drainTime);
    return [
      ...judgeTimes(context, times),
      ...(await judgeMessages(context, accepted)),
      checkThat('the backlog drains', drainTime !== undefined, drained, 'yes'),
      await context.checkInvariants(),
    ];
  },
};

/** Half of the requests have a text message sent, half a mail; each is noted if it is accepted. */
async function prepareRequests(client: ApiClient, { numbers, addresses }: Accepted) {
  const usernames: string[] = [];
  while (usernames.length < PEOPLE) {
    usernames.push((await signUpAndLogIn(client)).credentials.username);
  }
  let sent = 0;
  return async (): Promise<Outcome> => {
    sent += 1;
    if (sent % 2 === 0) {
      const number = makePhoneNumber();
      const outcome = await client.signUpByPhone(number);
      if (isSuccess(outcome)) {
        numbers.set(toE164(number), performance.now());
      }
      return outcome;
    }
    const username = usernames[sent % PEOPLE] ?? '';
    const outcome = await client.requestPasswordReset(username);
    const count = addresses.get(username) ?? 0;
    addresses.set(username, count + (isSuccess(outcome) ? 1 : 0));
    return outcome;
  };
}

type Times = ReadonlyMap<SinkBehaviour, Tally>;

/** Healthy in between, so that each way is compared with what the machine did just before. */
async function misbehave(context: FaultContext, request: () => Promise<Outcome>): Promise<Times> {
  const { mode, stage } = context;
  const times = new Map<SinkBehaviour, Tally>();
  const run = async (behaviour: SinkBehaviour, milliseconds: number): Promise<void> => {
    stage.sms.behave(behaviour);
    stage.email.behave(behaviour);
    const load = startPacedLoad(REQUESTS_PER_SECOND, request);
    await delay(milliseconds);
    const tally = times.get(behaviour) ?? new Tally();
    tally.add(...(await load.stop()).outcomes);
    times.set(behaviour, tally);
  };
  await context.each(PHASES[mode], async ([behaviour, slices, milliseconds]) => {
    for (let slice = 0; slice < slices; slice += 1) {
      await run('accept', Math.min(milliseconds, HEALTHY_MILLISECONDS));
      await run(behaviour, milliseconds);
    }
  });
  stage.sms.behave('accept');
  stage.email.behave('accept');
  return times;
}

/** @returns how long it took; undefined if something is left */
async function drain(database: Db): Promise<number | undefined> {
  const startedAt = performance.now();
  const last = await database
    .collection<{ next_attempt_at: Date }>('notification_deliveries')
    .findOne({ status: 'queued' }, { sort: { next_attempt_at: -1 } });
  const untilDue = Math.max(0, (last?.next_attempt_at.getTime() ?? 0) - Date.now());
  const isDrained = async () => (await countUnfinished(database)) === 0;
  const drained = await pollUntil(isDrained, untilDue + DRAIN_MILLISECONDS, 200);
  return drained === true ? performance.now() - startedAt : undefined;
}

function judgeTimes(context: FaultContext, times: Times): Check[] {
  const accepting = times.get('accept')?.percentile(0.95) ?? Number.NaN;
  const before = Math.max(accepting, SMALLEST_MILLISECONDS[context.mode]);
  const limit = Math.max(before * (1 + SLOWER.part), before + SLOWER.milliseconds);
  return [...times].flatMap(([behaviour, tally]) => {
    const name = `p95 of the API while providers ${behaviour} (${String(tally)})`;
    return [
      context.checkTime(name, tally.percentile(0.95), limit),
      checkCount(
        `requests without success while providers ${behaviour}`,
        tally.countOthers(201),
        0,
      ),
    ];
  });
}

async function judgeMessages(
  { database, stage: { sms, email } }: FaultContext,
  { numbers, addresses }: Accepted,
): Promise<Check[]> {
  const deliveries = database.collection('notification_deliveries');
  const dead = await deliveries.countDocuments({ status: 'dead' });
  const expired = await deliveries.countDocuments({ status: 'expired' });
  const sent = [...numbers].filter(([number]) => sms.takenBy(number).length > 0);
  const late = sent.filter(([number, acceptedAt]) =>
    sms.takenBy(number).some(({ takenAt }) => takenAt - acceptedAt > LIFE_OF_CODE_MILLISECONDS),
  );
  const unsent = Math.max(0, numbers.size - sent.length - expired);
  let mails = 0;
  let missing = 0;
  for (const [address, count] of addresses) {
    mails += count;
    missing += Math.max(0, count - email.takenBy(address).length);
  }
  return [
    checkCount('dead letters', dead, REFUSED_NUMBERS),
    checkCount(`of ${numbers.size} codes accepted, neither sent nor outlived`, unsent, 0),
    checkCount('codes sent after their life', late.length, 0),
    checkCount(`of ${mails} mails accepted, not sent`, missing, 0),
  ];
}
