import { randomBytes } from 'node:crypto';

import { AccountWithIdNotFoundError, accountCreated } from '@org/account';
import { defineModule, InvalidModuleError, OperationContext } from '@org/core';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { defineTopic, type AnyTopic } from '@org/notification';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

import { composeBackend } from '../src/backend.ts';
import type { BackendDependencies, Domain } from '../src/domain.ts';

const anonymous = OperationContext.anonymous('request-1');
const secretKey = randomBytes(32);
let throwaway: ThrowawayDatabase;
beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
});
afterAll(async () => {
  await throwaway.remove();
});

const greeting = defineTopic({
  name: 'diary.greeting',
  category: 'transactional',
  priority: 'normal',
  lifeTimeMilliseconds: 60_000,
  canBeSwitchedOff: true,
  sample: { name: 'Ada' },
  templates: { sms: ({ name }) => `Hello ${name}` },
});

function domainWith(collections: Parameters<typeof defineModule>[0]['collections'] = {}): Domain {
  const report = { collectionName: 'diaries', accountFields: ['account_id'], indexConflicts: [] };
  return {
    manifest: defineModule({ name: 'diary', collections }),
    initialize: () => Promise.resolve([report]),
  };
}

interface ComposeParts {
  readonly topics?: readonly AnyTopic[];
  /** Called while the domain is built. */
  readonly prepare?: (dependencies: BackendDependencies) => void;
}

function compose(domain: Domain, { topics = [], prepare }: ComposeParts = {}) {
  return composeBackend({
    database: throwaway.database,
    secretKey,
    messages: { topics },
    domains: (dependencies) => {
      prepare?.(dependencies);
      return [domain];
    },
  });
}

it.each([
  ['nobody owns a collection', {}, /^The collection diaries belongs to no module/],
  ['it refers to accounts', { diaries: { holds: 'diaries' } }, /^The collection diaries of diary/],
])('the program does not start if %s', async (_, collections, message) => {
  const starting = compose(domainWith(collections)).initialize();

  await expect(starting).rejects.toThrow(InvalidModuleError);
  await expect(starting).rejects.toThrow(message);
});

it('the program is not composed if nobody exports and erases personal data', () => {
  const personalData = { exported: true, end: 'erased' } as const;

  expect(() => compose(domainWith({ diaries: { holds: 'diaries', personalData } }))).toThrow(
    /^The module diary keeps personal data in diaries/,
  );
});

it.each([
  ['refused', true],
  ['composed', false],
])('a domain that only erases is %s if it says that its data is exported: %s', (_, exported) => {
  const personalData = { exported, end: 'erased' } as const;
  const personalDataProvider = { name: 'diary', deleteDataByAccountId: () => Promise.resolve() };
  const domain = domainWith({ diaries: { holds: 'diaries', personalData } });
  const composing = expect(() => compose({ ...domain, personalDataProvider }));

  if (exported) {
    composing.toThrow(/^The module diary keeps personal data in diaries/);
  } else {
    composing.not.toThrow();
  }
});

it.each([
  ['nothing', undefined, 'The domain 1 of domains has no manifest'],
  ['no manifest', { initialize: async () => [] }, 'The domain 1 of domains has no manifest'],
  ['no initialize', { manifest: domainWith().manifest }, 'The module diary has no initialize'],
])('the program is not composed with a domain that is %s', (_what, domain, message) => {
  expect(() => compose(domain as unknown as Domain)).toThrow(InvalidModuleError);
  expect(() => compose(domain as unknown as Domain)).toThrow(message);
});

it('the program does not start if a domain’s initialize resolves with no list', async () => {
  const initialize = (async () => undefined) as unknown as Domain['initialize'];
  const starting = compose({ ...domainWith(), initialize }).initialize();

  await expect(starting).rejects.toThrow(InvalidModuleError);
  await expect(starting).rejects.toThrow('must resolve with a list');
});

it('the program is not composed if two export and erase under one name', () => {
  const personalDataProvider = {
    name: 'event_deliveries',
    exportDataByAccountId: async function* () {
      yield [];
    },
    deleteDataByAccountId: () => Promise.resolve(),
  };

  expect(() => compose({ ...domainWith(), personalDataProvider })).toThrow(
    'There is a personalDataProvider named event_deliveries already.',
  );
});

it('the program is not composed with a module of a name that is taken', () => {
  const manifest = defineModule({ name: 'account' });

  expect(() => compose({ ...domainWith(), manifest })).toThrow(
    new InvalidModuleError('Two modules are named account.'),
  );
});

it('the program does not start if a module throws at once', async () => {
  const initialize = () => {
    throw new Error('not ready');
  };

  await expect(compose({ ...domainWith(), initialize }).initialize()).rejects.toThrow('not ready');
});

it('the program is not composed with a job that no module declares', () => {
  const job = { name: 'diary.tidy', run: () => Promise.resolve() };

  expect(() => compose(domainWith(), { prepare: ({ jobs }) => jobs.register(job) })).toThrow(
    /^The job diary\.tidy belongs to no module/,
  );
});

it('the program is not composed with a topic that its module does not declare', () => {
  const ofProgram = { ...greeting, name: 'app.greeting' };

  expect(() => compose(domainWith(), { topics: [ofProgram, greeting] })).toThrow(
    new InvalidModuleError(
      'The module diary does not declare the topic diary.greeting: add it to the topics in its module.ts.',
    ),
  );
});

it('the program is not composed if a module declares a topic that is not registered', () => {
  const manifest = defineModule({ name: 'diary', topics: [greeting.name] });

  expect(() => compose({ ...domainWith(), manifest })).toThrow(
    new InvalidModuleError(
      'The topic diary.greeting is not registered: add it to the topics of the messages.',
    ),
  );
});

it.each(['diary.greet', 'greet'])(
  'the program is not composed with a listener that no module declares: %s',
  (name) => {
    const prepare = ({ events }: BackendDependencies) =>
      events.on(accountCreated, { name }, () => Promise.resolve());

    expect(() => compose(domainWith(), { prepare })).toThrow(
      new InvalidModuleError(
        `The listener ${name} hears account.created: begin its name with its module's, and add the event to listensTo in that module.ts.`,
      ),
    );
  },
);

it.each([
  ['*', 'The permission * of diary must be like invoices.read'],
  ['Diaries.Read', 'The permission Diaries.Read of diary must be like invoices.read'],
  ['roles.read', 'Both authorization and diary declare the permission roles.read.'],
])('the program is not composed with the permission %s', (permission, message) => {
  const manifest = defineModule({ name: 'diary', permissions: [permission] });

  expect(() => compose({ ...domainWith(), manifest })).toThrow(message);
});

it('the program is composed with what a module declares', () => {
  const manifest = defineModule({
    name: 'diary',
    jobs: ['diary.tidy'],
    listensTo: [accountCreated],
    topics: [greeting.name],
  });
  const prepare = ({ jobs, events }: BackendDependencies) => {
    jobs.register({ name: 'diary.tidy', run: () => Promise.resolve() });
    events.on(accountCreated, { name: 'diary.greet' }, () => Promise.resolve());
  };

  expect(() =>
    compose({ ...domainWith(), manifest }, { topics: [greeting], prepare }),
  ).not.toThrow();
});

it('a domain is built with accounts, and can ask for them at once', async () => {
  let asking: Promise<unknown> | undefined;
  const prepare = ({ accounts }: BackendDependencies) => {
    asking = accounts.getAccountById({ id: '64b000000000000000000001' }, anonymous);
  };
  compose(domainWith(), { prepare });

  await expect(asking).rejects.toThrow(AccountWithIdNotFoundError);
});
