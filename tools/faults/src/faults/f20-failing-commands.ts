import { Tally } from '@org/harness';
import type { Document } from 'mongodb';

import { checkHistory } from '../history/check-history.ts';
import { takeDownTasks } from '../history/stored-tasks.ts';
import { signUpAndLogIn } from '../load/api-client.ts';
import {
  PROGRAM_APPLICATION_NAME,
  untilAnswered,
  type ReplicaSetStage,
} from '../nodes/replica-set-stage.ts';
import { checkFindings, checkProgram, checkThat, listNothing } from './check.ts';
import { Customer } from '../load/customer.ts';
import type { FaultContext, ReplicaSetFault } from './fault.ts';

/** What MongoDB may answer to any command when it is not the time for it. */
const CODES = {
  HostUnreachable: 6,
  HostNotFound: 7,
  NetworkTimeout: 89,
  ShutdownInProgress: 91,
  ReadConcernMajorityNotAvailableYet: 134,
  PrimarySteppedDown: 189,
  ExceededTimeLimit: 262,
  SocketException: 9_001,
  NotWritablePrimary: 10_107,
  InterruptedAtShutdown: 11_600,
  InterruptedDueToReplStateChange: 11_602,
  NotPrimaryNoSecondaryOk: 13_435,
  NotPrimaryOrSecondary: 13_436,
  // In transactions, which are to be started again.
  LockTimeout: 24,
  WriteConflict: 112,
  SnapshotUnavailable: 246,
  NoSuchTransaction: 251,
  PreparedTransactionInProgress: 267,
};
/** Not to a commit. */
const STATEMENT_CODES = {
  CursorNotFound: 43,
  MaxTimeMSExpired: 50,
  FailedToSatisfyReadPreference: 133,
  QueryPlanKilled: 175,
  CursorKilled: 237,
  TemporarilyUnavailable: 365,
  Interrupted: 11_601,
};
/** Of a commit that took place, and of which no majority told. */
const CONCERN_CODES = {
  WriteConcernFailed: 64,
  ShutdownInProgress: 91,
  PrimarySteppedDown: 189,
  InterruptedDueToReplStateChange: 11_602,
};
const STATEMENTS = ['find', 'aggregate', 'insert', 'update', 'findAndModify', 'delete'];
const COMMITS = ['commitTransaction'];
/** Fewer than the driver and the program try again. */
const TIMES = 2;

interface Failure {
  readonly name: string;
  readonly data: Document;
  readonly mode: { readonly times: number } | 'alwaysOn';
}

export const failingCommands: ReplicaSetFault = {
  id: 'F20',
  title: 'every transient failure that MongoDB gives, in and out of transactions',
  members: 3,
  run: async (context) => {
    const { stage, mode } = context;
    const program = await stage.start({ role: 'api' });
    const client = stage.connect(program);
    const customer = new Customer(client, await signUpAndLogIn(client));
    const failures = listFailures(mode === 'quick' ? ['WriteConflict'] : Object.keys(CODES));
    const trials = await context.each(failures, async (failure) => {
      await customer.untilServed();
      return tryFailure(context, failure, customer);
    });
    await customer.untilServed();
    await stage.start({ role: 'worker' });
    await context.untilDrained();
    await takeDownTasks(context.database, customer.history);
    const answers = new Tally(trials.flatMap(({ outcomes }) => outcomes));
    const unmet = trials.filter(({ failed }) => failed === 0).map(({ name }) => name);
    const wrong = trials.filter(
      ({ outcomes }) => new Tally(outcomes).countOthers(200, 201, 503) > 0,
    );
    const slowest = answers.longest;
    return [
      listNothing(`of ${failures.length} failures, met by no command`, unmet),
      checkThat('answers', wrong.length === 0, String(answers), 'success or 503'),
      listNothing(
        'failures with other answers',
        wrong.map(({ name }) => name),
      ),
      context.checkTime('slowest answer', slowest, 10_000),
      ...checkProgram(program),
      ...(await context.checkStored(customer.ledger, true)),
      checkFindings('nothing lost, nothing doubled', checkHistory(customer.history)),
    ];
  },
};

/** @param lasting codes that also last, so that every attempt fails */
function listFailures(lasting: readonly string[]): readonly Failure[] {
  const anywhere = [
    ...Object.entries(CODES).map(([name, errorCode]) => ({ name, data: { errorCode } })),
    { name: 'a lost connection', data: { closeConnection: true } },
  ];
  const ofStatements = Object.entries(STATEMENT_CODES).map(([name, errorCode]) => ({
    name,
    data: { errorCode },
  }));
  const ofCommits = Object.entries(CONCERN_CODES).map(([name, code]) => ({
    name: `${name} of the write concern`,
    data: { writeConcernError: { code, errmsg: name } },
  }));
  const places = [
    ['statements', STATEMENTS, [...anywhere, ...ofStatements]],
    ['commits', COMMITS, [...anywhere, ...ofCommits]],
  ] as const;
  return places.flatMap(([place, failCommands, kinds]) =>
    kinds.flatMap(({ name, data }) => {
      const failure = { name: `${name} in ${place}`, data: { ...data, failCommands } };
      const lasts = { ...failure, name: `lasting ${failure.name}`, mode: 'alwaysOn' } as const;
      return [{ ...failure, mode: { times: TIMES } }, ...(lasting.includes(name) ? [lasts] : [])];
    }),
  );
}

async function tryFailure(
  { stage }: FaultContext<ReplicaSetStage>,
  { name, data, mode }: Failure,
  customer: Customer,
) {
  const admin = (await stage.primary()).client.db('admin');
  const configure = async (setting: object) =>
    untilAnswered(() => admin.command({ configureFailPoint: 'failCommand', ...setting }));
  const before = await configure({
    mode,
    data: { ...data, appName: PROGRAM_APPLICATION_NAME },
  });
  const outcomes = await customer.doEverything();
  const after = await configure({ mode: 'off' });
  return { name, failed: Number(after['count']) - Number(before['count']), outcomes };
}
