import { setTimeout as delay } from 'node:timers/promises';

import { findFreePort, isAnswer, isSuccess, LOOPBACK, median, type Outcome } from '@org/harness';

import { readTokens, signUpAndLogIn, type ApiClient } from '../load/api-client.ts';
import { Ledger } from '../load/ledger.ts';
import { readSample, startLoad } from '../load/load.ts';
import { Writer } from '../load/writer.ts';
import { checkAtMost, checkProgram, checkThat, type Check } from './check.ts';
import type { Fault } from './fault.ts';
import { LiveHeap } from './live-heap.ts';

const MINUTE = 60_000;
const MEBIBYTE = 1024 * 1024;
const LASTS = { quick: 12_000, full: 60 * MINUTE };
const LOOK_EVERY = { quick: 1_000, full: MINUTE };
/** Caches fill, and Node compiles what is used: for ten minutes of the hour. */
const WARM_UP = 1 / 6;
/** For as long as the warm-up; in quick runs, everything is still warming up. */
const GROWTH_LIMIT_MEBIBYTES = { quick: 16, full: 1 };
const READERS = 6;
const WRITERS = 2;
/** About half of what two cores can do, with mongod and this load beside the program. */
const PAUSE_MILLISECONDS = 20;
const READS_PER_REFRESH = 500;
/** Connections come and go. */
const HANDLES_APART = 10;

export const soak: Fault = {
  id: 'L2',
  title: 'an hour at half load',
  run: async (context) => {
    const { mode, stage } = context;
    const inspectorPort = await findFreePort();
    const NODE_OPTIONS = `--inspect=${LOOPBACK}:${inspectorPort}`;
    const program = await stage.start({ role: 'all', settings: { NODE_OPTIONS } });
    const heap = await LiveHeap.open(inspectorPort);
    const client = stage.connect(program);
    const until = performance.now() + LASTS[mode];
    const requesters = await Promise.all(startRequesters(client));
    const load = startLoad(
      requesters.map((request) => () => withoutContent(request)),
      PAUSE_MILLISECONDS,
    );
    const looks: Look[] = [];
    while (performance.now() < until) {
      await delay(LOOK_EVERY[mode]);
      const handles = await readSample(program.metricsPort, 'nodejs_active_handles_total');
      looks.push({ mebibytes: (await heap.measure()) / MEBIBYTE, handles });
      context.progress(looks.length, Math.round(LASTS[mode] / LOOK_EVERY[mode]));
    }
    const answers = await load.stop();
    heap.close();
    await context.untilDrained();
    return [
      checkThat('answers', answers.outcomes.every(isExpected), String(answers), '2xx or 4xx'),
      ...judgeLooks(looks, GROWTH_LIMIT_MEBIBYTES[mode]),
      await context.checkInvariants(),
      ...checkProgram(program),
    ];
  },
};

type Requester = () => Promise<Outcome>;

interface Look {
  /** Of the heap, right after everything unused was collected. */
  readonly mebibytes: number;
  readonly handles: number;
}

function startRequesters(client: ApiClient): Promise<Requester>[] {
  const readers = Array.from({ length: READERS }, () => startReader(client));
  const writers = Array.from({ length: WRITERS }, async () => {
    const writer = new Writer(client, new Ledger(), true);
    return () => writer.step();
  });
  return [...readers, ...writers];
}

/** An hour of whole answers would take gigabytes. */
async function withoutContent(request: Requester): Promise<Outcome> {
  const outcome = await request();
  return isAnswer(outcome) ? { ...outcome, headers: {}, body: undefined } : outcome;
}

/** Reads one account, and keeps its session alive. */
async function startReader(client: ApiClient): Promise<Requester> {
  let tokens = await signUpAndLogIn(client);
  let reads = 0;
  return async () => {
    reads += 1;
    if (reads % READS_PER_REFRESH !== 0) {
      return client.readAccount(tokens);
    }
    const refreshed = await client.refresh(tokens.refreshToken);
    tokens = isSuccess(refreshed) ? { ...tokens, ...readTokens(refreshed) } : tokens;
    return refreshed;
  };
}

function isExpected(outcome: Outcome): boolean {
  return isAnswer(outcome) && /^[24]\d\d$/.test(String(outcome.status));
}

export function judgeLooks(looks: readonly Look[], limitMebibytes: number): readonly Check[] {
  const warmUp = Math.round(looks.length * WARM_UP);
  const heap = looks.slice(warmUp).map(({ mebibytes }) => mebibytes);
  const handles = looks.slice(warmUp).map((look) => look.handles);
  const growth = slopeOf(heap) * warmUp;
  const [first, last] = [heap.at(0) ?? Number.NaN, heap.at(-1) ?? Number.NaN];
  const name = `live heap grows in a sixth of the time (${first.toFixed(1)} to ${last.toFixed(1)} MiB)`;
  const half = Math.floor(handles.length / 2);
  const apart = median(handles.slice(half)) - median(handles.slice(0, half));
  return [
    checkThat(name, growth <= limitMebibytes, `${growth.toFixed(2)} MiB`, `${limitMebibytes} MiB`),
    checkAtMost('handles more in its second half than in its first', apart, HANDLES_APART),
  ];
}

/** By least squares, per look. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = sum(values) / values.length;
  const products = values.map((value, index) => (index - middle) * (value - mean));
  const squares = values.map((_, index) => (index - middle) ** 2);
  return sum(products) / sum(squares);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
