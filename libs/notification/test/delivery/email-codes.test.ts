import { RecordingAuditTrail } from '@org/core/testing';
import { Events } from '@org/events';
import { createEmailProvider, messageDelivered, messageFailed, topics } from '@org/notification';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { headerOf, startSmtpServer } from '../provider/smtp-server.ts';
import { accountId, context, createServices, type TestServices } from '../services.ts';

const CODE_TOPICS = [topics['email-code'], topics['email-known'], topics['contact-code']];
const emailAddress = 'nobody@example.org';
const origin = { browser: 'Firefox', system: 'Windows', address: '203.0.113.7' };
const data = {
  code: '314159',
  seconds: 300,
  link: 'https://app.example.com/sign-in#email=nobody%40example.org&code=314159',
  ...origin,
};

let smtp: Awaited<ReturnType<typeof startSmtpServer>>;
let services: TestServices;
let events: Events;
const heard: unknown[] = [];

beforeAll(async () => {
  smtp = await startSmtpServer();
  const from = 'Example <no-reply@example.org>';
  services = await createServices({
    providers: { email: createEmailProvider({ kind: 'smtp', url: smtp.url, from }) },
    eventsOn: (database, clock) => {
      events = Events.create({ database, clock, audit: new RecordingAuditTrail() });
      return events;
    },
  });
  await events.initialize();
  events.on(messageDelivered, { name: 'test.delivered' }, async ({ payload }) => {
    heard.push(payload);
  });
  events.on(messageFailed, { name: 'test.failed' }, async ({ payload }) => {
    heard.push(payload);
  });
});
beforeEach(async () => {
  await services.reset();
  smtp.mails.length = 0;
  heard.length = 0;
});
afterAll(async () => {
  await services.throwaway.remove();
  await smtp.stop();
});

/** Of a mail in quoted-printable. */
function readable({ source }: { source: string }): string {
  return source
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

describe('a code by mail', () => {
  it.each(CODE_TOPICS)(
    'of the topic $name reaches an address of nobody, whose preferences nobody looks up',
    async ({ name: topic }) => {
      const message = { accountId: '', emailAddress, topic, data };
      const { deliveryId } = await services.notification.sendEmailForAccount(message, context);
      services.commands.length = 0;

      expect(await services.notification.deliverDueMessages()).toBe(1);

      expect(smtp.mails).toHaveLength(1);
      const [mail] = smtp.mails as [(typeof smtp.mails)[0]];
      expect(mail.to).toEqual([emailAddress]);
      expect(readable(mail)).toContain('314159');
      expect(headerOf(mail, 'Subject')).not.toContain('314159');
      expect(services.commands.map(({ command }) => Object.values(command)[0])).not.toContain(
        'account_notification_preferences',
      );
      const delivery = await services.findDelivery(deliveryId);
      expect(delivery).toMatchObject({ account_id: '', status: 'sent', topic });
      expect(delivery).not.toHaveProperty('payload');
      await events.queue.drain();
      expect(heard).toEqual([{ deliveryId, accountId: '', channel: 'email', topic }]);
    },
  );

  it.each(CODE_TOPICS)(
    'of the topic $name reaches an account that has switched all mail off',
    async ({ name: topic }) => {
      await services.notification.createOrUpdateAccountNotificationPreferences(
        { accountId, emailEnabled: false },
        context,
      );
      const message = { accountId, emailAddress, topic, data };

      await services.notification.sendEmailForAccount(message, context);
      await services.notification.deliverDueMessages();

      expect(smtp.mails).toHaveLength(1);
    },
  );

  it('is dropped once the code is too old', async () => {
    const expiresAt = new Date(services.clock.now().getTime() + 60_000);
    const message = { accountId: '', emailAddress, topic: 'email-code', data, expiresAt } as const;
    const { deliveryId } = await services.notification.sendEmailForAccount(message, context);
    services.clock.advance(60_000);

    await services.notification.deliverDueMessages();

    expect(smtp.mails).toEqual([]);
    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'expired' });
  });

  it('has neither the code nor the address in what is stored, and no address in the audit', async () => {
    const message = { accountId: '', emailAddress, topic: 'email-code', data } as const;
    const { deliveryId } = await services.notification.sendEmailForAccount(message, context);

    const stored = JSON.stringify(await services.findDelivery(deliveryId));
    const recorded = JSON.stringify(services.audit.events);

    expect(stored + recorded).not.toMatch(/314159|nobody@|203\.0\.113\.7/);
  });
});
