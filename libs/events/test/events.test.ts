import type { OperationContext } from '@org/core';
import {
  defineEvent,
  EventOutsideTransactionError,
  Events,
  InvalidEventPayloadError,
  InvalidListenerError,
  noEvents,
  UndeclaredEventError,
  type PublishedEvent,
} from '@org/events';
import { RecordingEvents } from '@org/events/testing';
import { runUntilEmpty } from '@org/queue/testing';
import { Type } from 'typebox';
import { beforeEach, describe, expect, it } from 'vitest';

import { context, EventsTestBed, paid } from './services.ts';

const settled = defineEvent('invoice.settled', {
  version: 1,
  payload: Type.Object({ invoiceId: Type.String() }),
});
const erased = defineEvent('account.erased', {
  version: 1,
  payload: Type.Object({ accountId: Type.String() }),
  isRefusable: false,
});

let bed: EventsTestBed;
let events: Events;

beforeEach(async () => {
  bed = await EventsTestBed.create();
  events = bed.createEvents();
});

describe(Events, () => {
  describe('a listener after the commit', () => {
    it('hears what was committed, once, in a transaction of its own', async () => {
      const heard: { event: PublishedEvent<object>; context: OperationContext }[] = [];
      events.on(paid, { name: 'billing.thank' }, async (event, own) => {
        heard.push({ event, context: own });
        await bed.storeEffect({ thanked: event.payload.invoiceId }, own);
      });

      await bed.pay(events, 'i1');
      expect(heard).toEqual([]);
      expect(await events.queue.drain()).toBe(1);

      expect(heard[0]?.event).toMatchObject({
        name: 'invoice.paid',
        payload: { invoiceId: 'i1' },
        publishedAt: bed.clock.now(),
        attempt: 1,
      });
      expect(heard[0]?.context).toMatchObject({
        actor: { type: 'worker', id: 'billing.thank' },
        requestId: context.requestId,
      });
      expect(await bed.effects.countDocuments({ thanked: 'i1' })).toBe(1);
      expect(await bed.rows.countDocuments()).toBe(0);
    });

    it('hears nothing of what was rolled back', async () => {
      events.on(paid, { name: 'billing.thank' }, async () => {});
      const change = bed.database.withTransaction(context, async (transaction) => {
        await events.publish(paid, { invoiceId: 'i1' }, transaction);
        throw new Error('no');
      });

      await expect(change).rejects.toThrow('no');
      expect(await bed.rows.countDocuments()).toBe(0);
    });

    it('is called again until it succeeds; what it stored in vain is not there', async () => {
      events.on(paid, { name: 'billing.thank' }, async ({ attempt, payload }, own) => {
        await bed.storeEffect({ thanked: payload.invoiceId }, own);
        if (attempt < 4) {
          throw new Error('not yet');
        }
      });
      await bed.pay(events, 'i1');

      expect(await runUntilEmpty(events.queue, bed.clock)).toBe(4);

      const failed = { listener: 'billing.thank', event: 'invoice.paid', requestId: 'request-1' };
      const eventId = expect.any(String);
      expect(bed.failures).toEqual(
        [1, 2, 3].map((attempt) => ({ ...failed, eventId, attempt, isDead: false })),
      );
      expect(await bed.effects.countDocuments({ thanked: 'i1' })).toBe(1);
      expect(bed.errors).toHaveLength(3);
    });

    it('that fails for good holds up nobody, and its event can be replayed', async () => {
      let isBroken = true;
      const heard: string[] = [];
      events.on(paid, { name: 'billing.thank', maximumAttempts: 2 }, async ({ payload }) => {
        if (isBroken && payload.invoiceId === 'poison') {
          throw new Error('poison');
        }
        heard.push(payload.invoiceId);
      });
      events.on(paid, { name: 'shop.ship' }, async ({ payload }) => {
        heard.push(`ship ${payload.invoiceId}`);
      });
      for (const invoiceId of ['poison', 'i1']) {
        await bed.pay(events, invoiceId);
      }
      await runUntilEmpty(events.queue, bed.clock);
      expect(heard.toSorted()).toEqual(['i1', 'ship i1', 'ship poison']);
      expect(bed.failures).toMatchObject([{ isDead: false }, { isDead: true }]);

      isBroken = false;
      const { items } = await events.queue.listDeadRows({ kind: 'billing.thank' }, context);
      await events.queue.replayDeadRow({ rowId: items[0]!.id }, context);
      await runUntilEmpty(events.queue, bed.clock);

      expect(heard).toContain('poison');
    });

    it('that reaches outside is called without a transaction, with the same id each time', async () => {
      const ids = new Set<string>();
      const transactions: unknown[] = [];
      events.on(
        paid,
        { name: 'billing.export', reachesOutside: true },
        async ({ id, attempt }, own) => {
          ids.add(id);
          transactions.push(own.transaction);
          if (attempt === 1) {
            throw new Error('not yet');
          }
        },
      );
      await bed.pay(events, 'i1');
      await runUntilEmpty(events.queue, bed.clock);

      expect(transactions).toEqual([undefined, undefined]);
      expect(ids.size).toBe(1);
    });

    it('that is added later hears the next event', async () => {
      await bed.pay(events, 'before');
      const heard: string[] = [];
      events.on(paid, { name: 'billing.thank' }, async ({ payload }) => {
        heard.push(payload.invoiceId);
      });
      await bed.pay(events, 'after');
      await events.queue.drain();

      expect(heard).toEqual(['after']);
    });

    it('that is gone leaves its events, which are listed, not lost, and heard when it comes back', async () => {
      events.on(paid, { name: 'billing.thank' }, async () => {});
      await bed.pay(events, 'i1');
      const without = bed.createEvents();

      expect(await without.queue.drain()).toBe(0);
      expect((await without.queue.listUnhandledRows({}, context)).items).toMatchObject([
        { kind: 'billing.thank', payload: { name: 'invoice.paid', payload: { invoiceId: 'i1' } } },
      ]);

      const heard: string[] = [];
      const again = bed.createEvents();
      again.on(paid, { name: 'billing.thank' }, async ({ payload }) => {
        heard.push(payload.invoiceId);
      });
      expect(await again.queue.drain()).toBe(1);
      expect(heard).toEqual(['i1']);
    });

    it('is called by one of four processes', async () => {
      let calls = 0;
      const processes = [1, 2, 3, 4].map(() => bed.createEvents());
      for (const process of processes) {
        process.on(paid, { name: 'billing.thank' }, async () => {
          calls += 1;
        });
        process.start();
      }
      for (let invoice = 1; invoice <= 25; invoice += 1) {
        await bed.pay(processes[0]!, `i${invoice}`);
      }

      await expect.poll(() => bed.rows.countDocuments()).toBe(0);
      expect(calls).toBe(25);
    });

    it('hears what was published while no worker ran', async () => {
      const heard: string[] = [];
      events.on(paid, { name: 'billing.thank' }, async ({ payload }) => {
        heard.push(payload.invoiceId);
      });
      await bed.pay(events, 'i1');

      events.start();

      await expect.poll(() => heard).toEqual(['i1']);
    });
  });

  describe('a listener during the transaction', () => {
    it('stores its part with the cause', async () => {
      events.on(paid, { name: 'billing.book', during: 'transaction' }, async ({ payload }, own) => {
        await bed.storeEffect({ booked: payload.invoiceId }, own);
      });
      await bed.pay(events, 'i1');

      expect(await bed.effects.countDocuments({ booked: 'i1' })).toBe(1);
    });

    it('refuses what happened, with its own error', async () => {
      class NotToday extends Error {}
      events.on(paid, { name: 'billing.veto', during: 'transaction' }, () => {
        throw new NotToday();
      });
      events.on(paid, { name: 'billing.thank' }, async () => {});

      await expect(bed.pay(events, 'i1')).rejects.toThrow(NotToday);
      expect(await bed.effects.countDocuments()).toBe(0);
      expect(await bed.rows.countDocuments()).toBe(0);
    });

    it('cannot refuse what security demands', () => {
      expect(() =>
        events.on(erased, { name: 'billing.veto', during: 'transaction' }, async () => {}),
      ).toThrow(InvalidListenerError);
    });
  });

  describe('publishing', () => {
    it('costs nothing without listeners, and one insert for any number', async () => {
      await bed.database.withTransaction(context, async (transaction) => {
        bed.commands.length = 0;
        await events.publish(paid, { invoiceId: 'i1' }, transaction);
        expect(bed.commands).toEqual([]);
        ['a', 'b', 'c'].forEach((name) => events.on(paid, { name }, async () => {}));
        await events.publish(paid, { invoiceId: 'i1' }, transaction);
        expect(bed.commands).toEqual(['insert']);
      });

      expect(events.hasListeners(paid)).toBe(true);
      expect(events.hasListeners(settled)).toBe(false);
    });

    it('costs nothing while no listener needs it', async () => {
      let isNeeded = false;
      const heard: string[] = [];
      events.on(paid, { name: 'a', isNeeded: () => isNeeded }, async ({ payload }) => {
        heard.push(payload.invoiceId);
      });
      expect(events.hasListeners(paid)).toBe(false);
      await bed.pay(events, 'i1');
      expect(await bed.rows.countDocuments()).toBe(0);

      isNeeded = true;
      expect(events.hasListeners(paid)).toBe(true);
      await bed.pay(events, 'i2');
      isNeeded = false;
      await events.queue.drain();
      expect(heard).toEqual(['i2']);
    });

    it('is refused outside of a transaction', async () => {
      await expect(events.publish(paid, { invoiceId: 'i1' }, context)).rejects.toThrow(
        EventOutsideTransactionError,
      );
    });

    it('is refused with a payload that does not match, whose value stays out of the error', async () => {
      const wrong = { invoiceId: 42_424_242 } as unknown as { invoiceId: string };
      const publishing = bed.database.withTransaction(context, (transaction) =>
        events.publish(paid, wrong, transaction),
      );

      await expect(publishing).rejects.toThrow(InvalidEventPayloadError);
      await expect(publishing).rejects.not.toThrow(/42424242/);
    });
  });

  describe('versions', () => {
    const first = defineEvent('invoice.sent', {
      version: 1,
      payload: Type.Object({ invoice: Type.String() }),
    });
    const second = defineEvent('invoice.sent', {
      version: 2,
      payload: Type.Object({ invoiceId: Type.String() }),
      upcasters: { 1: (payload) => ({ invoiceId: (payload as { invoice: string }).invoice }) },
    });

    it('of before are converted; a stored payload that does not match is refused', async () => {
      const heard: object[] = [];
      const before = bed.createEvents();
      before.on(first, { name: 'billing.note' }, async () => {});
      events.on(second, { name: 'billing.note' }, async ({ payload }) => {
        heard.push(payload);
      });
      await bed.database.withTransaction(context, async (transaction) => {
        await before.publish(first, { invoice: 'i1' }, transaction);
        await events.publish(second, { invoiceId: 'i2' }, transaction);
      });
      await events.queue.drain();
      expect(heard).toEqual(expect.arrayContaining([{ invoiceId: 'i1' }, { invoiceId: 'i2' }]));

      await bed.pay(events, 'unused');
      await bed.database.withTransaction(context, (transaction) =>
        events.publish(second, { invoiceId: 'i3' }, transaction),
      );
      await bed.rows.updateOne({}, { $set: { 'payload.payload': { invoiceId: 3 } } });
      await events.queue.drain();
      expect(bed.errors).toEqual([expect.any(InvalidEventPayloadError)]);
      expect(heard).toHaveLength(2);
    });

    it.each([-Infinity, -1e15, 0, 1.5, 'x', null])(
      '%j is none: such a row fails',
      async (version) => {
        events.on(second, { name: 'billing.note', maximumAttempts: 1 }, async () => {});
        await bed.database.withTransaction(context, (transaction) =>
          events.publish(second, { invoiceId: 'i1' }, transaction),
        );
        await bed.rows.updateOne({}, { $set: { 'payload.version': version } });

        await events.queue.drain();

        expect(bed.errors).toEqual([expect.any(InvalidEventPayloadError)]);
      },
    );

    it('of before named no event; their rows are heard as others are', async () => {
      const heard: string[] = [];
      events.on(paid, { name: 'billing.note' }, async ({ name }) => {
        heard.push(name);
      });
      await bed.pay(events, 'i1');
      await bed.rows.updateOne({}, { $unset: { 'payload.name': 1 } });
      await events.queue.drain();

      expect(heard).toEqual(['invoice.paid']);
    });

    it('of later wait for a process that knows them', async () => {
      const before = bed.createEvents();
      before.on(first, { name: 'billing.note' }, async () => {});
      const heard: object[] = [];
      events.on(second, { name: 'billing.note' }, async ({ payload }) => {
        heard.push(payload);
      });
      await bed.database.withTransaction(context, (transaction) =>
        events.publish(second, { invoiceId: 'i1' }, transaction),
      );
      await before.queue.drain();
      bed.clock.advance(3_600_000);
      await events.queue.drain();

      expect(heard).toEqual([{ invoiceId: 'i1' }]);
    });

    it('need a way from each to the next', () => {
      const { payloadSchema: payload } = second;
      expect(() => defineEvent('x', { version: 2, payload: payload as never })).toThrow(TypeError);
    });
  });

  describe('listeners that wait for themselves', () => {
    it('are refused at the start, with the way round', async () => {
      const noop = async () => {};
      events.on(paid, { name: 'a.settle', publishes: [settled] }, noop);
      events.on(settled, { name: 'b.pay', publishes: [paid] }, noop);

      await expect(events.initialize()).rejects.toThrow(
        'invoice.paid → a.settle → invoice.settled → b.pay → invoice.paid',
      );
    });

    it('are named without those that only lead to them', async () => {
      const noop = async () => {};
      const counted = defineEvent('invoice.counted', {
        version: 1,
        payload: settled.payloadSchema as never,
      });
      events.on(paid, { name: 'a.settle', publishes: [settled] }, noop);
      events.on(settled, { name: 'b.count', publishes: [counted] }, noop);
      events.on(counted, { name: 'c.settle', publishes: [settled] }, noop);

      await expect(events.initialize()).rejects.toThrow(
        'c.settle is invalid: it waits for itself: invoice.settled → b.count → invoice.counted → c.settle → invoice.settled.',
      );
    });

    it('are refused also if it is only one', async () => {
      events.on(paid, { name: 'a.pay', publishes: [paid] }, async () => {});

      await expect(events.initialize()).rejects.toThrow(InvalidListenerError);
    });

    it('cannot hide what they publish', async () => {
      events.on(paid, { name: 'a.settle' }, async (_event, own) => {
        await events.publish(settled, { invoiceId: 'i1' }, own);
      });
      await bed.pay(events, 'i1');
      await events.queue.drain();

      expect(bed.errors).toEqual([expect.any(UndeclaredEventError)]);
      expect(bed.errors).toMatchObject([
        { message: expect.stringContaining('add it to its option publishes') },
      ]);
    });

    it('are not those that share an event without a cycle', async () => {
      const noop = async () => {};
      events.on(paid, { name: 'a', publishes: [settled] }, noop);
      events.on(paid, { name: 'b', publishes: [settled] }, noop);
      events.on(settled, { name: 'c' }, noop);

      await events.initialize();
    });
  });

  it('refuses a listener once the worker runs: its events would wait for the next start', () => {
    events.start();

    expect(() => events.on(paid, { name: 'late' }, async () => {})).toThrow(InvalidListenerError);
    expect(events.hasListeners(paid)).toBe(false);
  });

  it('refuses a second listener of one name', () => {
    events.on(paid, { name: 'a' }, async () => {});

    expect(() => events.on(settled, { name: 'a' }, async () => {})).toThrow(InvalidListenerError);
  });

  it('keeps an account’s name on rows with its personal data, and on no others', async () => {
    const named = defineEvent('account.named', {
      version: 1,
      payload: Type.Object({ accountId: Type.String(), name: Type.String() }),
      personalFields: ['name'],
    });
    events.on(named, { name: 'a' }, async () => {});
    events.on(erased, { name: 'b' }, async () => {});
    await bed.database.withTransaction(context, async (transaction) => {
      await events.publish(named, { accountId: 'a1', name: 'Ada' }, transaction);
      await events.publish(erased, { accountId: 'a1' }, transaction);
    });

    expect(await bed.rows.distinct('kind', { account_id: 'a1' })).toEqual(['a']);
    const { personalDataProvider: provider } = events;
    const exported = provider.exportDataByAccountId({ accountId: 'a1' }, context);
    for await (const page of exported) {
      expect(page).toMatchObject([{ listener: 'a', payload: { accountId: 'a1', name: 'Ada' } }]);
    }
    const forget = async () => {};
    const erasure = { signal: new AbortController().signal, forget };
    await provider.deleteDataByAccountId({ accountId: 'a1' }, erasure, context);
    expect(await bed.rows.distinct('kind')).toEqual(['b']);
    const payload = Type.Object({ name: Type.String() });
    expect(() => defineEvent('x', { version: 1, payload, personalFields: ['name'] })).toThrow();
  });
});

describe(RecordingEvents, () => {
  it('records what is published, and checks it', async () => {
    const recording = new RecordingEvents();
    await bed.database.withTransaction(context, (transaction) =>
      recording.publish(paid, { invoiceId: 'i1' }, transaction),
    );

    expect(recording.published).toEqual([{ name: 'invoice.paid', payload: { invoiceId: 'i1' } }]);
    await expect(recording.publish(paid, { invoiceId: 'i1' }, context)).rejects.toThrow(
      EventOutsideTransactionError,
    );
    expect(recording.hasListeners()).toBe(true);
  });
});

describe('no events', () => {
  it('are published to nobody', async () => {
    await noEvents.publish(paid, { invoiceId: 'i1' }, context);
    expect(noEvents.hasListeners(paid)).toBe(false);
  });
});
