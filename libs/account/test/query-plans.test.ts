import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { anonymous, createServices, ownerOf, type TestServices } from './services.ts';

const DAY = 24 * 60 * 60_000;
const ACCOUNTS = 10_000;

let services: TestServices;
let accountId: string;

beforeAll(async () => {
  services = await createServices();
  const time = services.clock.now();
  await services.collection('accounts').insertMany(
    Array.from({ length: ACCOUNTS }, (_, index) => ({
      active: index % 5 !== 0,
      first_name: '',
      last_name: '',
      username: index % 2 === 0 ? `user${index}` : '',
      hashed_password: '',
      phone_number:
        index % 2 === 0
          ? null
          : { country_code: '+91', phone_number: String(9_900_000_000 + index) },
      created_at: time,
      updated_at: time,
    })),
  );
  const account = await services.collection('accounts').findOne({ username: 'user4712' });
  accountId = account!._id.toHexString();
});
afterAll(async () => {
  await services.throwaway.remove();
});

interface Plan {
  readonly command: string;
  readonly summary: string;
  /** Documents looked at beyond those answered. */
  readonly surplus: number;
}

/** How the server ran what `work` asked of the accounts. */
async function plansOf(work: () => Promise<unknown>): Promise<readonly Plan[]> {
  const { driver } = services.throwaway.database;
  await driver.command({ profile: 2 });
  await work().catch(() => undefined);
  await driver.command({ profile: 0 });
  const profile = driver.collection('system.profile');
  const profiled = await profile
    .find({
      ns: `${services.throwaway.databaseName}.accounts`,
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

describe(`every query among ${ACCOUNTS} accounts`, () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['reads by id', 'IDHACK', () => accounts().getAccountById({ id: accountId }, anonymous)],
    [
      'logs in',
      'IXSCAN { username: 1 }',
      () => accounts().getAccountByUsernameAndPassword({ username, password: 'wrong' }, anonymous),
    ],
    [
      'logs in with blanks',
      'IXSCAN { username: 1 }',
      () => accounts().getAccountByUsername({ username: ` ${username} ` }, anonymous),
    ],
    [
      'finds a phone number',
      'IXSCAN { phone_number.country_code: 1, phone_number.phone_number: 1 }',
      () => accounts().findAccountByPhoneNumber({ phoneNumber }, anonymous),
    ],
    [
      'updates',
      'IXSCAN { _id: 1 }',
      () => accounts().updateAccountProfile({ accountId, firstName: 'Ada' }, ownerOf(accountId)),
    ],
  ])('%s by an index', async (_what, summary, work) => {
    const plans = await plansOf(work);

    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      expect(plan.summary).toBe(summary);
    }
    expectNoSurplus(plans);
  });

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
        'IXSCAN { phone_number.country_code: 1, phone_number.phone_number: 1 }',
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
