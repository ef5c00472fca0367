import { randomBytes } from 'node:crypto';

import { defineModule, OperationContext } from '@org/core';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { defineTopic, type MessageDefinitions } from '@org/notification';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';

import { readConfig } from '../src/config.ts';
import type { Domain } from '../src/domains/domain.ts';
import { composeModules, type Modules } from '../src/modules.ts';
import { createProviders } from '../src/providers.ts';

const { messages } = vi.hoisted(() => ({ messages: {} }));
vi.mock('../src/messages.ts', () => ({ messages }));
vi.mock('../src/domains/domains.ts', () => ({ composeDomains: () => [diary] }));

const greeting = defineTopic({
  name: 'diary.greeting',
  category: 'transactional',
  priority: 'normal',
  lifeTimeMilliseconds: 60_000,
  canBeSwitchedOff: true,
  sample: { name: 'Ada' },
  templates: { sms: ({ name }, { branding }) => `${branding.productName}: hello ${name}` },
});
const diary: Domain = {
  manifest: defineModule({ name: 'diary', topics: [greeting.name] }),
  initialize: () => Promise.resolve([]),
};

let throwaway: ThrowawayDatabase;
let modules: Modules;

beforeAll(async () => {
  const definitions: MessageDefinitions = {
    topics: [greeting],
    branding: { productName: 'Diary' },
  };
  Object.assign(messages, definitions);
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  const config = readConfig({});
  modules = composeModules({
    config,
    database: throwaway.database,
    secretKey: randomBytes(32),
    createProviders: (dependencies) =>
      createProviders({ ...dependencies, config, report: () => undefined }),
  });
  await modules.initialize();
});
afterAll(async () => {
  await throwaway.remove();
});

it('a message of the program’s own is sent, and previewed, with its branding', async () => {
  const context = OperationContext.anonymous('request-1');
  await modules.notification.sendSmsForAccount(
    {
      accountId: '64b000000000000000000001',
      phoneNumber: { countryCode: '+91', phoneNumber: '9999999999' },
      topic: greeting,
      data: { name: 'Eve' },
    },
    context,
  );

  await modules.notification.deliverDueMessages();

  expect(await modules.outbox?.getMessages(context)).toMatchObject([{ text: 'Diary: hello Eve' }]);
  expect(modules.outbox?.getTemplatePreviews()).toContainEqual({
    topic: 'diary.greeting',
    channel: 'sms',
    locale: 'en',
    text: 'Diary: hello Ada',
  });
});
