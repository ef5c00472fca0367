import type { Db } from 'mongodb';

import { checkInvariants } from '../invariants/check-invariants.ts';
import { countUnfinished } from '../load/drain.ts';
import { makePhoneNumber, toE164 } from '../load/identities.ts';
import { assertSuccess } from '../load/people.ts';
import { Tally } from '../load/tally.ts';
import type { SinkBehaviour } from '../sinks/sink-behaviour.ts';
import type { Stage } from '../stage/stage.ts';
import { waitUntil } from '../stage/wait-until.ts';
import { checkCount, checkFindings, checkThat, formatTime, type Check } from './check.ts';
import { byMode, type Fault, type FaultContext, type Mode } from './fault.ts';
import { ProviderLoad } from './provider-load.ts';

interface Phase {
  readonly behaviour: SinkBehaviour;
  /** Each after as long a time in which the providers are well, at most {@link HEALTHY_MILLISECONDS}. */
  readonly slices: number;
  readonly milliseconds: number;
}

/** In slices, so that what else the machine does slows the good and the bad times alike. */
const PHASES: Readonly<Record<Mode, readonly Phase[]>> = {
  quick: [
    { behaviour: 'fail', slices: 2, milliseconds: 1_000 },
    { behaviour: 'throttle', slices: 2, milliseconds: 1_000 },
    { behaviour: 'hang', slices: 2, milliseconds: 1_000 },
    { behaviour: 'drop', slices: 2, milliseconds: 1_000 },
  ],
  full: [
    { behaviour: 'throttle', slices: 6, milliseconds: 10_000 },
    { behaviour: 'drop', slices: 6, milliseconds: 10_000 },
    { behaviour: 'hang', slices: 1, milliseconds: 60_000 },
    { behaviour: 'fail', slices: 1, milliseconds: 600_000 },
  ],
};
const HEALTHY_MILLISECONDS = 30_000;
const REFUSED_NUMBERS = 10;
/** How much slower an answer may be in the 95th percentile: a part of it, or so many milliseconds. */
const SLOWER = {
  quick: { part: 2, milliseconds: 200 },
  full: { part: 0.1, milliseconds: 5 },
};
const LIFE_OF_CODE_MILLISECONDS = 5 * 60_000;
/** After the last message is due again. */
const DRAIN_MILLISECONDS = 90_000;

export const providersDown: Fault = {
  id: 'F6',
  title: 'providers failing, throttling, hanging and dropping connections',
  run: async (context) => {
    const { mode, stage } = context;
    const { port } = await stage.start({ role: 'api' });
    await stage.start({ role: 'worker' });
    const load = await ProviderLoad.prepare(port);
    const refused = await requestRefusedTexts(load, stage);
    const times = await misbehave(context, load);
    const drainTime = await untilDrained(stage);
    load.close();
    return [
      ...judgeTimes(times, mode),
      ...(await judgeMessages(stage, load, refused)),
      checkThat('the backlog drains', drainTime !== undefined, formatDrain(drainTime), 'yes'),
      checkFindings('no half state', await checkInvariants(stage.databaseServer.database())),
    ];
  },
};

type Times = ReadonlyMap<SinkBehaviour, Tally>;

/** Messages that the provider will never take: each becomes a dead letter, and nothing else does. */
async function requestRefusedTexts(
  load: ProviderLoad,
  { sms }: Stage,
): Promise<ReadonlySet<string>> {
  const numbers = Array.from({ length: REFUSED_NUMBERS }, makePhoneNumber);
  const refused = new Set(numbers.map(toE164));
  sms.refuse(refused);
  for (const number of numbers) {
    assertSuccess('signing up by phone', await load.requestText(number));
  }
  return refused;
}

/** Healthy in between, so that each way is compared with what the machine did just before. */
async function misbehave(
  { mode, stage, progress }: FaultContext,
  load: ProviderLoad,
): Promise<Times> {
  const phases = PHASES[mode];
  const times = new Map<SinkBehaviour, Tally>([['accept', new Tally()]]);
  const run = async (behaviour: SinkBehaviour, milliseconds: number): Promise<void> => {
    stage.sms.behave(behaviour);
    stage.email.behave(behaviour);
    const { outcomes } = await load.run(milliseconds);
    const tally = times.get(behaviour) ?? new Tally();
    outcomes.forEach((outcome) => tally.add(outcome));
    times.set(behaviour, tally);
  };
  for (const [index, { behaviour, slices, milliseconds }] of phases.entries()) {
    for (let slice = 0; slice < slices; slice += 1) {
      await run('accept', Math.min(milliseconds, HEALTHY_MILLISECONDS));
      await run(behaviour, milliseconds);
    }
    progress(index + 1, phases.length);
  }
  stage.sms.behave('accept');
  stage.email.behave('accept');
  return times;
}

/** @returns how long it took; undefined when something is left */
async function untilDrained({ databaseServer }: Stage): Promise<number | undefined> {
  const database = databaseServer.database();
  const startedAt = performance.now();
  const limitMilliseconds = (await timeUntilLastIsDue(database)) + DRAIN_MILLISECONDS;
  try {
    await waitUntil(
      { what: 'The queues are empty', limitMilliseconds, pauseMilliseconds: 200 },
      async () => ((await countUnfinished(database)) === 0 ? true : undefined),
    );
    return performance.now() - startedAt;
  } catch {
    return undefined;
  }
}

async function timeUntilLastIsDue(database: Db): Promise<number> {
  const [last] = await database
    .collection<{ next_attempt_at: Date }>('notification_deliveries')
    .find({ status: 'queued' })
    .sort({ next_attempt_at: -1 })
    .limit(1)
    .toArray();
  return Math.max(0, (last?.next_attempt_at.getTime() ?? 0) - Date.now());
}

function judgeTimes(times: Times, mode: Mode): Check[] {
  const healthy = times.get('accept') ?? new Tally();
  const before = healthy.percentile(0.95);
  const { part, milliseconds } = byMode(mode, SLOWER);
  const limit = Math.max(before * (1 + part), before + milliseconds);
  return [...times].map(([behaviour, tally]) => {
    const measured = `${formatTime(tally.percentile(0.95))}; ${tally.describe()}`;
    const met = tally.percentile(0.95) <= limit && tally.countOthers(201) === 0;
    return checkThat(
      `p95 of the API while providers ${behaviour}`,
      met,
      measured,
      `at most ${formatTime(limit)}, success`,
    );
  });
}

async function judgeMessages(
  { databaseServer, sms, email }: Stage,
  load: ProviderLoad,
  refused: ReadonlySet<string>,
): Promise<Check[]> {
  const deliveries = databaseServer.database().collection('notification_deliveries');
  const expired = await deliveries.countDocuments({ status: 'expired' });
  const numbers = [...load.acceptedNumbers].filter(([number]) => !refused.has(number));
  const received = numbers.filter(([number]) => sms.takenBy(number).length > 0);
  const late = received.filter(([number, acceptedAt]) =>
    sms.takenBy(number).some(({ takenAt }) => takenAt - acceptedAt > LIFE_OF_CODE_MILLISECONDS),
  );
  const missing = [...load.acceptedAddresses].map(([address, count]) =>
    Math.max(0, count - email.takenBy(address).length),
  );
  return [
    checkCount('dead letters', await deliveries.countDocuments({ status: 'dead' }), refused.size),
    checkCount(
      `of ${numbers.length} codes accepted, neither sent nor outlived`,
      Math.max(0, numbers.length - received.length - expired),
      0,
    ),
    checkCount('codes sent after their life', late.length, 0),
    checkCount(
      `of ${[...load.acceptedAddresses.values()].reduce((sum, count) => sum + count, 0)} mails accepted, not sent`,
      missing.reduce((sum, count) => sum + count, 0),
      0,
    ),
  ];
}

function formatDrain(milliseconds: number | undefined): string {
  return milliseconds === undefined ? 'something is left' : formatTime(milliseconds);
}
