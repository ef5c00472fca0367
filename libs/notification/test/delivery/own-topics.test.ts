import { NotificationService } from '@org/notification';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { invoicePaid } from '../invoice-paid.ts';
import {
  accountId,
  announce,
  context,
  createServices,
  phoneNumber,
  type TestServices,
} from '../services.ts';

const data = { ...invoicePaid.sample, number: '2026-7' };
const message = { accountId, emailAddress: 'ada@example.org', topic: invoicePaid, data };
const HOUR = 60 * 60_000;

let services: TestServices;
/** Does not know the topic. */
let earlier: NotificationService;

beforeAll(async () => {
  services = await createServices({
    messages: { topics: [invoicePaid], branding: { sender: { replyTo: 'help@example.org' } } },
  });
  const { throwaway, audit, secretKey, clock, email, sms, push } = services;
  earlier = NotificationService.create({
    database: throwaway.database,
    ...{ audit, secretKey, clock, providers: { email, sms, push } },
  });
});
beforeEach(async () => {
  await services.reset();
});
afterAll(async () => {
  await services.throwaway.remove();
});

describe('a message of a topic of one’s own', () => {
  it('is sent like one of a built-in topic', async () => {
    await services.notification.sendEmailForAccount(message, context);

    await services.notification.deliverDueMessages();

    expect(services.email.sent).toMatchObject([
      {
        message: {
          to: 'ada@example.org',
          sender: { replyTo: 'help@example.org' },
          subject: 'Invoice 2026-7 is paid',
          text: expect.stringContaining('You paid for 3 items on 1 February 2026 at 09:30 UTC.'),
        },
      },
    ]);
  });

  it('obeys the preferences as its topic says', async () => {
    await services.notification.createOrUpdateAccountNotificationPreferences(
      { accountId, emailEnabled: false },
      context,
    );
    const { deliveryId } = await services.notification.sendEmailForAccount(message, context);

    await services.notification.deliverDueMessages();

    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'suppressed' });
  });

  it('is held back on the channels where the account has switched its topic off', async () => {
    const { notification, commands, findDelivery } = services;
    const { accountId } = message;
    const topics = { 'billing.invoice-paid': { email: false }, announcement: { push: false } };
    await notification.createOrUpdateAccountNotificationPreferences({ accountId, topics }, context);
    const { deliveryId } = await notification.sendEmailForAccount(message, context);
    await announce(notification);
    commands.length = 0;

    await notification.deliverDueMessages();

    expect(await findDelivery(deliveryId)).toMatchObject({ status: 'suppressed' });
    expect(services.email.sent).toMatchObject([{ message: { subject: 'News' } }]);
    const reads = commands.filter(
      ({ command }) => command['find'] === 'account_notification_preferences',
    );
    expect(reads).toHaveLength(2);
  });

  it('is refused if its data cannot be laid out', async () => {
    const wrong = { ...message, data: { ...data, url: 'javascript:alert(1)' } };

    await expect(services.notification.sendEmailForAccount(wrong, context)).rejects.toMatchObject({
      code: 'NOTIFICATION_ERR_02',
      message: 'The template of the topic billing.invoice-paid cannot lay out this data for email.',
    });
  });

  it('is refused for a channel that it lacks, to who does not heed the types', async () => {
    const sms = { accountId, phoneNumber, topic: invoicePaid as never, data: data as never };

    await expect(services.notification.sendSmsForAccount(sms, context)).rejects.toMatchObject({
      message: 'There is no sms message of the topic billing.invoice-paid.',
    });
  });

  it.each([
    ['was not registered', () => earlier, invoicePaid],
    ['only has the name of a registered one', () => services.notification, { ...invoicePaid }],
  ])('is refused if its topic %s', async (_, notification, topic) => {
    await expect(
      notification().sendEmailForAccount({ ...message, topic }, context),
    ).rejects.toMatchObject({
      code: 'NOTIFICATION_ERR_02',
      message:
        'The topic "billing.invoice-paid" is not registered: pass it to NotificationService.create in topics.',
    });
  });
});

describe('a queued message whose topic a worker does not know', () => {
  const lastError =
    'No email message of the topic billing.invoice-paid is registered in this program.';

  it('is left to a worker that knows it, and tried again only later', async () => {
    const { deliveryId } = await services.notification.sendEmailForAccount(message, context);

    expect(await earlier.deliverDueMessages()).toBe(1);

    const row = await services.findDelivery(deliveryId);
    expect(row).toMatchObject({ status: 'queued', attempts: 1, last_error: lastError });
    services.clock.advance(HOUR);
    await services.notification.deliverDueMessages();
    expect(services.email.sent).toHaveLength(1);
  });

  it('is a dead letter after the usual attempts, and sent when it is replayed', async () => {
    const { deliveryId } = await services.notification.sendEmailForAccount(message, context);

    let attempts = 0;
    while ((await earlier.listDeadDeliveries({}, context)).items.length === 0) {
      attempts += await earlier.deliverDueMessages();
      services.clock.advance(HOUR);
    }

    expect(attempts).toBe(15);
    expect(await earlier.listDeadDeliveries({}, context)).toMatchObject({
      items: [{ id: deliveryId, topic: 'billing.invoice-paid', lastError }],
    });
    await services.notification.replayDeadDelivery({ deliveryId }, context);
    await services.notification.deliverDueMessages();
    expect(services.email.sent).toMatchObject([{ message: { subject: 'Invoice 2026-7 is paid' } }]);
  });
});
