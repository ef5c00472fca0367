import {
  WebhookBadRequestError,
  WebhookEndpointDisabledError,
  WebhookEndpointLimitReachedError,
  WebhookEndpointNotFoundError,
  type WebhookService,
} from '@org/webhook';
import type { Binary } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { Receiver, type Reply } from './receiver.ts';
import { accountCreated, context, invoicePaid, WebhookTestBed } from './services.ts';

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

describe('an endpoint', () => {
  it('that answers 410 is disabled at once', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    receiver.reply = { status: 410 };
    await bed.pay('i1');
    await webhooks.drain();

    expect(await webhooks.getEndpointById({ endpointId: id }, context)).toMatchObject({
      state: 'disabled',
      disabledReason: 'gone',
      disabledAt: bed.clock.now(),
    });
    expect(bed.disabled).toEqual([{ endpointId: id, reason: 'gone' }]);
    expect(await webhooks.getStatistics(context)).toMatchObject({ enabled: 0, disabled: 1 });
    const audited = bed.audit.events.find(({ action }) => action === 'update');
    expect(audited).toMatchObject({
      resourceType: 'webhook_endpoints',
      resourceId: id,
      changes: { state: { old: 'enabled', new: 'disabled' } },
      context: { actor: { type: 'worker', id: 'webhook' } },
    });
    await bed.pay('i2');
    expect(await bed.log(id)).toMatchObject([{ status: 'failed', lastStatus: 410, attempts: 1 }]);
  });

  it('that is disabled again stays as it was', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    const first = await webhooks.disableEndpoint({ endpointId: id }, context);
    bed.clock.advance(HOUR);

    expect(await webhooks.disableEndpoint({ endpointId: id }, context)).toEqual(first);
  });

  it('that fails for five days without a break is disabled', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    receiver.reply = { status: 500 };
    await bed.pay('i1');
    await bed.sendFor();
    expect(await webhooks.getStatistics(context)).toMatchObject({ failing: 1, disabled: 0 });
    bed.clock.advance(DAY);
    await bed.pay('i2');
    await bed.sendFor(DAY - HOUR);
    expect(bed.disabled).toEqual([]);

    await bed.sendFor(DAY);
    expect(bed.disabled).toEqual([{ endpointId: id, reason: 'failing' }]);
    expect(await webhooks.getEndpointById({ endpointId: id }, context)).toMatchObject({
      state: 'disabled',
      disabledReason: 'failing',
    });
  });

  it('that succeeds in between is not', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    for (let day = 1; day <= 3; day += 1) {
      receiver.reply = { status: 500 };
      await bed.pay(`i${day}`);
      await bed.sendFor(2 * DAY);
      receiver.reply = { status: 200 };
      await bed.sendFor(DAY);
    }

    expect(await webhooks.getEndpointById({ endpointId: id }, context)).toMatchObject({
      state: 'enabled',
      failingSince: null,
    });
    expect(bed.disabled).toEqual([]);
  });

  it('that is disabled gets what waits once it is enabled', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    receiver.reply = { status: 500 };
    await bed.pay('i1');
    await bed.sendFor(HOUR);
    await webhooks.disableEndpoint({ endpointId: id }, context);
    receiver.received.length = 0;
    receiver.reply = { status: 200 };
    await bed.sendFor(DAY);
    await bed.pay('i2');
    expect(await webhooks.drain()).toBe(0);
    expect(receiver.received).toEqual([]);

    await webhooks.enableEndpoint({ endpointId: id }, context);
    expect(await webhooks.drain()).toBe(1);
    expect((await bed.log(id)).map(({ status }) => status)).toEqual(['delivered']);
  });

  it('that is enabled gets at once what would have been tried later', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    receiver.reply = { status: 500 };
    await bed.pay('i1');
    await bed.sendFor(HOUR);
    receiver.reply = { status: 200 };
    expect(await webhooks.drain()).toBe(0);

    await webhooks.enableEndpoint({ endpointId: id }, context);
    expect(await webhooks.drain()).toBe(1);
  });

  it('that is disabled elsewhere while a worker runs gets no more, and is forgotten', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    const other = await Receiver.start();
    const { id: otherId } = await bed.addEndpoint(other.url);
    // Only new deliveries wake it.
    const worker = bed.createProcess({ pollIntervalMilliseconds: 600_000 }).webhooks;
    worker.start();
    await webhooks.sendTestEvent({ endpointId: id }, context);
    await expect.poll(() => receiver.received).toHaveLength(1);
    await expect.poll(() => bed.deliveries.countDocuments({ status: 'delivered' })).toBe(1);

    await webhooks.disableEndpoint({ endpointId: id }, context);
    const again = { status: 'queued', next_attempt_at: bed.clock.now() };
    await bed.deliveries.updateOne({ endpoint_id: id }, { $set: again });
    bed.claims.length = 0;
    for (let test = 1; test <= 6; test += 1) {
      await webhooks.sendTestEvent({ endpointId: otherId }, context);
      await expect.poll(() => other.received).toHaveLength(test);
    }
    expect(receiver.received).toHaveLength(1);
    const [waiting] = await bed.log(id);
    // Once by whoever finds out, and by a take that had begun before.
    const claims = bed.claims.filter((claimed) => claimed === waiting!.id);
    expect(claims.length).toBeLessThanOrEqual(2);
    expect(bed.errors).toEqual([]);
  });

  it('that is deleted gets no more', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    await bed.pay('i1');
    await webhooks.deleteEndpoint({ endpointId: id }, context);
    await webhooks.drain();

    expect(receiver.received).toEqual([]);
    await expect(webhooks.listDeliveries({ endpointId: id }, context)).rejects.toThrow(
      WebhookEndpointNotFoundError,
    );
    expect(await bed.deliveries.findOne({})).toMatchObject({
      status: 'failed',
      last_error: 'The endpoint was deleted.',
    });
  });

  it('whose deletion failed half-way is deleted once more, with what waits for it', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    await bed.pay('i1');
    await bed.database.collection('webhook_endpoints').deleteMany({});

    await webhooks.deleteEndpoint({ endpointId: id }, context);

    expect(await bed.deliveries.findOne({})).toMatchObject({
      status: 'failed',
      last_error: 'The endpoint was deleted.',
    });
  });

  it('is not found by its id in capitals, which no delivery has', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    const capitals = { endpointId: id.toUpperCase() };

    for (const work of ['sendTestEvent', 'listDeliveries', 'deleteEndpoint'] as const) {
      await expect(webhooks[work](capitals, context)).rejects.toThrow(WebhookEndpointNotFoundError);
    }
  });

  it('that was changed gets what waits at its new address, and other events', async () => {
    const { id } = await bed.addEndpoint('http://127.0.0.1:9/closed');
    await bed.pay('i1');
    await webhooks.drain();
    const changed = await webhooks.updateEndpoint(
      { endpointId: id, url: receiver.url, events: ['account.created'], description: 'Ours' },
      context,
    );
    expect(changed).toMatchObject({ failingSince: null, description: 'Ours' });
    await bed.pay('i2');
    await bed.publishOfAccount(accountCreated, 'a1');
    await bed.sendFor(HOUR);

    const types = receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
    expect(types.toSorted()).toEqual(['account.created', 'invoice.paid']);
  });

  it('costs nothing where no event is wanted, and is noticed within ten seconds', async () => {
    const rows = bed.database.collection('event_deliveries');
    expect(bed.events.hasListeners(invoicePaid)).toBe(true);
    await expect.poll(() => bed.events.hasListeners(invoicePaid)).toBe(false);
    await bed.publish(invoicePaid, { invoiceId: 'i1' });
    expect(await rows.countDocuments()).toBe(0);

    const elsewhere = bed.createProcess().webhooks;
    await elsewhere.createEndpoint({ url: receiver.url, events: ['invoice.paid'] }, context);
    bed.clock.advance(10_000);
    await bed.publish(invoicePaid, { invoiceId: 'i2' });
    expect(await rows.countDocuments()).toBe(1);
    await expect.poll(() => bed.events.hasListeners(accountCreated)).toBe(false);
    expect(bed.events.hasListeners(invoicePaid)).toBe(true);
  });

  it('is read again after a second, beside the first who asks', async () => {
    await expect.poll(() => bed.events.hasListeners(invoicePaid)).toBe(false);
    const elsewhere = bed.createProcess().webhooks;
    await elsewhere.createEndpoint({ url: receiver.url, events: ['invoice.paid'] }, context);
    expect(bed.events.hasListeners(invoicePaid)).toBe(false);
    bed.clock.advance(1_000);

    expect(bed.events.hasListeners(invoicePaid)).toBe(false);
    await expect.poll(() => bed.events.hasListeners(invoicePaid)).toBe(true);
  });

  it('is noticed at once where it is created, changed or enabled', async () => {
    const isWanted = () => bed.events.hasListeners(invoicePaid);
    await expect.poll(isWanted).toBe(false);
    const { id: endpointId } = await bed.addEndpoint(receiver.url);
    expect(isWanted()).toBe(true);

    await webhooks.disableEndpoint({ endpointId }, context);
    bed.clock.advance(1_000);
    await expect.poll(isWanted).toBe(false);
    await webhooks.enableEndpoint({ endpointId }, context);
    expect(isWanted()).toBe(true);
  });

  it('is not disabled for what its URL of before answers', async () => {
    const { id: endpointId } = await bed.addEndpoint(receiver.url);
    let answer: (reply: Reply) => void = () => {};
    receiver.reply = new Promise((resolve) => (answer = resolve));
    await bed.pay('i1');
    const sending = webhooks.drain();
    await expect.poll(() => receiver.received).toHaveLength(1);
    await webhooks.updateEndpoint({ endpointId, url: `${receiver.url}/new` }, context);
    answer({ status: 410 });
    await sending;

    expect(await bed.log(endpointId)).toMatchObject([{ status: 'failed', lastStatus: 410 }]);
    const endpoint = await webhooks.getEndpointById({ endpointId }, context);
    expect(endpoint.state).toBe('enabled');
  });

  it('can be listed, newest first', async () => {
    const first = await bed.addEndpoint(receiver.url);
    const second = await bed.addEndpoint(receiver.url);

    const listed = await webhooks.listEndpoints(context);
    expect(listed.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(listed[0]).not.toHaveProperty('encryptedSecrets');
  });

  it('is one of a limited number', async () => {
    const limited = bed.createProcess({ maximumEndpoints: 1 });
    const params = { url: receiver.url, events: ['invoice.paid'] };
    await limited.webhooks.createEndpoint(params, context);

    await expect(limited.webhooks.createEndpoint(params, context)).rejects.toThrow(
      WebhookEndpointLimitReachedError,
    );
  });

  it('is one of a limited number, however many are created at once', async () => {
    const limited = bed.createProcess({ maximumEndpoints: 3 });
    const params = { url: receiver.url, events: ['invoice.paid'] };
    await limited.webhooks.createEndpoint(params, context);
    const attempts = Array.from({ length: 8 }, () =>
      limited.webhooks.createEndpoint(params, context),
    );

    const refused = (await Promise.allSettled(attempts)).filter((end) => end.status === 'rejected');

    expect(refused.map(({ reason }) => reason as unknown)).toEqual(
      Array.from({ length: 6 }, () => expect.any(WebhookEndpointLimitReachedError)),
    );
    expect(await bed.endpoints.countDocuments()).toBe(3);
  });

  it('subscribes to events that exist', async () => {
    for (const events of [[], ['invoice.lost'], ['webhook.test'], ['*']]) {
      await expect(
        webhooks.createEndpoint({ url: receiver.url, events }, context),
      ).rejects.toMatchObject({ code: 'WEBHOOK_ERR_02', details: [{ path: '/events' }] });
    }
    expect(webhooks.eventNames).toEqual(['invoice.paid', 'account.created', 'account.erased']);
  });

  it('is unknown if it never was', async () => {
    const unknown = { endpointId: '64b00000000000000000000a' };
    await expect(webhooks.getEndpointById(unknown, context)).rejects.toThrow(
      WebhookEndpointNotFoundError,
    );
    await expect(webhooks.deleteEndpoint(unknown, context)).rejects.toThrow(
      WebhookEndpointNotFoundError,
    );
    await expect(webhooks.rotateSecret(unknown, context)).rejects.toThrow(
      WebhookEndpointNotFoundError,
    );
  });
});

describe('a secret', () => {
  it('is shown once, and is in no document, record or answer', async () => {
    const { id, secret } = await bed.addEndpoint(receiver.url);
    expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
    await webhooks.rotateSecret({ endpointId: id }, context);
    await bed.pay('i1');
    await webhooks.drain();

    const raw = secret.replace('whsec_', '');
    const [stored] = await bed.endpoints.find().toArray();
    const encrypted = Buffer.from((stored!['encrypted_secrets'] as Binary).buffer);
    expect(encrypted.includes(raw)).toBe(false);
    const changes = bed.audit.events.map((event) => event.changes);
    const shown = [stored, changes, await webhooks.listEndpoints(context), await bed.log(id)];
    expect(JSON.stringify(shown)).not.toContain(raw);
  });

  it('of before is valid for a day after a rotation', async () => {
    const { id, secret: former } = await bed.addEndpoint(receiver.url);
    const { secret, endpoint } = await webhooks.rotateSecret({ endpointId: id }, context);
    expect(endpoint.previousSecretValidUntil).toEqual(new Date(bed.clock.now().getTime() + DAY));
    await bed.pay('i1');
    await webhooks.drain();

    const [both] = receiver.received;
    expect(both!.headers['webhook-signature']!.split(' ')).toHaveLength(2);
    expect(bed.verify(both!, former)).toEqual(bed.verify(both!, secret));

    bed.clock.advance(DAY);
    await bed.pay('i2');
    await webhooks.drain();
    const [, single] = receiver.received;
    expect(single!.headers['webhook-signature']!.split(' ')).toHaveLength(1);
    expect(bed.verify(single!, secret)).toMatchObject({ data: { invoiceId: 'i2' } });
    expect(() => bed.verify(single!, former)).toThrow();
  });

  it('that leaked can be ended at once', async () => {
    const { id, secret: former } = await bed.addEndpoint(receiver.url);
    await webhooks.rotateSecret({ endpointId: id, overlapMilliseconds: 0 }, context);
    await bed.pay('i1');
    await webhooks.drain();

    expect(() => bed.verify(receiver.received[0]!, former)).toThrow();
    const params = { endpointId: id, overlapMilliseconds: 31 * DAY };
    await expect(webhooks.rotateSecret(params, context)).rejects.toThrow(WebhookBadRequestError);
  });

  it('is among those that move to a new secret key', async () => {
    await bed.addEndpoint(receiver.url);

    const [secrets] = webhooks.storedSecrets;
    expect(await secrets!.examine()).toEqual({
      collectionName: 'webhook_endpoints',
      checked: 1,
      outdated: 0,
      unreadable: 0,
    });
  });
});

describe('a test event', () => {
  it('goes to an endpoint whatever it subscribes to', async () => {
    const { id, secret } = await bed.addEndpoint(receiver.url, ['account.created']);
    const { deliveryId } = await webhooks.sendTestEvent({ endpointId: id }, context);
    await webhooks.drain();

    const [webhook] = receiver.received;
    expect(webhook!.headers['webhook-id']).toBe(deliveryId);
    expect(bed.verify(webhook!, secret)).toMatchObject({
      type: 'webhook.test',
      data: { endpointId: id },
    });
  });

  it('goes to none that is disabled', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    await webhooks.disableEndpoint({ endpointId: id }, context);

    await expect(webhooks.sendTestEvent({ endpointId: id }, context)).rejects.toThrow(
      WebhookEndpointDisabledError,
    );
  });
});
