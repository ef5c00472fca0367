import { randomBytes } from 'node:crypto';

import { LoginService, type AccessToken } from '@org/authentication';
import { OperationContext, SecretKey } from '@org/core';
import { Collection } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  anonymous,
  breakCollection,
  createServices,
  ownerOf,
  type TestServices,
} from './services.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const password = 'analytical engine';
const username = 'ada@example.com';
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const chromeOf = (version: number) => `${windows} ${webkit} Chrome/${version}.0.0.0 Safari/537.36`;
const CHROME = chromeOf(131);
const EDGE = `${CHROME} Edg/131.0.0.0`;
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';

const secretKey = SecretKey.create({ current: randomBytes(32) });
let services: TestServices;
let logins: LoginService;

beforeAll(async () => {
  services = await createServices({ rateLimits: true, secretKey });
  logins = loginsOf(services);
});
beforeEach(async () => {
  for (const name of [
    'accounts',
    'account_identities',
    'account_notification_preferences',
    'email_codes',
    'notification_deliveries',
    'notice_windows',
    'throttle_counters',
    'sessions',
  ]) {
    await services.collection(name).deleteMany({});
  }
  for (const messages of Object.values(services.outbox).filter(Array.isArray)) {
    messages.length = 0;
  }
});
afterAll(async () => {
  await services.throwaway.remove();
});

function loginsOf({ authentication, accounts, audit, throttle }: TestServices): LoginService {
  return LoginService.create({ authentication, accounts, audit, throttle });
}

async function signUp(name = username): Promise<string> {
  const { id } = await services.accounts.createAccountByUsernameAndPassword(
    { firstName: 'Ada', lastName: 'L', username: name, password },
    anonymous,
  );
  return id;
}

/** An account whose owner has proved the address. */
async function signUpByEmail(): Promise<string> {
  const { id } = await services.accounts.admitProvedEmail({ emailAddress: username }, anonymous);
  return id;
}

function logIn(userAgent: string, name = username, ip = '192.0.2.1'): Promise<AccessToken> {
  services.clock.advance(1);
  const context = OperationContext.anonymous('request-1', ip);
  return logins.loginByUsernameAndPassword({ username: name, password, userAgent, ip }, context);
}

/** Whatever proved it: the notice is one of the session. */
async function start(accountId: string, userAgent: string, ip = '192.0.2.1'): Promise<AccessToken> {
  services.clock.advance(1);
  const context = OperationContext.anonymous('request-1', ip);
  return services.authentication.createAccessToken(
    {
      accountId,
      userAgent,
      ip,
      onNewDevice: (device, transaction) =>
        services.accounts.notifyAccountOfNewDevice(device, transaction),
    },
    context,
  );
}

async function deliver(): Promise<readonly string[]> {
  services.outbox.emails.length = 0;
  await services.notification.deliverDueMessages();
  return services.outbox.emails.map(({ to, text }) => `${to}: ${text}`);
}

const countSessions = () => services.collection('sessions').countDocuments();

describe('a log-in', () => {
  it('is told to its owner once for each device, but for the first after the sign-up', async () => {
    await signUp();

    await logIn(CHROME);
    await logIn(CHROME);
    await logIn(chromeOf(132));
    expect(await deliver()).toEqual([]);
    await logIn(FIREFOX);
    const told = await deliver();
    await logIn(FIREFOX);
    await logIn(FIREFOX.replaceAll('133', '134'));

    expect(told).toEqual([expect.stringMatching(/^ada@example\.com: /)]);
    expect(told[0]).toContain('Firefox on Linux, IP address 192.0.2.1');
    expect(told[0]).toMatch(
      /http:\/\/localhost:3000\/session-reversals#token=[\da-f]{24}\.[\w-]{43}\n/,
    );
    expect(await deliver()).toEqual([]);
    expect(await countSessions()).toBe(6);
  });

  it('is told by what another process stored, and after its session has ended', async () => {
    const accountId = await signUp();
    await logIn(CHROME);
    await logIn(FIREFOX);
    await services.authentication.endSessionsByAccountId({ accountId }, anonymous);
    await deliver();
    const { throwaway, clock } = services;
    const other = loginsOf(await createServices({ throwaway, clock, secretKey }));

    for (const userAgent of [FIREFOX, CHROME, EDGE]) {
      const origin = { userAgent, ip: '192.0.2.1' };
      await other.loginByUsernameAndPassword({ username, password, ...origin }, anonymous);
    }

    // A day after the last one, since nobody has proved the address.
    expect(await deliver()).toEqual([]);
    services.clock.advance(DAY);
    const told = await deliver();
    expect(told).toEqual([expect.stringContaining('Microsoft Edge on Windows')]);
    expect(told[0]).not.toContain('times since');
  });

  it('from two places at once on a new device is told once', async () => {
    const accountId = await signUpByEmail();
    await start(accountId, CHROME);

    await Promise.all([start(accountId, FIREFOX), start(accountId, FIREFOX)]);

    expect(await deliver()).toHaveLength(1);
    services.clock.advance(DAY);
    expect(await deliver()).toEqual([]);
    expect(await countSessions()).toBe(3);
  });

  it('that looks at the known devices just before another one is stored is not told', async () => {
    const accountId = await signUpByEmail();
    await start(accountId, CHROME);
    const insertOne = vi.spyOn(Collection.prototype, 'insertOne');
    insertOne.mockImplementationOnce(async function (this: Collection, ...session) {
      await start(accountId, FIREFOX);
      return this.insertOne(...session);
    });
    await start(accountId, FIREFOX);
    insertOne.mockRestore();

    expect(await deliver()).toHaveLength(1);
    services.clock.advance(DAY);
    expect(await deliver()).toEqual([]);
    expect(await countSessions()).toBe(3);
  });

  it('to an account without sessions is told if that is older than a day', async () => {
    await signUp();
    services.clock.advance(DAY + 1);

    await logIn(CHROME);

    expect(await deliver()).toHaveLength(1);
  });

  it('to an account that was made within a day is its sign-up', async () => {
    await signUp();
    services.clock.advance(DAY - 1);

    await logIn(CHROME);

    expect(await deliver()).toEqual([]);
  });

  it('is told by each device at once to an owner who has proved the address', async () => {
    const accountId = await signUpByEmail();
    await start(accountId, CHROME);

    await start(accountId, FIREFOX);
    await start(accountId, EDGE);
    await start(accountId, 'okhttp/4.12.0');

    const told = await deliver();
    expect(told.map((text) => /It was (.*), IP/.exec(text)?.[1]).sort()).toEqual([
      'Firefox on Linux',
      'Microsoft Edge on Windows',
      'an unknown browser',
    ]);
  });

  it('is told at once of each program that is no known browser, none of them by its name', async () => {
    const accountId = await signUpByEmail();
    await start(accountId, CHROME);

    for (const program of ['okhttp/4.12.0', 'evil-tool/1', '', 'okhttp/5.0.0']) {
      await start(accountId, program);
    }

    const told = await deliver();
    expect(told).toHaveLength(3);
    for (const text of told) {
      expect(text).toContain('It was an unknown browser, IP address 192.0.2.1.');
      expect(text).not.toMatch(/okhttp|evil-tool/i);
    }
    expect(
      JSON.stringify(await services.collection('notification_deliveries').find().toArray()),
    ).not.toMatch(/okhttp|evil-tool/i);
    services.clock.advance(DAY);
    expect(await deliver()).toEqual([]);
  });

  it('is told to an owner who has proved nothing once a day, then all others', async () => {
    await signUp();
    await logIn(CHROME);

    await logIn(FIREFOX);
    await logIn(EDGE);
    await logIn('okhttp/4.12.0');

    expect(await deliver()).toHaveLength(1);
    services.clock.advance(DAY);
    const summary = await deliver();
    expect(summary).toEqual([expect.stringContaining('from new devices 2 times since')]);
    expect(summary[0]).toContain('It was an unknown browser, IP address 192.0.2.1.');
    expect(summary[0]).toContain('This ends the most recent of these sessions.');
  });

  it('is told within the budget of the mailbox, then summed up', async () => {
    const accountId = await signUpByEmail();
    await start(accountId, CHROME);
    const systems = [
      'Windows NT 10.0',
      'Macintosh',
      'X11; Linux',
      'Linux; Android 14',
      'X11; CrOS',
    ];
    const browsers = ['Firefox/133', 'OPR/115', 'Vivaldi/7'];

    for (const system of systems) {
      for (const browser of browsers) {
        await start(accountId, `Mozilla/5.0 (${system}) ${browser}`);
      }
    }

    expect(await deliver()).toHaveLength(10);
    services.clock.advance(DAY);
    expect(await deliver()).toEqual([expect.stringContaining('from new devices 5 times since')]);
  });

  it('repeats nothing that the client wrote', async () => {
    const accountId = await signUpByEmail();
    await start(accountId, CHROME);

    await start(accountId, 'Refund at https://evil.example/x (now) please', 'call 555-0100');

    const [told] = await deliver();
    expect(told).not.toMatch(/evil|refund|555-0100/i);
    expect(told).toContain('It was an unknown browser.');
  });
});

describe('a notice of a new device', () => {
  it('is not sent to an owner who switched it off meanwhile', async () => {
    const accountId = await signUp();
    await logIn(CHROME);
    await logIn(FIREFOX);

    await services.accounts.createOrUpdateAccountNotificationPreferences(
      { accountId, topics: { 'new-device': { email: false } } },
      ownerOf(accountId),
    );

    expect(await deliver()).toEqual([]);
  });

  it('goes to the phone of an account without an address', async () => {
    const accountId = await signUp('ada');
    await services.collection('accounts').updateOne(
      {},
      {
        $set: {
          phone_number: { country_code: '+91', phone_number: '9999999999' },
          phone_number_proved: true,
        },
      },
    );
    await start(accountId, CHROME);

    await start(accountId, FIREFOX);

    expect(await deliver()).toEqual([]);
    expect(services.outbox.smsMessages).toEqual([
      {
        to: '+919999999999',
        text: expect.stringMatching(/from a new device\..*\/session-reversals#token=\S+$/),
      },
    ]);
  });

  it('is not sent to the phone that has just got the code', async () => {
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999998' };
    await services.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);
    services.clock.advance(2 * DAY);
    for (const userAgent of [CHROME, FIREFOX]) {
      services.clock.advance(HOUR);
      await services.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);
      await deliver();
      const [otpCode] = /\d{6}/.exec(services.outbox.smsMessages.at(-1)!.text)!;
      const origin = { userAgent, ip: '192.0.2.1' };
      await logins.loginByPhoneNumberAndOtp({ phoneNumber, otpCode, ...origin }, anonymous);
      services.outbox.smsMessages.length = 0;
    }

    await deliver();

    expect(await countSessions()).toBe(2);
    expect(services.outbox.smsMessages).toEqual([]);
  });

  it('is not sent to an account that cannot be reached, which is logged in all the same', async () => {
    await signUp('ada');
    await logIn(CHROME, 'ada');

    await logIn(FIREFOX, 'ada');

    expect(await services.collection('notification_deliveries').countDocuments()).toBe(0);
    expect(await countSessions()).toBe(2);
  });

  it('is not sent to an account that was deleted while it logged in', async () => {
    const accountId = await signUp();
    await logIn(CHROME);
    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    await deliver();

    await start(accountId, FIREFOX);

    expect(await deliver()).toEqual([]);
  });

  it('reaches the owner although a thief deletes the account at once', async () => {
    const accountId = await signUpByEmail();
    await start(accountId, CHROME);
    await start(accountId, FIREFOX);

    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

    expect(await deliver()).toContainEqual(expect.stringContaining('Firefox on Linux'));
  });

  it('that cannot be stored does not keep anybody out', async () => {
    await signUp();
    await logIn(CHROME);
    const repair = await breakCollection(services, 'notification_deliveries');

    await logIn(FIREFOX);

    await repair();
    expect(await countSessions()).toBe(2);
    expect(await deliver()).toEqual([]);
  });

  it('that cannot be stored undoes the transaction that a session is started in', async () => {
    const accountId = await signUp();
    await start(accountId, CHROME);
    const repair = await breakCollection(services, 'notification_deliveries');
    const { database } = services.throwaway;

    const within = database.withTransaction(anonymous, (transaction) =>
      services.authentication.createAccessToken(
        {
          ...{ accountId, userAgent: FIREFOX, ip: '192.0.2.1' },
          onNewDevice: (device, inner) => services.accounts.notifyAccountOfNewDevice(device, inner),
        },
        transaction,
      ),
    );

    await expect(within).rejects.toThrow();
    await repair();
    expect(await countSessions()).toBe(1);
  });
});
