import { quantile, storeCopies, waitUntil, type ServerProgram, type SmsSink } from '@org/harness';
import type { Db, Document, WithId } from 'mongodb';

import { DEPLOYED, type Bench } from '../bench.ts';
import type { Comparison } from '../comparison.ts';
import type { Cell } from './cell.ts';

const NAME = 'OTP delivery';
const DATABASE = 'otp-delivery';
const DELIVERIES = 'notification_deliveries';
const BULK_PRIORITY = 30;
const FIRST_NUMBER = 9_600_000_000;
const PART = 0.95;
const WARM_UP_MESSAGES = 10;

const PLANS = {
  quick: { rounds: 2, messages: 10, waiting: 10_000 },
  full: { rounds: 3, messages: 60, waiting: 50_000 },
};

/** Milliseconds from the request, in the 95th percentile. */
interface Sample {
  readonly answered: number;
  readonly delivered: number;
}

let numbersUsed = 0;

/** From the request for a one-time password until the provider has it, alone and beside a backlog. */
export const otpDelivery: Cell = {
  name: NAME,
  measure: async ({ bench, mode, report }) => {
    const { rounds, messages, waiting } = PLANS[mode];
    const database = bench.database(DATABASE);
    const pattern = await makeDelivery(bench, database);
    const server = await bench.start(DEPLOYED.program, { role: 'all', database: DATABASE });
    const measureRounds = async (): Promise<readonly Sample[]> => {
      const samples: Sample[] = [];
      while (samples.length < rounds) {
        const sample = await measureMessages(server, bench.sms, messages);
        report(`p95 ${sample.delivered.toFixed(0)} ms`);
        samples.push(sample);
      }
      return samples;
    };
    await measureMessages(server, bench.sms, WARM_UP_MESSAGES);
    const alone = await measureRounds();
    report(`storing ${waiting} rows`);
    await storeBacklog(database, pattern, waiting);
    const beside = await measureRounds();
    const left = await countBacklog(database);
    report(`${left} rows still wait`);
    if (left === 0) {
      throw new Error('The backlog ended before the measurement did.');
    }
    await server.kill();
    await database.dropDatabase();
    return compareTimes(alone, beside);
  },
};

function compareTimes(alone: readonly Sample[], beside: readonly Sample[]): Comparison[] {
  const deliveredAlone = alone.map(({ delivered }) => delivered);
  return [
    {
      name: `${NAME}, p95 idle`,
      unit: 'ms',
      measured: deliveredAlone,
      base: { label: 'its answer', samples: alone.map(({ answered }) => answered) },
    },
    {
      name: `${NAME}, p95 with bulk rows waiting`,
      unit: 'ms',
      measured: beside.map(({ delivered }) => delivered),
      base: { label: 'idle', samples: deliveredAlone },
    },
  ];
}

/** One after the other, so that none waits for another. */
async function measureMessages(
  server: ServerProgram,
  sms: SmsSink,
  messages: number,
): Promise<Sample> {
  const answered: number[] = [];
  const delivered: number[] = [];
  while (delivered.length < messages) {
    const sentAt = performance.now();
    const number = await requestCode(server);
    answered.push(performance.now() - sentAt);
    delivered.push((await sms.received(number)).takenAt - sentAt);
  }
  return { answered: quantile(answered, PART), delivered: quantile(delivered, PART) };
}

/** @returns the number, which nobody had */
async function requestCode(server: ServerProgram): Promise<string> {
  numbersUsed += 1;
  const phone_number = { country_code: '+91', phone_number: String(FIRST_NUMBER + numbersUsed) };
  await server.request({ method: 'POST', path: '/api/accounts', body: { phone_number } }, 201);
  return `+91${phone_number.phone_number}`;
}

/** A message as the program queues it, stored while no worker runs. */
async function makeDelivery(bench: Bench, database: Db): Promise<WithId<Document>> {
  const server = await bench.start(DEPLOYED.program, { database: DATABASE });
  await requestCode(server);
  await server.kill();
  const delivery = await database.collection(DELIVERIES).findOne();
  if (delivery === null) {
    throw new Error('The program has queued no message.');
  }
  return delivery;
}

/** Stores messages of the same channel that are due and not urgent; resolves when they are sent. */
async function storeBacklog(database: Db, pattern: Document, to: number): Promise<void> {
  const bulk = { priority: BULK_PRIORITY, expires_at: new Date('2100-01-01') };
  const { _id, ...fields } = pattern;
  await storeCopies(database, {
    collection: DELIVERIES,
    pattern: { ...fields, ...bulk, account_id: String(_id) },
    fields: {},
    to,
  });
  const hasBegun = async () => (await countBacklog(database)) < to;
  await waitUntil('A row of the backlog is sent', hasBegun);
}

function countBacklog(database: Db): Promise<number> {
  const waiting = { priority: BULK_PRIORITY, status: 'queued' };
  return database.collection(DELIVERIES).countDocuments(waiting);
}
