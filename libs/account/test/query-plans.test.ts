import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { anonymous, createServices, ownerOf, type TestServices } from './services.ts';

const DAY = 24 * 60 * 60_000;
const ACCOUNTS = 10_000;

let services: TestServices;
let accountId: string;

/** @param isMixed whether a version without identities stored them */
async function storeAccounts(isMixed: boolean): Promise<void> {
  services = await createServices({ isMixed });
  const time = services.clock.now();
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => ({
    _id: new ObjectId(),
    active: index % 5 !== 0,
    first_name: '',
    last_name: '',
    username: index % 2 === 0 ? `user${index}` : '',
    hashed_password: '',
    phone_number:
      index % 2 === 0 ? null : { country_code: '+91', phone_number: String(9_900_000_000 + index) },
    created_at: time,
    updated_at: time,
  }));
  await services.collection('accounts').insertMany(accounts);
  accountId = accounts[4712]!._id.toHexString();
  if (!isMixed) {
    await services.collection<StringId>('account_identities').insertMany(
      accounts
        .filter(({ active }) => active)
        .map(({ _id, username: name, phone_number: number }) => ({
          _id: number === null ? `username:${name}` : `phone:+91${number.phone_number}`,
          account_id: _id.toHexString(),
          kind: number === null ? 'username' : 'phone',
          value: name,
          created_at: time,
          updated_at: time,
        })),
    );
  }
}

interface StringId {
  readonly _id: string;
}

interface Plan {
  readonly command: string;
  readonly summary: string;
  /** Documents looked at beyond those answered. */
  readonly surplus: number;
}

/** How the server ran what `work` asked of the accounts and their identities. */
async function plansOf(work: () => Promise<unknown>): Promise<readonly Plan[]> {
  const { driver } = services.throwaway.database;
  await driver.command({ profile: 2 });
  await work().catch(() => undefined);
  await driver.command({ profile: 0 });
  const profile = driver.collection('system.profile');
  const profiled = await profile
    .find({
      ns: new RegExp(`^${services.throwaway.databaseName}\\.account(s|_identities)$`, 'u'),
      op: { $in: ['query', 'command', 'update', 'remove'] },
    })
    .toArray();
  await profile.drop();
  return profiled
    .filter(({ planSummary }) => planSummary !== undefined)
    .map((entry) => {
      const returned = Number(entry['nreturned'] ?? entry['nMatched'] ?? entry['ndeleted'] ?? 0);
      return {
        command: String(entry['op']),
        summary: String(entry['planSummary']),
        surplus: Number(entry['docsExamined']) - returned,
      };
    });
}

const username = 'USER4712';
const phoneNumber = { countryCode: '+91', phoneNumber: '9900004711' };

function accounts() {
  return services.accounts;
}

type Query = readonly [string, string, () => Promise<unknown>];

const byId: readonly Query[] = [
  ['reads by id', 'IDHACK', () => accounts().getAccountById({ id: accountId }, anonymous)],
  [
    'updates',
    'IXSCAN { _id: 1 }',
    () => accounts().updateAccountProfile({ accountId, firstName: 'Ada' }, ownerOf(accountId)),
  ],
];

function byNames(usernameIndex: string, numberIndex: string): readonly Query[] {
  return [
    [
      'logs in',
      usernameIndex,
      () => accounts().getAccountByUsernameAndPassword({ username, password: 'wrong' }, anonymous),
    ],
    [
      'logs in with blanks',
      usernameIndex,
      () => accounts().getAccountByUsername({ username: ` ${username} ` }, anonymous),
    ],
    [
      'finds a phone number',
      numberIndex,
      () => accounts().findAccountByPhoneNumber({ phoneNumber }, anonymous),
    ],
  ];
}

async function expectIndex([, summary, work]: Query): Promise<void> {
  const plans = await plansOf(work);

  expect(plans.length).toBeGreaterThan(0);
  for (const plan of plans) {
    expect(plan.summary).toBe(summary);
  }
  expectNoSurplus(plans);
}

describe(`every query among ${ACCOUNTS} accounts of a version without identities`, () => {
  beforeAll(() => storeAccounts(true));
  afterAll(() => services.throwaway.remove());

  const indexes = [
    'IXSCAN { username: 1 }',
    'IXSCAN { phone_number.country_code: 1, phone_number.phone_number: 1 }',
  ] as const;
  it.each([...byId, ...byNames(...indexes)])('%s by an index', (...query) => expectIndex(query));

  it('stores their identities and finds stale ones by an index', async () => {
    const plans = await plansOf(() => services.jobs.run('account.store-identities'));

    expect(new Set(plans.map(({ summary }) => summary))).toEqual(new Set(['IXSCAN { _id: 1 }']));
    expect(await services.collection('account_identities').countDocuments()).toBe(8_000);
  });
});

describe(`every query among ${ACCOUNTS} accounts`, () => {
  beforeAll(() => storeAccounts(false));
  afterAll(() => services.throwaway.remove());

  it.each([...byId, ...byNames('IXSCAN { _id: 1 }', 'IXSCAN { _id: 1 }')])(
    '%s by an index',
    (...query) => expectIndex(query),
  );

  it('deletes, restores, erases and cleans up by an index', async () => {
    const work = async () => {
      await accounts().deletion.deleteAccount({ accountId }, ownerOf(accountId));
      await accounts().deletion.restoreAccount({ accountId }, anonymous);
      await accounts().deletion.deleteAccount({ accountId }, ownerOf(accountId));
      await accounts().getOrCreateAccountByPhoneNumber(
        { phoneNumber: { ...phoneNumber, phoneNumber: '9800000000' } },
        anonymous,
      );
      services.clock.advance(31 * DAY);
      await services.jobs.runScheduled();
    };

    const plans = await plansOf(work);

    const summaries = new Set(plans.map(({ summary }) => summary));
    expect(summaries).toEqual(
      new Set([
        'IDHACK',
        'IXSCAN { _id: 1 }',
        'IXSCAN { deleted_at: 1 }',
        'IXSCAN { created_at: 1 }',
        'IXSCAN { account_id: 1 }',
      ]),
    );
    expectNoSurplus(plans);
    expect(await services.collection('accounts').countDocuments()).toBe(ACCOUNTS - 1);
  });
});

function expectNoSurplus(plans: readonly Plan[]): void {
  for (const plan of plans) {
    expect(plan.surplus, JSON.stringify(plan)).toBeLessThanOrEqual(1);
  }
}
