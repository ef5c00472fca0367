import { randomBytes } from 'node:crypto';

import {
  AccountService,
  type AccountServiceDependencies,
  type AccountFieldDefinitions,
  type AccountSettings,
  type PersonalDataProvider,
} from '@org/account';
import { AuditService } from '@org/audit';
import {
  AuthenticationService,
  ThrottleService,
  type AccessTokenClaims,
} from '@org/authentication';
import { OperationContext, SecretKey } from '@org/core';
import {
  createThrowawayDatabase,
  FakeClock,
  ReusedDatabases,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { noEvents, type EventPublisher } from '@org/events';
import { NotificationService } from '@org/notification';
import { afterAll, inject } from 'vitest';

import { ImmediateJobs } from './immediate-jobs.ts';
import { Outbox } from './outbox.ts';

/** Hashes that cost next to nothing, where the cost is not what a test is about. */
export const CHEAP_HASHING = { memoryKibibytes: 8, iterations: 1, maximumQueueLength: 1_000 };

/** Who signs up, where nothing about her matters. */
export const ada = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  username: 'ada',
  password: 'analytical engine',
};

export const anonymous = OperationContext.anonymous('request-1', '192.0.2.1');

type Policies = Pick<
  AccountServiceDependencies<AccountFieldDefinitions>,
  'endPolicy' | 'passwordVerifiers' | 'signUpPolicy' | 'usernamePolicy'
>;

export interface TestServicesOptions {
  /** Default: the module's. */
  readonly policies?: Policies;
  readonly settings?: AccountSettings;
  /** Default: false. */
  readonly rateLimits?: boolean;
  readonly personalDataProviders?: readonly PersonalDataProvider[];
  /** A database that was there before. Default: a new one. */
  readonly throwaway?: ThrowawayDatabase;
  /** Whether accounts were stored before, by a version without identities. Default: false. */
  readonly isMixed?: boolean;
  readonly clock?: FakeClock;
  /** Of the processes on one database. Default: a random one. */
  readonly secretKey?: SecretKey;
  /** Default: nobody listens. */
  readonly events?: EventPublisher;
  /** Default: none. */
  readonly fields?: AccountFieldDefinitions;
  /** Default: none. */
  readonly claims?: AccessTokenClaims<never>;
}

export interface TestServices {
  readonly throwaway: ThrowawayDatabase;
  readonly audit: AuditService;
  readonly jobs: ImmediateJobs;
  /** What was delivered. */
  readonly outbox: Outbox;
  readonly notification: NotificationService;
  readonly authentication: AuthenticationService;
  readonly throttle: ThrottleService;
  readonly accounts: AccountService;
  readonly clock: FakeClock;
  /** Names of the commands sent to MongoDB so far. */
  readonly commands: string[];
  /** What a log of the level debug was told. */
  readonly debugged: string[];
  /** What a log of the level warn was told. */
  readonly warned: string[];
  /** The driver's collection of this name. */
  collection: ThrowawayDatabase['database']['collection'];
}

/** The account module and what it needs, on a database of its own. */
export async function createServices(options: TestServicesOptions = {}): Promise<TestServices> {
  const { clock = createClock(), rateLimits: enabled = false, events = noEvents } = options;
  const { secretKey = SecretKey.create({ current: randomBytes(32) }) } = options;
  const throwaway = await openDatabase(options, clock);
  const { database } = throwaway;
  const audit = AuditService.create({ database, clock });
  const outbox = new Outbox();
  const throttle = ThrottleService.create({ database, audit, secretKey, clock, enabled });
  const notification = NotificationService.create({
    database,
    audit,
    secretKey,
    clock,
    providers: outbox.providers,
    noticeBudget: throttle,
    unsubscribeUrl: 'https://api.example.com/api/unsubscribe',
    events,
  });
  const authentication = AuthenticationService.create({
    database,
    audit,
    notification,
    throttle,
    secretKey,
    clock,
    accountCollection: AccountService.accountCollectionWith(options.fields ?? {}),
    ...(options.claims && { claims: options.claims }),
    events,
  });
  const debugged: string[] = [];
  const warned: string[] = [];
  const jobs = new ImmediateJobs();
  const accounts = AccountService.create({
    database,
    audit,
    jobs,
    notification,
    authentication,
    throttle,
    clock,
    events,
    personalDataProviders: options.personalDataProviders ?? [],
    onDebug: (message) => debugged.push(message),
    onWarning: (message) => warned.push(message),
    settings: { passwordHashing: CHEAP_HASHING, ...options.settings },
    fields: options.fields ?? {},
    ...options.policies,
  });
  accounts.registerJobs(jobs);
  for (const module of [audit, notification, throttle, authentication, accounts]) {
    await module.initialize();
  }
  const commands: string[] = [];
  database.client.on('commandStarted', ({ commandName }) => commands.push(commandName));
  const modules = { audit, jobs, outbox, notification, authentication, throttle, accounts };
  return {
    throwaway,
    ...modules,
    clock,
    commands,
    debugged,
    warned,
    collection: database.collection.bind(database),
  };
}

/** Starts today: by its own clock, MongoDB deletes what a TTL index finds in the past. */
export function createClock(): FakeClock {
  return new FakeClock(new Date());
}

async function openDatabase(
  { throwaway, isMixed = false }: TestServicesOptions,
  clock: FakeClock,
): Promise<ThrowawayDatabase> {
  if (throwaway === undefined && !isMixed) {
    return databases.connect(connectionBy(clock));
  }
  const opened = throwaway ?? (await connect(clock));
  if (isMixed) {
    await opened.database.driver.createCollection('accounts');
  }
  return opened;
}

/** To a database without collections, which no other test uses. */
export async function connect(clock: FakeClock): Promise<ThrowawayDatabase> {
  return createThrowawayDatabase(connectionBy(clock));
}

function connectionBy(clock: FakeClock) {
  return { uri: inject('mongodbUri'), clock, monitorCommands: true };
}

/** An empty one in which accounts began with identities. */
const databases = new ReusedDatabases(['account_identity_state']);
afterAll(() => databases.drop(connectionBy(createClock())));

/** The context of a request by the owner of an account. */
export function ownerOf(accountId: string): OperationContext {
  return anonymous.withActor({ type: 'account', id: accountId });
}

/**
 * Makes a collection refuse every document from now on.
 *
 * @returns what makes it accept them again
 */
export async function breakCollection(
  { throwaway }: TestServices,
  name: string,
): Promise<() => Promise<void>> {
  const { driver } = throwaway.database;
  const [collection] = await driver.listCollections({ name }, { nameOnly: false }).toArray();
  const setValidator = async (validator: unknown) => {
    await driver.command({ collMod: name, validator });
  };
  await setValidator({ never: true });
  return () => setValidator(collection!.options!['validator']);
}

/** What a version without identities stores. */
export function earlierAccount(time: Date) {
  return {
    active: true,
    first_name: '',
    last_name: '',
    username: '',
    hashed_password: '',
    phone_number: null,
    created_at: time,
    updated_at: time,
  };
}
