import { OperationContext } from '@org/core';
import { noEvents } from '@org/events';
import { ProviderError } from '@org/notification';
import { ObjectId, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AttemptWriter } from '../../src/internal/delivery/attempt-writer.ts';
import {
  convertDeliveryBsonToLeasedDelivery,
  encryptPayload,
} from '../../src/internal/delivery/delivery-util.ts';
import { DeliveryRepository } from '../../src/internal/delivery/store/delivery-repository.ts';
import { MessageRenderer } from '../../src/internal/topic/rendering.ts';
import { completeSettings } from '../../src/internal/notification-settings-policy.ts';
import { accountId, createServices, sendOtp, type TestServices } from '../services.ts';

const BULK = 10_000;
const context = OperationContext.create({
  actor: { type: 'worker', id: 'test' },
  requestId: 'test',
});
const settings = completeSettings({
  leaseMilliseconds: 30_000,
  finishedRetentionMilliseconds: 1,
  deadRetentionMilliseconds: 1,
});

let services: TestServices;
let attempts: AttemptWriter;
let repository: DeliveryRepository;

beforeAll(async () => {
  services = await createServices();
  const { clock, secretKey, audit } = services;
  const { database } = services.throwaway;
  attempts = new AttemptWriter({
    database,
    audit,
    secretKey,
    clock,
    settings,
    events: noEvents,
    messages: new MessageRenderer(),
  });
  repository = new DeliveryRepository({ database, audit });
  const now = clock.now();
  const later = new Date(now.getTime() + 86_400_000);
  const payload = encryptPayload(
    { recipient: '+919999999999', data: { title: 'News', text: 'Read.' } },
    secretKey,
  );
  await services.deliveries.insertMany(
    Array.from({ length: BULK }, () => ({
      _id: new ObjectId(),
      account_id: accountId,
      channel: 'sms',
      topic: 'announcement',
      priority: 30,
      payload,
      status: 'queued',
      attempts: 0,
      next_attempt_at: now,
      leased_until: null,
      expires_at: later,
      last_error: null,
      created_at: now,
      updated_at: now,
    })),
  );
});
afterAll(async () => {
  await services.throwaway.remove();
});

/** The next in line, leased as a worker does. */
async function lease(onlyUrgent = false) {
  const wanted = { kinds: onlyUrgent ? [] : ['sms'], urgentKinds: onlyUrgent ? ['sms'] : [] };
  const lease = { now: services.clock.now(), leaseMilliseconds: 30_000, workerId: 'worker-1' };
  const [first] = await repository.findClaimable(wanted, lease, 1, context);
  const claimed = first && (await repository.claim(first, lease, context));
  return claimed && convertDeliveryBsonToLeasedDelivery(claimed);
}

describe('with 10,000 bulk messages queued', () => {
  it('a one-time password is the next to be sent', async () => {
    expect(await lease()).toMatchObject({ topic: 'announcement' });

    const { deliveryId } = await sendOtp(services.notification);

    expect(await lease()).toMatchObject({ id: deliveryId });
    expect(await lease()).toMatchObject({ topic: 'announcement' });
  });

  it('the reserve is for a one-time password and takes nothing else', async () => {
    expect(await lease(true)).toBeUndefined();

    const { deliveryId } = await sendOtp(services.notification);

    expect(await lease(true)).toMatchObject({ id: deliveryId });
  });

  it('a message that fails each time makes way for the next', async () => {
    const { deliveryId } = await sendOtp(services.notification);
    const poison = await lease();
    expect(poison).toMatchObject({ id: deliveryId });
    await attempts.retryDelivery(
      poison!,
      { delayMilliseconds: 1, lastError: new ProviderError('Failed.').message, deliveredTo: [] },
      context,
    );

    expect(await lease()).toMatchObject({ topic: 'announcement' });
  });

  it('a message past its life is not taken, whether or not it has been swept up', async () => {
    await sendOtp(services.notification);
    services.clock.advance(5 * 60_000);

    expect(await lease(true)).toBeUndefined();
  });

  it.each([false, true])(
    'the next is found by the claim order alone (only urgent: %s)',
    async (onlyUrgent) => {
      services.commands.length = 0;
      await lease(onlyUrgent);
      const { find, filter, sort, limit } = services.commands[0]!.command;
      const explained: Document = await services.throwaway.database.driver.command({
        explain: { find, filter, sort, limit },
        verbosity: 'executionStats',
      });

      const plan = JSON.stringify(explained['queryPlanner'].winningPlan);
      expect(plan).toContain('"indexName":"claim_order"');
      expect(plan).not.toContain('"SORT"');
      const { totalDocsExamined, totalKeysExamined } = explained['executionStats'];
      expect(totalDocsExamined).toBeLessThanOrEqual(1);
      expect(totalKeysExamined).toBeLessThanOrEqual(10);
    },
  );

  it('what outlived its life is found by an index', async () => {
    services.commands.length = 0;
    await attempts.expireDeliveries(context);

    const updates = services.commands.flatMap(({ command }) => command['updates'] as Document[]);
    expect(updates).toHaveLength(2);
    for (const { q } of updates) {
      const explained = await services.deliveries.find(q).explain('executionStats');
      expect(JSON.stringify(explained['queryPlanner'])).toContain('"indexName":"payload_expiry"');
      expect(explained['executionStats'].totalDocsExamined).toBe(0);
    }
  });
});
