import { isSuccess, Tally, waitUntil, type Outcome } from '@org/harness';
import type { Document } from 'mongodb';

import { checkHistory } from '../history/check-history.ts';
import { HistoryRecorder } from '../history/history.ts';
import { takeDownTasks } from '../history/stored-tasks.ts';
import {
  makePhoneNumber,
  readId,
  readTokens,
  signUpAndLogIn,
  type ApiClient,
  type Person,
} from '../load/api-client.ts';
import { Ledger, WrittenValue, type LedgerAccount, type LedgerSession } from '../load/ledger.ts';
import { note } from '../load/writer.ts';
import { PROGRAM_APPLICATION_NAME, type ReplicaSetStage } from '../nodes/replica-set-stage.ts';
import { checkFindings, checkProgram, checkThat, listNothing } from './check.ts';
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
    const wrong = trials.filter(({ outcomes }) => new Tally(outcomes).countOthers(200, 201, 503) > 0);
    const slowest = answers.longest;
    return [
      listNothing(`of ${failures.length} failures, met by no command`, unmet),
      checkThat('answers', wrong.length === 0, String(answers), 'success or 503'),
      listNothing('failures with other answers', wrong.map(({ name }) => name)),
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
    admin.command({ configureFailPoint: 'failCommand', ...setting });
  const before = await configure({
    mode,
    data: { ...data, appName: PROGRAM_APPLICATION_NAME },
  });
  const outcomes = await customer.doEverything();
  const after = await configure({ mode: 'off' });
  return { name, failed: Number(after['count']) - Number(before['count']), outcomes };
}

/** Somebody who does several things at once. */
class Customer {
  readonly ledger = new Ledger();
  readonly history = new HistoryRecorder();
  readonly #client: ApiClient;
  readonly #account: LedgerAccount;
  readonly #session: LedgerSession;
  #person: Person;
  #visits = 0;

  constructor(client: ApiClient, person: Person) {
    this.#client = client;
    this.#person = person;
    this.#session = this.ledger.addSession(person.session);
    this.#account = this.ledger.addAccount({
      id: person.accountId,
      firstName: new WrittenValue('Ada'),
      smsEnabled: new WrittenValue(true),
    });
  }

  /** The driver may take a while to believe that a server is back that has not been away. */
  async untilServed(): Promise<void> {
    const isServed = async () => isSuccess(await this.#client.readAccount(this.#person));
    await waitUntil('a success after a failing command', isServed);
  }

  async doEverything(): Promise<readonly Outcome[]> {
    this.#visits += 1;
    const outcomes = await Promise.all([
      this.#rename(),
      this.#prefer(),
      this.#createTask(),
      this.#refresh(),
      this.#signUp(),
      this.#client.readAccount(this.#person),
    ]);
    this.ledger.acknowledged += outcomes.filter(isSuccess).length;
    return outcomes;
  }

  async #rename(): Promise<Outcome> {
    const name = `Name ${this.#visits}`;
    const outcome = await this.#client.updateProfile(this.#person, name);
    return note(this.#account.firstName, name, outcome);
  }

  async #prefer(): Promise<Outcome> {
    const sms_enabled = this.#visits % 2 === 0;
    const outcome = await this.#client.updatePreferences(this.#person, { sms_enabled });
    return note(this.#account.smsEnabled, sms_enabled, outcome);
  }

  async #createTask(): Promise<Outcome> {
    const body = { title: `Task ${this.#visits}`, description: 'Once.' };
    const request = { method: 'POST', path: '/tasks', body } as const;
    const outcome = await this.#client.asOwner(this.#person, request);
    if (isSuccess(outcome)) {
      this.history.created.push(readId(outcome));
    }
    return outcome;
  }

  async #refresh(): Promise<Outcome> {
    const outcome = await this.#client.refresh(this.#person.refreshToken);
    if (isSuccess(outcome)) {
      this.#person = { ...this.#person, ...readTokens(outcome) };
      this.#session.generation = this.#person.session.generation;
    }
    return outcome;
  }

  async #signUp(): Promise<Outcome> {
    const outcome = await this.#client.signUpByPhone(makePhoneNumber());
    if (isSuccess(outcome)) {
      this.ledger.addAccount({ id: readId(outcome) }).oneTimePasswords += 1;
    }
    return outcome;
  }
}
