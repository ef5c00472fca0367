import { randomBytes } from 'node:crypto';

import { SecretKey } from '@org/core';
import {
  NotificationService,
  plainEmail,
  type NotificationServiceDependencies,
  type TemplateContext,
} from '@org/notification';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { invoicePaid } from './invoice-paid.ts';
import { accountId, announce, context, createServices, type TestServices } from './services.ts';

const unsubscribeUrl = 'https://api.example.com/api/unsubscribe';
const subscription = { accountId, topic: 'announcement' };

let services: TestServices;
let notification: NotificationService;

beforeAll(async () => {
  services = await createServices();
});
beforeEach(async () => {
  await services.reset();
  notification = create();
});
afterAll(async () => {
  await services.throwaway.remove();
});

/** The service of the same program, with other dependencies. */
function create(others: Partial<NotificationServiceDependencies> = {}): NotificationService {
  const { throwaway, audit, secretKey, clock, email, push } = services;
  const { database } = throwaway;
  const shared = { database, audit, secretKey, clock, providers: { email, push } };
  return NotificationService.create({
    ...shared,
    topics: [invoicePaid],
    unsubscribeUrl,
    ...others,
  });
}

/** The headers of the mail that is sent. */
async function deliveredHeaders(): Promise<Readonly<Record<string, string>> | undefined> {
  await notification.deliverDueMessages();
  const [{ message } = expect.fail()] = services.email.sent;
  return message.headers;
}

async function obtainToken(): Promise<string> {
  await announce(notification);
  const { 'List-Unsubscribe': link = '' } = (await deliveredHeaders()) ?? {};
  return new URL(link.slice(1, -1)).searchParams.get('token') ?? '';
}

describe('the link to unsubscribe', () => {
  it('is in the headers of mails of a marketing topic, as RFC 8058 wants it', async () => {
    await announce(notification);

    expect(await deliveredHeaders()).toEqual({
      'List-Unsubscribe': expect.stringMatching(
        /^<https:\/\/api\.example\.com\/api\/unsubscribe\?token=[\w.-]+>$/,
      ),
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  it('is below these mails, in the language of the mail', async () => {
    notification = create({ defaultLocale: 'de' });
    await announce(notification);
    await notification.deliverDueMessages();

    const [{ message } = expect.fail()] = services.email.sent;
    const url = message.headers?.['List-Unsubscribe']?.slice(1, -1);
    expect(message.text).toMatch(`\n-- \nAbmelden: ${url}\n`);
    expect(message.html).toContain(`<a href="${url}" style="color:inherit">Abmelden</a>`);
  });

  it('is what templates of these mails can show', async () => {
    const unsubscribed: unknown[] = [];
    const email = (_data: object, context: TemplateContext) => {
      unsubscribed.push(context.unsubscribeUrl);
      return plainEmail('News', ['None.']);
    };
    notification = create({ templates: { announcement: { email } } });
    await announce(notification);

    const { 'List-Unsubscribe': link } = (await deliveredHeaders()) ?? {};
    expect(`<${String(unsubscribed.pop())}>`).toBe(link);
    expect(unsubscribed).toContain(undefined);
  });

  it('is in no other mail', async () => {
    const { sample: data } = invoicePaid;
    const message = { accountId, emailAddress: 'ada@example.org', topic: invoicePaid, data };
    await notification.sendEmailForAccount(message, context);

    expect(await deliveredHeaders()).toBeUndefined();
    expect(services.email.sent[0]!.message.text).not.toContain('-- ');
  });

  it('is in no mail of a program that does not know its own address', async () => {
    notification = create({ unsubscribeUrl: undefined });
    await announce(notification);

    expect(await deliveredHeaders()).toBeUndefined();
  });

  it('names account and topic, and no address', async () => {
    const token = await obtainToken();

    expect(notification.mailSubscriptions.findMailSubscription({ token })).toEqual(subscription);
    const [payload = ''] = token.split('.');
    expect(Buffer.from(payload, 'base64url').toString()).toBe(`["${accountId}","announcement"]`);
  });

  it('still works after the secret key was changed, and before all processes have it', async () => {
    const token = await obtainToken();
    const { secretKey } = services;
    const [current, other] = [randomBytes(32), randomBytes(32)];
    const before = SecretKey.create({ current, next: other });
    const after = SecretKey.create({ current: other, previous: current });
    const find = (key: SecretKey, made: string) =>
      create({ secretKey: key }).mailSubscriptions.findMailSubscription({ token: made });
    notification = create({ secretKey: before });
    services.email.sent.length = 0;
    const earlier = await obtainToken();
    notification = create({ secretKey: after });
    services.email.sent.length = 0;
    const later = await obtainToken();

    expect([find(after, earlier), find(before, later)]).toEqual([subscription, subscription]);
    expect(find(SecretKey.create({ current: randomBytes(32) }), earlier)).toBeUndefined();
    expect(find(secretKey, token)).toEqual(subscription);
  });

  it('is worth nothing once it was changed', async () => {
    const token = await obtainToken();
    const [payload = '', signature = ''] = token.split('.');
    const others = Buffer.from(JSON.stringify([accountId, 'password-changed']));
    const forged = [
      '',
      '.',
      payload,
      `${payload}.`,
      `.${signature}`,
      `${payload}.${signature.slice(0, -4)}`,
      `${token}=`,
      `${token}?`,
      `${token}.x`,
      ` ${token}`,
      `${payload}. ${signature}`,
      `${others.toString('base64url')}.${signature}`,
      'x'.repeat(100_000),
    ];

    expect(
      forged.map((each) => notification.mailSubscriptions.findMailSubscription({ token: each })),
    ).toEqual(forged.map(() => undefined));
  });

  it('is worth nothing for a topic that the program no longer has', async () => {
    const topics = [{ ...invoicePaid, category: 'marketing' } as const];
    notification = create({ topics });
    const { sample: data } = invoicePaid;
    const message = { accountId, emailAddress: 'ada@example.org', topic: topics[0]!, data };
    await notification.sendEmailForAccount(message, context);
    const { 'List-Unsubscribe': link = '' } = (await deliveredHeaders()) ?? {};
    const token = new URL(link.slice(1, -1)).searchParams.get('token') ?? '';

    expect(notification.mailSubscriptions.findMailSubscription({ token })).toMatchObject({
      accountId,
    });
    expect(
      create({ topics: [] }).mailSubscriptions.findMailSubscription({ token }),
    ).toBeUndefined();
  });

  it.each(['http://api.example.com/unsubscribe', '/unsubscribe', ''])(
    'is refused at the start as %j',
    (url) => {
      expect(() => create({ unsubscribeUrl: url })).toThrow('unsubscribeUrl must be an https URL.');
    },
  );
});

describe('endMailSubscription', () => {
  it('switches the topic off by mail, and writes nothing the second time', async () => {
    await notification.mailSubscriptions.endMailSubscription(subscription, context);
    services.audit.events.length = 0;
    await notification.mailSubscriptions.endMailSubscription(subscription, context);
    await announce(notification);

    await notification.deliverDueMessages();

    expect(services.email.sent).toEqual([]);
    expect(services.audit.events).toEqual([]);
    expect(
      await notification.getAccountNotificationPreferencesByAccountId({ accountId }, context),
    ).toMatchObject({ emailEnabled: true, topics: { announcement: { email: false } } });
  });
});

describe('providers', () => {
  it('get what a message was laid out from, and in which language', async () => {
    const data = { title: 'News', text: 'Read.' };
    const { deliveryId } = await notification.sendEmailForAccount(
      { accountId, emailAddress: 'ada@example.org', topic: 'announcement', data, locale: 'de_at' },
      context,
    );

    await notification.deliverDueMessages();

    expect(services.email.sent).toMatchObject([
      { options: { deliveryId, accountId, topic: 'announcement', data, locale: 'en' } },
    ]);
  });
});
