import { randomBytes } from 'node:crypto';

import { defineModule, OperationContext } from '@org/core';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { defineTopic, type EmailMessage, type MessageDefinitions } from '@org/notification';
import { InMemoryMessageProvider } from '@org/notification/testing';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';

import { readConfig } from '../src/config.ts';
import type { Domain } from '../src/domains/domain.ts';
import { channelsOf, composeProgramBackend, type ProgramBackend } from '../src/backend.ts';

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

const ada = { accountId: '64b000000000000000000001' };

let throwaway: ThrowawayDatabase;
let backend: ProgramBackend;

beforeAll(async () => {
  const definitions: MessageDefinitions = {
    topics: [greeting],
    branding: { productName: 'Diary' },
  };
  Object.assign(messages, definitions);
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  const config = readConfig({});
  backend = composeProgramBackend({
    config,
    database: throwaway.database,
    secretKey: randomBytes(32),
    channels: channelsOf(config),
  });
  await backend.initialize();
});
afterAll(async () => {
  await throwaway.remove();
});

it('a marketing mail links to the address of the API', async () => {
  const provider = new InMemoryMessageProvider<EmailMessage>();
  const { notification } = composeProgramBackend({
    config: readConfig({ API_URL: 'https://api.example.com/backend/' }),
    database: throwaway.database,
    secretKey: randomBytes(32),
    channels: { email: provider },
  });
  const data = { title: 'News', text: 'Read.' };
  await notification.sendEmailForAccount(
    { ...ada, emailAddress: 'ada@example.org', topic: 'announcement', data },
    OperationContext.anonymous('request-1'),
  );

  await notification.deliverDueMessages();

  expect(provider.sent[0]?.message.headers?.['List-Unsubscribe']).toMatch(
    /^<https:\/\/api\.example\.com\/backend\/api\/unsubscribe\?token=/,
  );
});

it('a message of the program’s own is sent, and previewed, with its branding', async () => {
  const context = OperationContext.anonymous('request-1');
  await backend.notification.sendSmsForAccount(
    {
      ...ada,
      phoneNumber: { countryCode: '+91', phoneNumber: '9999999999' },
      topic: greeting,
      data: { name: 'Eve' },
    },
    context,
  );

  await backend.notification.deliverDueMessages();

  expect(await backend.outbox?.getMessages(context)).toMatchObject([{ text: 'Diary: hello Eve' }]);
  expect(backend.outbox?.getTemplatePreviews()).toContainEqual({
    topic: 'diary.greeting',
    channel: 'sms',
    locale: 'en',
    text: 'Diary: hello Ada',
  });
});
