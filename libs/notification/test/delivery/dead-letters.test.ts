import { DeadDeliveryNotFoundError, ProviderError } from '@org/notification';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { accountId, announce, context, createServices, type TestServices } from '../services.ts';

const DAY = 86_400_000;

let services: TestServices;
let notification: TestServices['notification'];

beforeAll(async () => {
  services = await createServices();
  notification = services.notification;
});
beforeEach(async () => {
  await services.reset();
});
afterAll(async () => {
  await services.throwaway.remove();
});

describe('dead letters', () => {
  async function die(): Promise<string> {
    services.email.failure = new ProviderError('Vendor answered 400.');
    const { deliveryId } = await announce(notification);
    await notification.deliverDueMessages();
    services.email.failure = undefined;
    return deliveryId;
  }

  it('are listed newest first, page by page, without what they say', async () => {
    const ids = [await die(), await die(), await die()].reverse();

    const first = await notification.listDeadDeliveries({ limit: 2 }, context);
    const second = await notification.listDeadDeliveries(
      { limit: 2, cursor: first.nextCursor! },
      context,
    );

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect(first.items[0]).toEqual({
      id: ids[0],
      accountId,
      channel: 'email',
      topic: 'announcement',
      attempts: 1,
      lastError: 'Vendor answered 400.',
      createdAt: services.clock.now(),
      expiresAt: new Date(services.clock.now().getTime() + 3 * DAY),
    });
  });

  it('are not listed from a cursor that is none', async () => {
    await expect(
      notification.listDeadDeliveries({ cursor: 'elsewhere' }, context),
    ).rejects.toMatchObject({ code: 'NOTIFICATION_ERR_02' });
  });

  it('are sent when they are replayed, which is recorded', async () => {
    const deliveryId = await die();

    await notification.replayDeadDelivery({ deliveryId }, context);
    await notification.deliverDueMessages();

    expect(services.email.sent).toMatchObject([{ message: { subject: 'News' } }]);
    expect(await services.findDelivery(deliveryId)).toMatchObject({ status: 'sent', attempts: 1 });
    expect(services.audit.events).toMatchObject([
      {
        resourceType: 'notification_deliveries',
        resourceId: deliveryId,
        action: 'update',
        changes: { status: { old: 'dead', new: 'queued' } },
      },
    ]);
  });

  it('are not replayed past their life, and then lose what they say', async () => {
    const deliveryId = await die();
    services.clock.advance(3 * DAY);
    await notification.deliverDueMessages();

    await expect(notification.replayDeadDelivery({ deliveryId }, context)).rejects.toThrow(
      DeadDeliveryNotFoundError,
    );
    const dead = await services.findDelivery(deliveryId);
    expect(dead).toMatchObject({ status: 'dead' });
    expect(dead).not.toHaveProperty('payload');
  });

  it.each(['64b0000000000000000000ff', 'elsewhere'])('are not found by %s', async (deliveryId) => {
    await expect(notification.replayDeadDelivery({ deliveryId }, context)).rejects.toMatchObject({
      code: 'NOTIFICATION_ERR_04',
      httpStatus: 404,
    });
  });

  it('are counted apart from what waits', async () => {
    await die();
    await announce(notification);
    services.clock.advance(1_000);
    await announce(notification);

    expect(await notification.getDeliveryStatistics(context)).toEqual({
      queued: 2,
      dead: 1,
      oldestQueuedMilliseconds: 1_000,
    });
  });
});
