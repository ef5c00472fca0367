import {
  AccountBadRequestError,
  AccountWithIdNotFoundError,
  type SearchAccountsParams,
} from '@org/account';
import { OperationContext } from '@org/core';
import { ObjectId, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { anonymous, createServices, type TestServices } from './services.ts';

const operator = OperationContext.create({
  actor: { type: 'worker', id: 'support' },
  requestId: 'request-1',
});
const MANY = 2_000;

let services: TestServices;
const finds: Document[] = [];

function stored(fields: object) {
  const time = services.clock.now();
  return {
    _id: new ObjectId(),
    active: true,
    first_name: '',
    last_name: '',
    username: '',
    hashed_password: '',
    phone_number: null,
    created_at: time,
    updated_at: time,
    ...fields,
  };
}

beforeAll(async () => {
  // As earlier versions and other programs left them.
  services = await createServices({ isMixed: true });
  const number = (country_code: string, phone_number: string) => ({
    phone_number: { country_code, phone_number },
  });
  const time = services.clock.now();
  await services
    .collection('accounts')
    .insertMany([
      stored({ username: 'Ada.Lovelace', first_name: 'Augusta', last_name: 'King' }),
      stored({ first_name: 'ADA', last_name: 'Byron', email: 'Byron@Example.com' }),
      stored({ first_name: 'Àdám', last_name: 'Smith', disabled_at: time }),
      stored({ last_name: 'adams', username: 'gone', active: false, deleted_at: time }),
      stored({ username: 'adana', active: false, deleted_at: new Date(0), erasure: {} }),
      stored({ first_name: 'Indira', ...number('+91', '9999999999') }),
      stored({ first_name: 'John', ...number('+1', '9199999999') }),
      ...Array.from({ length: MANY }, (_, index) =>
        stored({ first_name: 'Zoe', last_name: `L${index % 7}`, username: `zoe${index}` }),
      ),
    ]);
  services.throwaway.database.client.on('commandStarted', ({ commandName, command }) => {
    if (commandName === 'find' && command['find'] === 'accounts') {
      finds.push(command);
    }
  });
});
afterAll(async () => {
  await services.throwaway.remove();
});

const search = (params: SearchAccountsParams) =>
  services.accounts.support.searchAccounts(params, operator);

async function find(query: string, state?: SearchAccountsParams['state']): Promise<string[]> {
  const { items } = await search({ query, state });
  return items.map(({ firstName, username, lastName }) => firstName || username || lastName);
}

describe('searchAccounts', () => {
  it.each([
    ['ada', ['Augusta', 'ADA', 'Àdám', 'gone']],
    ['  ADÀ', ['Augusta', 'ADA', 'Àdám', 'gone']],
    ['adam', ['Àdám', 'gone']],
    ['kin', ['Augusta']],
    ['byron@', ['ADA']],
    ['lovelace', []],
    ['+91 99999', ['Indira']],
    ['+9199999', ['Indira']],
    ['+91', ['Indira']],
    ['+', undefined],
    ['+9', ['Indira']],
    ['+1', ['John']],
    ['+999', []],
    ['919999999999', ['Indira']],
    ['91 99999 999', ['John', 'Indira']],
    ['19199', ['John']],
    ['(919) 999-9999', ['John', 'Indira']],
    ['9999999999', ['Indira']],
    ['indira', ['Indira']],
    ['a.a', []],
    ['.*', undefined],
    ['$gt', []],
  ])('finds by %j', async (query, expected) => {
    await (expected === undefined
      ? expect(find(query)).rejects.toThrow(AccountBadRequestError)
      : expect(find(query)).resolves.toEqual(expected));
  });

  it('says in which state each is, and finds those of one', async () => {
    expect(await find('ada', 'active')).toEqual(['Augusta', 'ADA']);
    expect(await find('ada', 'disabled')).toEqual(['Àdám']);
    expect(await find('ada', 'deleted')).toEqual(['gone']);
    const { items } = await search({ query: 'ada' });
    const now = services.clock.now();
    expect(items.map(({ state, disabledAt, deletedAt }) => [state, disabledAt, deletedAt])).toEqual(
      [
        ['active', null, null],
        ['active', null, null],
        ['disabled', now, null],
        ['deleted', null, now],
      ],
    );
    expect(items[1]).toMatchObject({ email: 'Byron@Example.com', emailVerified: false });
    expect(items[0]).not.toHaveProperty('hashedPassword');
  });

  it('goes on where the page before ended, and shows everything once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search({ query: 'zoe', limit: 97, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);

    expect(seen).toHaveLength(MANY);
    expect(new Set(seen).size).toBe(MANY);
    const byLastName = new Set<string>();
    do {
      const page = await search({ query: 'l3', limit: 50, cursor });
      page.items.forEach(({ id }) => byLastName.add(id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(byLastName.size).toBe(Math.ceil((MANY - 3) / 7));
  });

  it.each([
    '',
    'x',
    Buffer.from('[9,"a","b"]').toString('base64url'),
    Buffer.from('[0,"64b000000000000000000001"]').toString('base64url'),
  ])('refuses %j, which is no cursor', async (cursor) => {
    await expect(search({ query: 'ada', cursor })).rejects.toThrow(AccountBadRequestError);
  });

  it('refuses the cursor of another query', async () => {
    const { nextCursor } = await search({ query: 'zoe', limit: 1 });

    await expect(search({ query: 'ada', cursor: nextCursor! })).rejects.toThrow(/of this query/);
    expect((await search({ query: ' zoe ', cursor: nextCursor! })).items).not.toHaveLength(0);
  });

  it('shows at most 200', async () => {
    expect((await search({ query: 'zoe', limit: 10_000 })).items).toHaveLength(200);
    expect((await search({ query: 'zoe', limit: -1 })).items).toHaveLength(1);
  });

  it('scans a range of an index, whatever it is asked', async () => {
    finds.length = 0;
    const queries = ['ada', 'zoe1', 'byron@', '+91', '+91 9999', '919999', '99999', 'nobody'];
    for (const query of queries) {
      const { nextCursor } = await search({ query, limit: 1 });
      await (nextCursor === null ? undefined : search({ query, limit: 1, cursor: nextCursor }));
    }

    expect(finds.length).toBeGreaterThan(20);
    for (const { find: name, filter, sort, hint, collation, limit } of finds) {
      const explain = { find: name, filter, sort, hint, collation, limit };
      const plan = await services.throwaway.database.driver.command({
        explain,
        verbosity: 'executionStats',
      });
      const stages = stagesOf(plan['queryPlanner']['winningPlan'] as Document);
      const scan = stages.find(({ stage }) => stage === 'IXSCAN');
      expect(scan, JSON.stringify(filter)).toBeDefined();
      expect(stages.map(({ stage }) => String(stage))).not.toContain('SORT');
      const [bounds] = Object.values(scan!['indexBounds'] as Record<string, string[]>);
      expect(bounds).toHaveLength(1);
      expect(bounds![0]).not.toMatch(/MinKey|MaxKey|\{\}/);
      const { totalKeysExamined, totalDocsExamined } = plan['executionStats'] as Document;
      expect(totalKeysExamined).toBeLessThan(20);
      expect(totalDocsExamined).toBeLessThan(20);
    }
  });
});

function stagesOf(plan: Document): Document[] {
  const { inputStage, inputStages = [], queryPlan } = plan;
  const inner = [inputStage, queryPlan, ...(inputStages as Document[])].filter(Boolean);
  return [plan, ...inner.flatMap((each) => stagesOf(each as Document))];
}

describe('getAccountWhole', () => {
  const emailAddress = 'grace@example.com';

  it('shows state, profile, names, sessions, messages and pending changes of contact', async () => {
    const { accounts, authentication, notification } = services;
    const { id: accountId } = await accounts.admitProvedEmail(
      { emailAddress, firstName: 'Grace' },
      anonymous,
    );
    const owner = anonymous.withActor({ type: 'account', id: accountId });
    const origin = { userAgent: 'test', ip: '192.0.2.1' };
    await authentication.createAccessToken({ accountId, ...origin }, owner);
    await accounts.contacts.requestContactChange(
      { accountId, emailAddress: 'new@example.com' },
      owner,
    );
    await notification.deliverDueMessages();
    await services.collection('notification_deliveries').insertOne({
      ...{ account_id: accountId, channel: 'email', topic: 'announcement', priority: 1 },
      ...{ status: 'dead', attempts: 3, last_error: '550 no such user' },
      ...{ next_attempt_at: new Date(), expires_at: new Date() },
      ...{ created_at: new Date(), updated_at: new Date() },
    });

    const whole = await accounts.support.getAccountWhole({ accountId }, operator);

    expect(whole).toMatchObject({
      account: { id: accountId, firstName: 'Grace', email: emailAddress, emailVerified: true },
      state: 'active',
      disabledAt: null,
      deletedAt: null,
      hasPassword: false,
      identities: [{ kind: 'email', value: emailAddress, verifiedAt: expect.any(Date) }],
      sessions: [{ userAgent: 'test', ip: '192.0.2.1', isCurrent: false }],
      deliveries: [
        { topic: 'announcement', status: 'dead', attempts: 3, lastError: '550 no such user' },
        { topic: 'contact-code', status: 'sent', lastError: '' },
      ],
      contactChanges: [{ status: 'pending', email: 'new@example.com', phoneNumber: null }],
    });
    expect(JSON.stringify(whole)).not.toMatch(/hash|secret|salt/i);
  });

  it('shows disabled and deleted ones, and none that is unknown or being erased', async () => {
    const { accounts } = services;
    const { id: accountId } = await accounts.admitProvedEmail(
      { emailAddress: 'eve@example.com' },
      anonymous,
    );
    const show = (id = accountId) => accounts.support.getAccountWhole({ accountId: id }, operator);
    await accounts.support.disableAccount({ accountId }, operator);

    expect(await show()).toMatchObject({ state: 'disabled', disabledAt: services.clock.now() });
    await accounts.deletion.deleteAccount({ accountId }, operator);
    expect(await show()).toMatchObject({ state: 'deleted', deletedAt: services.clock.now() });
    expect((await show()).sessions).toEqual([]);
    await expect(show('64b000000000000000000001')).rejects.toThrow(AccountWithIdNotFoundError);
    await expect(show('malformed')).rejects.toThrow(AccountWithIdNotFoundError);
    const erased = await services.collection('accounts').findOne({ username: 'adana' });
    await expect(show(erased!._id.toHexString())).rejects.toThrow(AccountWithIdNotFoundError);
  });
});
