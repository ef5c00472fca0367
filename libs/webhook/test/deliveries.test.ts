import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import type { WebhookService } from '@org/webhook';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { localhostCertificate } from './localhost-certificate.ts';
import { Receiver } from './receiver.ts';
import { context, WebhookTestBed } from './services.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

let bed: WebhookTestBed;
let webhooks: WebhookService;
let receiver: Receiver;

beforeEach(async () => {
  bed = await WebhookTestBed.create();
  webhooks = bed.webhooks;
  receiver = await Receiver.start();
});

describe('a delivery', () => {
  it('is verified by the reference library', async () => {
    const { id, secret } = await bed.addEndpoint(receiver.url);
    const publishedAt = bed.clock.now();
    await bed.pay('i1');
    bed.clock.advance(60_000);
    await webhooks.drain();

    const [webhook] = receiver.received;
    expect(bed.verify(webhook!, secret)).toEqual({
      type: 'invoice.paid',
      timestamp: publishedAt.toISOString(),
      data: { invoiceId: 'i1' },
    });
    const [delivery] = await bed.log(id);
    expect(webhook).toMatchObject({
      path: '/hook',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'org-webhook',
        'webhook-id': delivery!.id,
      },
    });
    expect(delivery).toMatchObject({
      event: 'invoice.paid',
      status: 'delivered',
      attempts: 1,
      lastStatus: 204,
      lastError: null,
      nextAttemptAt: null,
      finishedAt: bed.clock.now(),
    });
  });

  it('is not verified with another secret, nor if it was changed', async () => {
    const { secret } = await bed.addEndpoint(receiver.url);
    const { secret: another } = await bed.addEndpoint(receiver.url, ['account.created']);
    await bed.pay('i1');
    await webhooks.drain();

    const [webhook] = receiver.received;
    expect(() => bed.verify(webhook!, another)).toThrow('No matching signature');
    const body = webhook!.body.replace('i1', 'i2');
    expect(() => bed.verify({ ...webhook!, body }, secret)).toThrow('No matching signature');
  });

  it('is stored once for each enabled endpoint that subscribes, whichever process hears', async () => {
    const subscribed = [await bed.addEndpoint(receiver.url), await bed.addEndpoint(receiver.url)];
    await bed.addEndpoint(receiver.url, ['account.created']);
    const off = await bed.addEndpoint(receiver.url);
    await webhooks.disableEndpoint({ endpointId: off.id }, context);
    const others = [1, 2, 3].map(() => bed.createProcess());
    others.forEach(({ events }) => events.start());
    for (let invoice = 1; invoice <= 10; invoice += 1) {
      await bed.pay(`i${invoice}`);
    }

    await expect.poll(() => bed.database.collection('event_deliveries').countDocuments()).toBe(0);
    for (const { id } of subscribed) {
      expect(await bed.log(id)).toHaveLength(10);
    }
    expect(await bed.deliveries.countDocuments()).toBe(20);
  });

  it('is sent by one of several workers, once', async () => {
    await bed.addEndpoint(receiver.url);
    for (let invoice = 1; invoice <= 20; invoice += 1) {
      await bed.pay(`i${invoice}`);
    }
    [webhooks, bed.createProcess().webhooks].forEach((process) => process.start());

    const delivered = { status: 'delivered' };
    await expect.poll(() => bed.deliveries.countDocuments(delivered)).toBe(20);
    expect(receiver.received).toHaveLength(20);
  });

  it('that waits is sent as soon as a worker starts', async () => {
    await bed.addEndpoint(receiver.url);
    await bed.pay('i1');
    bed.createProcess({ pollIntervalMilliseconds: 600_000 }).webhooks.start();

    await expect.poll(() => receiver.received).toHaveLength(1);
  });

  it('to an endpoint that was added later is sent by a worker that runs', async () => {
    webhooks.start();
    const { id } = await bed
      .createProcess()
      .webhooks.createEndpoint({ url: receiver.url, events: ['invoice.paid'] }, context)
      .then(({ endpoint }) => endpoint);
    await webhooks.sendTestEvent({ endpointId: id }, context);

    await expect.poll(() => receiver.received).toHaveLength(1);
  });

  it('goes over TLS to those alone whose certificate is trusted', async () => {
    const secured = await Receiver.start({ isTls: true });
    const { id } = await bed.addEndpoint(secured.url);
    await bed.pay('i1');
    await webhooks.drain();
    expect((await bed.log(id))[0]).toMatchObject({
      status: 'queued',
      lastError: 'It cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT).',
    });
    expect(secured.received).toEqual([]);

    const trusted = getCACertificates('default');
    onTestFinished(() => setDefaultCACertificates(trusted));
    setDefaultCACertificates([...trusted, localhostCertificate.cert]);
    await bed.sendFor(HOUR);
    expect((await bed.log(id))[0]).toMatchObject({ status: 'delivered' });
    expect(secured.received).toHaveLength(1);
  });
});

describe('a failed delivery', () => {
  it('is tried again for three days, after growing delays, with the same id', async () => {
    const { id, secret } = await bed.addEndpoint(receiver.url);
    receiver.reply = { status: 500 };
    await bed.pay('i1');
    const waits = await bed.sendFor();

    const [delivery] = await bed.log(id);
    expect(delivery).toMatchObject({
      status: 'failed',
      attempts: waits.length + 1,
      lastStatus: 500,
      lastError: 'It answered 500.',
    });
    const total = waits.reduce((sum, wait) => sum + wait, 0);
    expect(total).toBeGreaterThan(2.9 * DAY);
    expect(total).toBeLessThanOrEqual(3 * DAY);
    expect(waits[0]).toBeLessThanOrEqual(10_000);
    waits.slice(0, 11).forEach((wait, index) => {
      expect(wait).toBeGreaterThanOrEqual(5_000 * 2 ** index);
      expect(wait).toBeLessThanOrEqual(10_000 * 2 ** index);
    });
    expect(Math.max(...waits)).toBeLessThanOrEqual(8 * HOUR);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids)).toEqual(new Set([delivery!.id]));
    // Each attempt has a time of its own, and is signed again.
    expect(bed.verify(receiver.received.at(-1)!, secret)).toMatchObject({ type: 'invoice.paid' });
    expect(() => bed.verify(receiver.received[0]!, secret)).toThrow('too old');
  });

  it('is tried again when it was asked to, within an hour', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    receiver.reply = { status: 503, headers: { 'Retry-After': '1800' } };
    await bed.pay('i1');
    await webhooks.drain();
    const halfAnHour = new Date(bed.clock.now().getTime() + HOUR / 2);
    expect((await bed.log(id))[0]!.nextAttemptAt).toEqual(halfAnHour);

    bed.clock.advance(HOUR / 2);
    receiver.reply = { status: 503, headers: { 'Retry-After': '864000' } };
    await webhooks.drain();
    const anHour = new Date(bed.clock.now().getTime() + HOUR);
    expect((await bed.log(id))[0]!.nextAttemptAt).toEqual(anHour);
  });

  it('may be answered with a redirect, which is not followed', async () => {
    const target = await Receiver.start();
    const { id } = await bed.addEndpoint(receiver.url);
    receiver.reply = { status: 302, headers: { Location: target.url } };
    await bed.pay('i1');
    await webhooks.drain();

    expect((await bed.log(id))[0]).toMatchObject({
      status: 'queued',
      lastStatus: 302,
      lastError: 'It answered 302, and redirects are not followed.',
    });
    expect(target.received).toEqual([]);
  });

  it('may be one that nobody answers', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    await receiver.stop();
    await bed.pay('i1');
    await webhooks.drain();

    expect((await bed.log(id))[0]).toMatchObject({
      lastStatus: null,
      lastError: 'It cannot be reached (ECONNREFUSED).',
    });
  });

  it('may be one that is answered too late', async () => {
    const impatient = bed.createProcess({ sendTimeLimitMilliseconds: 50 });
    const { id } = await bed.addEndpoint(receiver.url);
    receiver.reply = 'hang';
    await bed.pay('i1');
    await impatient.webhooks.drain();

    expect((await bed.log(id))[0]).toMatchObject({
      status: 'queued',
      attempts: 1,
      lastError: 'It did not answer within 50 ms.',
    });
  });

  it('ends after its life, even if no worker was there', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    await bed.pay('i1');
    bed.clock.advance(3 * DAY);

    expect(await webhooks.drain()).toBe(0);
    expect((await bed.log(id))[0]).toMatchObject({
      status: 'failed',
      lastError: 'It was not delivered in time.',
    });
  });

  it('ends if it cannot be read', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    await bed.pay('i1');
    await bed.deliveries.updateOne(
      {},
      { $unset: { event: 1 } },
      { bypassDocumentValidation: true },
    );
    await webhooks.drain();

    const stored = await bed.deliveries.findOne({ endpoint_id: id });
    expect(stored).toMatchObject({ status: 'failed', purge_at: expect.any(Date) });
    expect(receiver.received).toEqual([]);
  });

  it('is given back uncounted by a worker that stops', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    receiver.reply = 'hang';
    await bed.pay('i1');
    webhooks.start();
    await expect.poll(() => receiver.received).toHaveLength(1);
    await webhooks.stop();

    expect((await bed.log(id))[0]).toMatchObject({ status: 'queued', attempts: 0 });
    receiver.reply = { status: 200 };
    await webhooks.drain();
    expect((await bed.log(id))[0]).toMatchObject({ status: 'delivered', attempts: 1 });
  });
});

describe('an endpoint that hangs', () => {
  it('delays no other, and has few slots', async () => {
    const hanging = await Receiver.start();
    hanging.reply = 'hang';
    await bed.addEndpoint(hanging.url);
    for (let invoice = 1; invoice <= 8; invoice += 1) {
      await bed.pay(`i${invoice}`);
    }
    const { id } = await bed.addEndpoint(receiver.url);
    await bed.pay('i9');
    const worker = bed.createProcess({
      maximumEndpoints: 5,
      deliveryConcurrency: 6,
      endpointConcurrency: 3,
    });
    worker.webhooks.start();

    await expect.poll(async () => (await bed.log(id))[0]!.status).toBe('delivered');
    await expect.poll(() => hanging.received).toHaveLength(3);
    for (let invoice = 10; invoice <= 12; invoice += 1) {
      await bed.pay(`i${invoice}`);
    }
    await expect.poll(() => receiver.received).toHaveLength(4);
    expect(hanging.received).toHaveLength(3);
  });

  it('has a single slot once it fails', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    receiver.reply = { status: 500 };
    await bed.pay('i1');
    await webhooks.drain();
    receiver.reply = 'hang';
    receiver.received.length = 0;
    for (let invoice = 2; invoice <= 5; invoice += 1) {
      await bed.pay(`i${invoice}`);
    }
    const { failingSince } = await webhooks.getEndpointById({ endpointId: id }, context);
    expect(failingSince).not.toBeNull();
    const other = await Receiver.start();
    await bed.addEndpoint(other.url);
    webhooks.start();
    await expect.poll(() => receiver.received).toHaveLength(1);
    await bed.pay('i6');
    await expect.poll(() => other.received).toHaveLength(1);

    expect(receiver.received).toHaveLength(1);
  });
});
