import { defineEvent, InvalidListenerError, type Events } from '@org/events';
import { Type, type TObject, type TSchema, type TString } from 'typebox';
import { beforeEach, describe, expect, it } from 'vitest';

import { context, EventsTestBed, paid } from './services.ts';

/** An event whose payload has one field, typed as if it were a key. */
function eventWith(field: TSchema) {
  const payload = Type.Object({ field }) as unknown as TObject<{ field: TString }>;
  return { event: defineEvent('invoice.noted', { version: 1, payload }) };
}

let bed: EventsTestBed;
let events: Events;

beforeEach(async () => {
  bed = await EventsTestBed.create();
  events = bed.createEvents();
});

describe('a listener that hears events in order', () => {
  it('hears events of one key in their order', async () => {
    const heard: Record<string, (number | undefined)[]> = { a: [], b: [] };
    for (const process of [events, bed.createEvents(), bed.createEvents()]) {
      process.on(
        paid,
        { name: 'billing.book', orderedBy: 'invoiceId' },
        async ({ payload, attempt }) => {
          if (payload.number === 3 && attempt === 1) {
            throw new Error('not yet');
          }
          heard[payload.invoiceId]?.push(payload.number);
        },
      );
      if (process !== events) {
        process.start();
      }
    }
    for (const number of [1, 2, 3, 4, 5]) {
      await bed.pay(events, 'a', number);
      await bed.pay(events, 'b', number);
    }
    await expect
      .poll(async () => {
        bed.clock.advance(1_000);
        return bed.rows.countDocuments();
      })
      .toBe(0);

    expect(heard).toEqual({ a: [1, 2, 3, 4, 5], b: [1, 2, 3, 4, 5] });
  });

  it.each<[string, TSchema]>([
    ['a string', Type.String()],
    ['a number', Type.Number()],
    ['a boolean', Type.Boolean()],
    ['one of some strings', Type.Union([Type.Literal('a'), Type.Literal('b')])],
    ['an enumeration', Type.Enum({ a: 1, b: 2 })],
    ['an optional number', Type.Optional(Type.Integer())],
  ])('may hear events ordered by %s', (_what, field) => {
    const { event } = eventWith(field);

    events.on(event, { name: 'a', orderedBy: 'field' }, async () => {});
    expect(events.hasListeners(event)).toBe(true);
  });

  it.each<[string, TSchema]>([
    ['a list', Type.Array(Type.String())],
    ['an object', Type.Object({})],
    ['a date or nothing', Type.Union([Type.String(), Type.Null()])],
    ['anything', Type.Any()],
    ['an enumeration with null', Type.Unsafe<string>({ enum: ['a', null] })],
  ])('is refused if it hears events ordered by %s', (_what, field) => {
    const { event } = eventWith(field);

    expect(() => events.on(event, { name: 'a', orderedBy: 'field' }, async () => {})).toThrow(
      'it is ordered by field, which is no string, number or boolean in invoice.noted',
    );
    expect(events.hasListeners(event)).toBe(false);
  });

  it('cannot be ordered by a field whose type is no key', () => {
    const noted = defineEvent('invoice.noted', {
      version: 1,
      payload: Type.Object({ lines: Type.Array(Type.String()) }),
    });

    // @ts-expect-error a list is no key
    expect(() => events.on(noted, { name: 'a', orderedBy: 'lines' }, async () => {})).toThrow(
      InvalidListenerError,
    );
  });

  it('leaves out what is undefined, as JSON does', async () => {
    const heard: object[] = [];
    events.on(paid, { name: 'a', orderedBy: 'number' }, async ({ payload }) => {
      heard.push(payload);
    });
    await bed.database.withTransaction(context, (transaction) =>
      events.publish(paid, { invoiceId: 'i1', number: undefined } as never, transaction),
    );
    await events.queue.drain();

    expect(heard).toEqual([{ invoiceId: 'i1' }]);
    expect(await bed.database.collection('event_deliveries_sequences').countDocuments()).toBe(0);
  });
});
