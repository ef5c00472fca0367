import {
  WebhookBadRequestError,
  WebhookDeliveryNotFoundError,
  WebhookEndpointDisabledError,
  type WebhookService,
} from '@org/webhook';
import { beforeEach, describe, expect, it } from 'vitest';

import { Receiver } from './receiver.ts';
import { accountCreated, accountErased, context, WebhookTestBed } from './services.ts';

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

describe('the log', () => {
  it('is read in pages, newest first', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    for (let invoice = 1; invoice <= 3; invoice += 1) {
      await bed.pay(`i${invoice}`);
    }
    const all = await bed.log(id);
    const first = await webhooks.listDeliveries({ endpointId: id, limit: 2 }, context);
    const cursor = first.nextCursor!;
    const second = await webhooks.listDeliveries({ endpointId: id, limit: 2, cursor }, context);

    expect([...first.items, ...second.items]).toEqual(all);
    expect(second.nextCursor).toBeNull();
    await expect(
      webhooks.listDeliveries({ endpointId: id, cursor: 'nonsense' }, context),
    ).rejects.toThrow(WebhookBadRequestError);
  });

  it('is kept for 30 days', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    await bed.pay('i1');
    await webhooks.drain();

    expect(await bed.deliveries.findOne({ endpoint_id: id })).toMatchObject({
      purge_at: new Date(bed.clock.now().getTime() + 30 * DAY),
    });
  });

  it('holds what can be replayed, with the same id', async () => {
    const { id, secret } = await bed.addEndpoint(receiver.url);
    receiver.reply = { status: 500 };
    await bed.pay('i1');
    await bed.sendFor();
    receiver.received.length = 0;
    receiver.reply = { status: 200 };
    const [failed] = await bed.log(id);
    await webhooks.replayDelivery({ deliveryId: failed!.id }, context);
    expect((await bed.log(id))[0]).toMatchObject({ status: 'queued', finishedAt: null });
    await webhooks.drain();

    expect((await bed.log(id))[0]).toMatchObject({ status: 'delivered', id: failed!.id });
    expect(receiver.received[0]!.headers['webhook-id']).toBe(failed!.id);
    expect(bed.verify(receiver.received[0]!, secret)).toMatchObject({ data: { invoiceId: 'i1' } });
    expect(bed.audit.events.at(-1)).toMatchObject({
      resourceType: 'webhook_deliveries',
      resourceId: failed!.id,
      changes: { status: { old: 'failed', new: 'queued' } },
    });
  });

  it('holds nothing to replay that is queued, unknown, or for a disabled endpoint', async () => {
    const { id } = await bed.addEndpoint(receiver.url);
    await bed.pay('i1');
    const [{ id: deliveryId } = { id: '' }] = await bed.log(id);
    const unknown = { deliveryId: '64b00000000000000000000a' };
    for (const params of [{ deliveryId }, unknown]) {
      await expect(webhooks.replayDelivery(params, context)).rejects.toThrow(
        WebhookDeliveryNotFoundError,
      );
    }
    await webhooks.drain();
    await webhooks.disableEndpoint({ endpointId: id }, context);
    await expect(webhooks.replayDelivery({ deliveryId }, context)).rejects.toThrow(
      WebhookEndpointDisabledError,
    );
  });
});

describe('an account’s deliveries', () => {
  const erasure = { signal: new AbortController().signal, forget: async () => {} };

  it('are exported and erased with it', async () => {
    const { id } = await bed.addEndpoint(receiver.url, ['account.created', 'invoice.paid']);
    await bed.publishOfAccount(accountCreated, 'a1');
    await webhooks.drain();
    await bed.publishOfAccount(accountCreated, 'a1');
    await bed.publishOfAccount(accountCreated, 'a2');
    await bed.pay('i1');

    const { personalDataProvider: provider } = webhooks;
    const exported: object[] = [];
    for await (const page of provider.exportDataByAccountId({ accountId: 'a1' }, context)) {
      exported.push(...page);
    }
    expect(exported).toMatchObject([
      { endpoint_id: id, event: 'account.created', data: { accountId: 'a1' }, status: 'delivered' },
      { status: 'queued' },
    ]);
    await provider.deleteDataByAccountId({ accountId: 'a1' }, erasure, context);
    expect(await bed.deliveries.countDocuments({ 'data.accountId': 'a1' })).toBe(0);
    expect(await bed.log(id)).toHaveLength(2);
  });

  it('that tell of its erasure are sent nevertheless', async () => {
    await bed.addEndpoint(receiver.url, ['account.erased']);
    await bed.publishOfAccount(accountErased, 'a1');
    await webhooks.personalDataProvider.deleteDataByAccountId(
      { accountId: 'a1' },
      erasure,
      context,
    );
    await webhooks.drain();

    expect(receiver.received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { type: 'account.erased', data: { accountId: 'a1' } },
    ]);
  });
});

it('finds everything by an index', async () => {
  const { id } = await bed.addEndpoint(receiver.url, ['account.created']);
  await bed.publishOfAccount(accountCreated, 'a1');
  const now = bed.clock.now();
  const due = { $lte: now };
  const queries = [
    [bed.endpoints, { state: 'enabled', events: 'account.created' }],
    [bed.endpoints, { state: 'enabled' }],
    [bed.deliveries, { status: 'queued', endpoint_id: id, leased_until: null }],
    [bed.deliveries, { status: 'queued', expires_at: due, next_attempt_at: due }],
    [bed.deliveries, { status: 'queued', endpoint_id: { $in: [id] }, next_attempt_at: due }],
    [bed.deliveries, { endpoint_id: id }],
    [bed.deliveries, { account_id: { $in: ['a1'] } }],
    [bed.deliveries, { status: 'queued' }],
  ] as const;
  for (const [collection, filter] of queries) {
    const plan = await collection.find(filter).explain('queryPlanner');
    expect(JSON.stringify(plan['queryPlanner'])).not.toContain('COLLSCAN');
  }
  const newest = bed.deliveries.find({ endpoint_id: id }).sort({ _id: -1 });
  expect(JSON.stringify(await newest.explain('queryPlanner'))).not.toContain('"SORT"');
});

it('looks at no delivery that still has time for those that have none left', async () => {
  const { id } = await bed.addEndpoint(receiver.url);
  for (let invoice = 1; invoice <= 20; invoice += 1) {
    await bed.pay(`i${invoice}`);
  }
  bed.clock.advance(60_000);
  const due = { $lte: bed.clock.now() };
  const expired = { status: 'queued', expires_at: due, next_attempt_at: due };
  const { executionStats } = await bed.deliveries.find(expired).explain('executionStats');

  expect(executionStats).toMatchObject({ totalDocsExamined: 0, totalKeysExamined: 0 });
  expect(await bed.log(id)).toHaveLength(20);
});
