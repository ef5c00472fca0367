import { EventEmitter, once } from 'node:events';

import { NotificationService, ProviderError, type EmailProvider } from '@org/notification';
import { afterEach, describe, expect, it } from 'vitest';

import {
  accountId,
  announce,
  context,
  createServices,
  sendOtp,
  type TestServices,
} from '../services.ts';

const HOURS = 3_600_000;

let services: TestServices;

afterEach(async () => {
  await services.notification.stopDelivery();
  await services.throwaway.remove();
});

/** A provider that holds each message until it is told to go on. */
function holdingProvider() {
  const events = new EventEmitter();
  const aborted: string[] = [];
  const provider: EmailProvider = {
    send: async (_message, { deliveryId, signal }) => {
      events.emit('begun', deliveryId);
      signal.addEventListener('abort', () => aborted.push(deliveryId));
      await once(events, 'go');
      return { providerMessageId: deliveryId };
    },
  };
  return { provider, events, aborted };
}

describe('the delivery worker', () => {
  it('is woken by a change stream, without polling', async () => {
    // The first poll opens the stream, and the next one would be in an hour.
    services = await createServices({ settings: { pollIntervalMilliseconds: HOURS } });
    services.notification.startDelivery();
    await expect
      .poll(() => services.commands.some(({ command }) => '$changeStream' in pipelineOf(command)))
      .toBe(true);
    // The stream tells of what is stored once it is open; what was stored before is polled for.
    await expect
      .poll(async () => {
        await sendOtp(services.notification);
        return services.sms.sent.length;
      })
      .toBeGreaterThan(0);
  });

  it('polls for what becomes due, and for all while there is no stream', async () => {
    services = await createServices({ settings: { pollIntervalMilliseconds: 20 } });
    const { deliveryId } = await sendOtp(services.notification);
    const later = new Date(services.clock.now().getTime() + 60_000);
    await services.deliveries.updateOne({}, { $set: { next_attempt_at: later } });
    services.notification.startDelivery();
    await expect.poll(() => countPolls()).toBeGreaterThan(2);
    expect(services.sms.sent).toEqual([]);

    services.clock.advance(60_000);

    await expect.poll(() => services.findDelivery(deliveryId)).toMatchObject({ status: 'sent' });
  });

  it('opens another stream when one ends', async () => {
    services = await createServices({ settings: { pollIntervalMilliseconds: 20 } });
    services.notification.startDelivery();
    await expect.poll(() => countStreams()).toBe(1);

    // Dropping the collection invalidates its streams.
    await services.deliveries.drop();
    await services.notification.initialize();

    await expect.poll(() => countStreams()).toBeGreaterThan(1);
    await sendOtp(services.notification);
    await expect.poll(() => services.sms.sent.length).toBe(1);
  });

  it('takes over what another worker leased and did not finish', async () => {
    services = await createServices();
    const { deliveryId } = await sendOtp(services.notification);
    const leasedUntil = new Date(services.clock.now().getTime() + 30_000);
    await services.deliveries.updateOne(
      {},
      { $set: { attempts: 1, next_attempt_at: leasedUntil, leased_until: leasedUntil } },
    );

    services.clock.advance(29_999);
    expect(await services.notification.deliverDueMessages()).toBe(0);
    services.clock.advance(1);
    expect(await services.notification.deliverDueMessages()).toBe(1);
    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'sent', attempts: 2 });
  });

  it.each([
    ['another worker has taken over', { attempts: 2 }],
    ['has died, was replayed, and is held by another', { attempts: 1, lease_id: 'another' }],
  ])('says nothing of a message that %s', async (_what, change) => {
    const { provider, events } = holdingProvider();
    services = await createServices({ providers: { email: provider } });
    const { deliveryId } = await announce(services.notification);
    const begun = once(events, 'begun');
    const delivering = services.notification.deliverDueMessages();
    await begun;
    await services.deliveries.updateOne({}, { $set: change });
    events.emit('go');
    await delivering;

    expect(await services.findDelivery(deliveryId)).toMatchObject({
      status: 'queued',
      leased_until: expect.any(Date),
      ...change,
    });
  });

  it('goes on with one channel while the vendor of another hangs', async () => {
    const { provider, events } = holdingProvider();
    services = await createServices({
      providers: { email: provider },
      settings: { deliveryConcurrency: 2, reservedConcurrency: 0, stopGraceMilliseconds: 10 },
    });
    await Promise.all([1, 2, 3].map(() => announce(services.notification)));
    services.notification.startDelivery();
    await once(events, 'begun');

    const { deliveryId } = await sendOtp(services.notification);

    await expect.poll(() => services.findDelivery(deliveryId)).toMatchObject({ status: 'sent' });
  });

  it('keeps slots for what is urgent while bulk messages hang', async () => {
    services = await createServices({
      providers: {
        email: {
          send: async (message, options) => {
            if (message.subject === 'News') {
              await once(options.signal, 'abort');
            }
            return services.email.send(message, options);
          },
        },
      },
      settings: { deliveryConcurrency: 3, reservedConcurrency: 1, stopGraceMilliseconds: 10 },
    });
    for (let count = 0; count < 10; count += 1) {
      await announce(services.notification);
    }
    services.notification.startDelivery();
    await expect.poll(() => services.deliveries.countDocuments({ attempts: 1 })).toBe(2);

    const { deliveryId } = await services.notification.sendEmailForAccount(
      {
        accountId,
        emailAddress: 'ada@example.org',
        topic: 'password-reset',
        data: { firstName: '', username: 'ada', passwordResetLink: 'https://app.example.org/' },
      },
      context,
    );

    await expect.poll(() => services.findDelivery(deliveryId)).toMatchObject({ status: 'sent' });
    expect(await services.deliveries.countDocuments({ attempts: 1 })).toBe(3);
  });

  it('lets what is being sent end when it is stopped, and takes nothing more', async () => {
    const { provider, events, aborted } = holdingProvider();
    services = await createServices({
      providers: { email: provider },
      settings: { deliveryConcurrency: 1, reservedConcurrency: 0, pollIntervalMilliseconds: 20 },
    });
    const begun = once(events, 'begun');
    const first = await announce(services.notification);
    services.notification.startDelivery();
    await begun;
    const second = await announce(services.notification);

    const stopping = services.notification.stopDelivery();
    events.emit('go');
    await stopping;

    expect(aborted).toEqual([]);
    expect(await services.findDelivery(first.deliveryId)).toMatchObject({ status: 'sent' });
    expect(await services.findDelivery(second.deliveryId)).toMatchObject({
      status: 'queued',
      attempts: 0,
    });
  });

  it('breaks off what does not end, for another worker to take', async () => {
    const { provider, events, aborted } = holdingProvider();
    services = await createServices({
      providers: { email: provider },
      settings: { stopGraceMilliseconds: 10 },
    });
    const begun = once(events, 'begun');
    const { deliveryId } = await announce(services.notification);
    services.notification.startDelivery();
    await begun;

    await services.notification.stopDelivery();

    expect(aborted).toEqual([deliveryId]);
    expect(await services.findDelivery(deliveryId)).toMatchObject({
      status: 'queued',
      attempts: 0,
      leased_until: null,
      next_attempt_at: services.clock.now(),
    });
  });

  it('gives a provider up that heeds no time limit', async () => {
    const { provider } = holdingProvider();
    services = await createServices({
      providers: { email: provider },
      settings: { sendTimeLimitMilliseconds: 20 },
    });
    const { deliveryId } = await announce(services.notification);

    await services.notification.deliverDueMessages();

    expect(await services.findDelivery(deliveryId)).toMatchObject({
      status: 'queued',
      last_error: 'The provider did not answer in time.',
    });
  });

  it('asks a vendor that takes nothing for one message a second until it takes one', async () => {
    services = await createServices({
      settings: { deliveryConcurrency: 1, reservedConcurrency: 0, pollIntervalMilliseconds: 20 },
    });
    const { email, clock, notification, deliveries } = services;
    const countTried = () => deliveries.countDocuments({ attempts: { $gt: 0 } });
    email.failure = new ProviderError('Vendor answered 500.', { retryable: true });
    for (let count = 0; count < 20; count += 1) {
      await announce(notification);
    }
    notification.startDelivery();
    await expect.poll(countTried).toBe(10);
    await severalPolls();
    expect(await countTried()).toBe(10);

    clock.advance(1_000);
    await expect.poll(countTried).toBe(11);
    await severalPolls();
    expect(await countTried()).toBe(11);

    email.failure = undefined;
    clock.advance(1_000);
    await expect.poll(countTried).toBe(20);
  });

  it('can be started twice and stopped twice', async () => {
    services = await createServices();
    services.notification.startDelivery();
    services.notification.startDelivery();
    await sendOtp(services.notification);

    await expect.poll(() => services.sms.sent.length).toBe(1);
    await services.notification.stopDelivery();
    await services.notification.stopDelivery();
  });

  it('shares the messages with a second worker', async () => {
    services = await createServices();
    const { throwaway, audit, secretKey, clock, email } = services;
    const second = NotificationService.create({
      database: throwaway.database,
      audit,
      secretKey,
      clock,
      providers: { email },
    });
    for (let count = 0; count < 50; count += 1) {
      await announce(services.notification);
    }

    const counts = await Promise.all([
      services.notification.deliverDueMessages(),
      second.deliverDueMessages(),
    ]);

    expect(counts[0] + counts[1]).toBe(50);
    expect(new Set(email.sent.map(({ options }) => options.deliveryId)).size).toBe(50);
    expect(email.sent).toHaveLength(50);
  });
});

function pipelineOf(command: Record<string, unknown>): object {
  return (command['pipeline'] as readonly object[] | undefined)?.[0] ?? {};
}

function countStreams(): number {
  return services.commands.filter(({ command }) => '$changeStream' in pipelineOf(command)).length;
}

async function severalPolls(): Promise<void> {
  const countExpiries = () => services.commands.filter(({ name }) => name === 'update').length;
  const before = countExpiries();
  await expect.poll(countExpiries).toBeGreaterThan(before + 8);
}

function countPolls(): number {
  return services.commands.filter(({ name }) => name === 'find').length;
}
