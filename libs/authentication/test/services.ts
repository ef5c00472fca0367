import { randomBytes } from 'node:crypto';

import {
  AuthenticationService,
  LoginService,
  ThrottleService,
  type AccessTokenClaims,
  type AccountCollection,
  type AccountDirectory,
  type AccountIdAndPassword,
  type AccountIdParams,
  type AuthenticationSettings,
  type EmailAddressAndPassword,
  type NewDevice,
  type OtpSender,
  type ProvedEmailParams,
  type UsernameAndPassword,
} from '@org/authentication';
import {
  AppError,
  formatE164,
  OperationContext,
  parsePhoneNumber,
  SecretKey,
  toEmailKey,
  type PhoneNumber,
} from '@org/core';
import { Database } from '@org/core/store';
import {
  FakeClock,
  RecordingAuditTrail,
  ReusedDatabases,
  type ThrowawayDatabase,
} from '@org/core/testing';
import type { EventPublisher } from '@org/events';
import { afterAll, inject } from 'vitest';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const accountId = '64b000000000000000000001';
export const otherAccountId = '64b000000000000000000002';
export const origin = { userAgent: 'test', ip: '203.0.113.7' };
export const context = OperationContext.anonymous('request-1', '203.0.113.7');
export const phoneNumber: PhoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };

export const EMAIL = 'ada@example.org';

export type SentOtp = Parameters<OtpSender['sendSmsForAccount']>[0];
export type SentMail = Parameters<OtpSender['sendEmailForAccount']>[0];

/** One instance of the program: services with a database connection of their own. */
export interface Instance {
  readonly database: Database;
  readonly audit: RecordingAuditTrail;
  readonly throttle: ThrottleService;
  readonly authentication: AuthenticationService;
  readonly login: LoginService;
  readonly directory: FakeAccountDirectory;
  /** Messages that were accepted; those of a rolled back transaction too. */
  readonly sent: SentOtp[];
  readonly mails: SentMail[];
  /** Names of the commands sent to MongoDB so far. */
  readonly commands: string[];
}

export interface TestServices extends Instance {
  readonly throwaway: ThrowawayDatabase;
  readonly clock: FakeClock;
  readonly secretKey: SecretKey;
  /** Another instance on the same database, with the same clock and secret key. */
  startInstance(options?: InstanceOptions): Promise<Instance>;
  remove(): Promise<void>;
}

export interface InstanceOptions {
  readonly settings?: AuthenticationSettings;
  /** Default: false. */
  readonly throttled?: boolean;
  readonly secretKey?: SecretKey;
  /** Stands for time that passes while a try waits for others. Default: a look at the database. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  readonly accountCollection?: AccountCollection;
  readonly claims?: AccessTokenClaims;
  /** Default: nobody listens. */
  readonly events?: EventPublisher;
}

export class WrongCredentialsError extends AppError {
  constructor() {
    super({ code: 'ACCOUNT_ERR_03', httpStatus: 401, message: 'Wrong.' });
  }
}

/** Knows one account, by name, password, number and proved e-mail address. */
export class FakeAccountDirectory implements AccountDirectory {
  readonly calls: string[] = [];
  readonly admitted: ProvedEmailParams[] = [];
  /** What was told; of a rolled back transaction too. */
  readonly newDevices: NewDevice[] = [];
  /** Whether the account still has its number. */
  hasPhoneNumber = true;
  /** Whether the account has proved its address. */
  emailVerified = true;
  sessionEpoch = 0;

  async getAccountByUsernameAndPassword({ username, password }: UsernameAndPassword) {
    this.calls.push('getAccountByUsernameAndPassword');
    if (username !== 'ada' || password !== 'right') {
      throw new WrongCredentialsError();
    }
    return { id: accountId, sessionEpoch: this.sessionEpoch };
  }

  async getAccountByIdAndPassword({ accountId: id, password }: AccountIdAndPassword) {
    this.calls.push('getAccountByIdAndPassword');
    if (id !== accountId || password !== 'right') {
      throw new WrongCredentialsError();
    }
    return { id, sessionEpoch: this.sessionEpoch };
  }

  async findAccountForLogin({ accountId: id }: AccountIdParams) {
    const number = this.hasPhoneNumber ? phoneNumber : null;
    return id === accountId
      ? {
          id,
          sessionEpoch: this.sessionEpoch,
          phoneNumber: number,
          email: EMAIL,
          emailVerified: this.emailVerified,
        }
      : undefined;
  }

  async findAccountByPhoneNumber({ phoneNumber: given }: { phoneNumber: PhoneNumber }) {
    this.calls.push('findAccountByPhoneNumber');
    const parsed = parsePhoneNumber(given);
    const isKnown = parsed !== undefined && formatE164(parsed) === formatE164(phoneNumber);
    return isKnown && this.hasPhoneNumber
      ? { id: accountId, sessionEpoch: this.sessionEpoch }
      : undefined;
  }

  async proveAccountPhoneNumber() {
    this.calls.push('proveAccountPhoneNumber');
  }

  async findAccountByEmail({ emailAddress }: { emailAddress: string }) {
    this.calls.push('findAccountByEmail');
    return toEmailKey(emailAddress) === EMAIL
      ? { id: accountId, locale: 'de-AT', timeZone: 'Europe/Vienna' }
      : undefined;
  }

  async getAccountByEmailAndPassword({ emailAddress, password }: EmailAddressAndPassword) {
    this.calls.push('getAccountByEmailAndPassword');
    if (toEmailKey(emailAddress) !== EMAIL || password !== 'right') {
      throw new WrongCredentialsError();
    }
    return { id: accountId, sessionEpoch: this.sessionEpoch };
  }

  async admitProvedEmail(proved: ProvedEmailParams) {
    this.calls.push('admitProvedEmail');
    this.admitted.push(proved);
    const isKnown = toEmailKey(proved.emailAddress) === EMAIL;
    return { id: isKnown ? accountId : otherAccountId, sessionEpoch: this.sessionEpoch };
  }

  async notifyAccountOfTokenReuse({ accountId: told }: { accountId: string }) {
    this.calls.push(`notifyAccountOfTokenReuse ${told}`);
  }

  async notifyAccountOfNewDevice(device: NewDevice) {
    this.newDevices.push(device);
  }
}

const databases = new ReusedDatabases();
afterAll(() => databases.drop({ uri: inject('mongodbUri') }));

/** The module on a database of its own, throttles off unless asked for. */
export async function createServices(options: InstanceOptions = {}): Promise<TestServices> {
  // From now on: the server removes what is outdated by its own clock.
  const clock = new FakeClock(new Date());
  const secretKey = options.secretKey ?? SecretKey.create({ current: randomBytes(32) });
  const uri = inject('mongodbUri');
  const throwaway = await databases.connect({ uri, clock, monitorCommands: true });
  const { database, databaseName } = throwaway;
  const others: Database[] = [];
  const first = await createInstance(database, clock, { secretKey, ...options });
  return {
    ...first,
    throwaway,
    clock,
    secretKey,
    startInstance: async (otherOptions = {}) => {
      const connection = { uri, databaseName, clock, monitorCommands: true };
      const other = await Database.connect(connection);
      others.push(other);
      return createInstance(other, clock, { secretKey, ...options, ...otherOptions });
    },
    remove: async () => {
      await Promise.all(others.map((other) => other.close()));
      await throwaway.remove();
    },
  };
}

async function createInstance(
  database: Database,
  clock: FakeClock,
  {
    secretKey,
    settings = {},
    throttled = false,
    wait = () => database.driver.command({ ping: 1 }),
    ...others
  }: InstanceOptions & { secretKey: SecretKey },
): Promise<Instance> {
  const audit = new RecordingAuditTrail();
  const sent: SentOtp[] = [];
  const mails: SentMail[] = [];
  const notification: OtpSender = {
    sendSmsForAccount: async (message) => {
      sent.push(message);
    },
    sendEmailForAccount: async (message) => {
      mails.push(message);
    },
  };
  const throttle = ThrottleService.create({
    database,
    audit,
    secretKey,
    clock,
    wait,
    enabled: throttled,
  });
  const authentication = AuthenticationService.create({
    database,
    audit,
    notification,
    throttle,
    secretKey,
    clock,
    settings,
    ...others,
  });
  await Promise.all([throttle.initialize(), authentication.initialize()]);
  const directory = new FakeAccountDirectory();
  const login = LoginService.create({ authentication, accounts: directory, audit, throttle });
  const commands: string[] = [];
  database.client.on('commandStarted', ({ commandName }) => commands.push(commandName));
  return { database, audit, throttle, authentication, login, directory, sent, mails, commands };
}

/** Actions in the audit trail, with the outcome where it was not a success. */
export function actionsIn({ audit }: Instance): string[] {
  return audit.events.map(({ action, outcome = 'success' }) =>
    outcome === 'success' ? action : `${action} ${outcome}`,
  );
}

/** How many of these were fulfilled, and what the others failed with. */
export async function outcomesOf(
  calls: readonly Promise<unknown>[],
): Promise<Record<string, number>> {
  const settled = await Promise.allSettled(calls);
  const outcomes = settled.map((result) =>
    result.status === 'fulfilled' ? 'fulfilled' : (result.reason as Error).name,
  );
  return Object.fromEntries(
    [...new Set(outcomes)].map((name) => [name, outcomes.filter((one) => one === name).length]),
  );
}
