import { SecretKey, TooManyRequestsError } from '@org/core';
import {
  IdempotencyAnswerLostError,
  IdempotencyKeyInFlightError,
  IdempotencyKeyInvalidError,
  IdempotencyKeyReusedError,
  IdempotencyService,
} from '@org/idempotency';
import { describe, expect, it } from 'vitest';

import { context, created, erasure, IdempotencyTestBed, request, ROOT, run } from './services.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe(IdempotencyService, () => {
  it('carries a request out once and gives its answer for 24 hours', async () => {
    const { service, clock } = await IdempotencyTestBed.create();
    await (await run(service)).keep(created);

    expect(await service.begin(request(), context)).toEqual({ answer: created });
    clock.advance(DAY - 1);
    expect(await service.begin(request(), context)).toEqual({ answer: created });
    clock.advance(1);
    expect(await service.begin(request(), context)).toMatchObject({ run: expect.anything() });
  });

  it('takes two round trips for a request, and two for its answer', async () => {
    const { service, commands } = await IdempotencyTestBed.create();

    await (await run(service)).keep(created);
    expect(commands).toEqual(['insert', 'findAndModify']);

    await service.begin(request(), context);
    expect(commands.slice(2)).toEqual(['insert', 'find']);
  });

  it('refuses another content under the same key, also while the first is in flight', async () => {
    const { service } = await IdempotencyTestBed.create();
    const other = request({ content: '{"title":"Call Eve"}' });

    const first = await run(service);
    await expect(service.begin(other, context)).rejects.toThrow(IdempotencyKeyReusedError);
    await first.keep(created);
    await expect(service.begin(other, context)).rejects.toThrow(IdempotencyKeyReusedError);
    expect(await service.begin(request(), context)).toEqual({ answer: created });
  });

  it.each([
    ['sender', { sender: 'account eve' }],
    ['operation', { operation: 'POST /accounts' }],
    ['key', { key: 'key-2' }],
  ])('knows nothing of it for another %s', async (_what, other) => {
    const { service } = await IdempotencyTestBed.create();
    await (await run(service)).keep(created);

    expect(await service.begin(request(other), context)).toMatchObject({ run: expect.anything() });
  });

  it('tells a request in flight to come again, until a minute has passed', async () => {
    const { service, clock } = await IdempotencyTestBed.create();
    const dead = await run(service);

    await expect(service.begin(request(), context)).rejects.toThrow(
      expect.objectContaining({ httpStatus: 409, retryAfterSeconds: 1 }),
    );
    clock.advance(MINUTE - 1);
    await expect(service.begin(request(), context)).rejects.toThrow(IdempotencyKeyInFlightError);
    clock.advance(1);
    const second = await run(service);

    // The first was only slow: the answer of the second counts.
    await dead.keep({ ...created, body: 'of the first' });
    await dead.release();
    await second.keep(created);
    expect(await service.begin(request(), context)).toEqual({ answer: created });
  });

  it('keeps a late answer if nobody has sent the request again', async () => {
    const { service, clock } = await IdempotencyTestBed.create();
    const slow = await run(service);
    clock.advance(2 * MINUTE);
    await slow.keep(created);

    expect(await service.begin(request(), context)).toEqual({ answer: created });
  });

  it('forgets a key that is released', async () => {
    const { service, stored } = await IdempotencyTestBed.create();
    await (await run(service)).release();

    expect(await stored.countDocuments()).toBe(0);
    await run(service, request({ content: 'another' }));
  });

  it('that was confirmed with its change is not carried out again, whatever happens', async () => {
    const { service, database, clock } = await IdempotencyTestBed.create();
    const { confirm, ...first } = await run(service);
    const confirming = context.withBeforeCommit(confirm);
    await database.withTransaction(confirming, async () => undefined);
    await first.abandon();

    await expect(service.begin(request(), context)).rejects.toThrow(IdempotencyKeyInFlightError);
    clock.advance(MINUTE);
    await expect(service.begin(request(), context)).rejects.toThrow(IdempotencyAnswerLostError);
    clock.advance(DAY - MINUTE - 1);
    await expect(service.begin(request(), context)).rejects.toThrow(IdempotencyAnswerLostError);
    clock.advance(1);
    await run(service);
  });

  it('whose change is rolled back, or was refused, can be sent again', async () => {
    const { service, database } = await IdempotencyTestBed.create();
    const first = await run(service);
    const failing = database.withTransaction(
      context.withBeforeCommit(async (transaction) => {
        await first.confirm(transaction);
        throw new Error('The commit failed.');
      }),
      async () => undefined,
    );
    await expect(failing).rejects.toThrow('The commit failed.');
    await first.abandon();

    const second = await run(service);
    await database.withTransaction(context, async (transaction) => second.confirm(transaction));
    await second.release();
    await run(service);
  });

  it('that took so long that another has its key changes nothing', async () => {
    const { service, database, clock } = await IdempotencyTestBed.create();
    const notes = database.collection('notes');
    const slow = await run(service);
    clock.advance(MINUTE);
    const second = await run(service);

    const changing = database.withTransaction(
      context.withBeforeCommit(slow.confirm),
      async (transaction) => {
        await database.runIn(transaction, (session) => notes.insertOne({}, session));
      },
    );
    await expect(changing).rejects.toThrow(IdempotencyKeyInFlightError);
    expect(await notes.countDocuments()).toBe(0);
    await second.keep(created);
    expect(await service.begin(request(), context)).toEqual({ answer: created });
  });

  it('carries out one of many at once, over two processes', async () => {
    const bed = await IdempotencyTestBed.create();
    const processes = [bed.service, await bed.createProcess()];

    for (let round = 0; round < 20; round += 1) {
      const again = request({ key: `round-${round}` });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => processes[index % 2]!.begin(again, context)),
      );
      const begun = outcomes.filter(({ status }) => status === 'fulfilled');
      const refused = outcomes.flatMap((each) =>
        each.status === 'rejected' ? [each.reason as unknown] : [],
      );
      expect(begun).toHaveLength(1);
      expect(refused).toEqual(Array(9).fill(expect.any(IdempotencyKeyInFlightError)));
    }
  });

  it('lets one of many take over a key that has expired, over two processes', async () => {
    const bed = await IdempotencyTestBed.create();
    const processes = [bed.service, await bed.createProcess()];

    for (let round = 0; round < 20; round += 1) {
      const again = request({ key: `round-${round}` });
      await run(bed.service, again);
      bed.clock.advance(MINUTE);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => processes[index % 2]!.begin(again, context)),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });

  it.each(['', 'a b', 'ä', 'a\n', 'x'.repeat(256)])('refuses the key %j', async (key) => {
    const { service, commands } = await IdempotencyTestBed.create();

    await expect(service.begin(request({ key }), context)).rejects.toThrow(
      IdempotencyKeyInvalidError,
    );
    expect(commands).toEqual([]);
  });

  it.each(['!', '"a-structured-string"', 'x'.repeat(255)])('takes the key %j', async (key) => {
    const { service } = await IdempotencyTestBed.create();

    await run(service, request({ key }));
  });

  it('stores nothing that can be read', async () => {
    const { service, stored } = await IdempotencyTestBed.create();
    const sent = request({ sender: 'source 192.0.2.77', ids: ['64b00000000000000000000a'] });
    await (await run(service, sent)).keep(created);

    const raw = await stored.find({}, { raw: true }).toArray();
    const bytes = Buffer.concat(raw as unknown as Uint8Array[]);
    expect(raw).toHaveLength(1);
    for (const plain of ['192.0.2.77', 'key-1', 'Call Bob', 'whsec-1', 'POST', 'account_id']) {
      expect(bytes.toString('latin1')).not.toContain(plain);
    }
    for (const form of ['latin1', 'hex'] as const) {
      expect(bytes.toString(form)).not.toContain('64b00000000000000000000a');
    }
  });

  it('erases the answers about an account, and no others', async () => {
    const bed = await IdempotencyTestBed.create();
    const { service, stored } = bed;
    const id = '64b00000000000000000000a';
    const keep = async (key: string, ids: readonly string[], body: string) =>
      (await run(service, request({ key, ids }))).keep({ ...created, body });
    await keep('acts', [id], '{}');
    await keep('is-named', [], JSON.stringify({ task: { title: 'Call Bob', account_id: id } }));
    await keep('is-made', [], JSON.stringify({ id, username: 'ada' }));
    await keep('is-another', ['64b00000000000000000000b'], JSON.stringify({ title: id }));
    await keep('is-no-json', [], id);
    await run(service, request({ key: 'in-flight', ids: [id] }));
    const secretKey = SecretKey.create({ current: new Uint8Array(32).fill(2), previous: ROOT });
    const process = await bed.createProcess({ secretKey });

    await process.deleteAnswersByAccountId({ accountId: id }, erasure, context);

    expect(await stored.countDocuments()).toBe(3);
    for (const key of ['acts', 'is-named', 'is-made']) {
      expect(await service.begin(request({ key }), context)).toHaveProperty('run.keep');
    }
    for (const key of ['is-another', 'is-no-json']) {
      expect(await service.begin(request({ key }), context)).toHaveProperty('answer.status', 201);
    }
    await expect(service.begin(request({ key: 'in-flight' }), context)).rejects.toThrow(
      IdempotencyKeyInFlightError,
    );
  });

  it('lets MongoDB remove what has expired', async () => {
    const { stored, service } = await IdempotencyTestBed.create();

    expect(await stored.indexes()).toContainEqual(
      expect.objectContaining({ key: { expires_at: 1 }, expireAfterSeconds: 0 }),
    );
    await (await run(service)).keep(created);
    const [document] = await stored.find().toArray();
    expect(document!['expires_at']).toBeInstanceOf(Date);
  });
});

describe('the keys of a sender', () => {
  it('have an end, and others have theirs', async () => {
    const bed = await IdempotencyTestBed.create({ maximumKeysPerSender: 4 });
    const { service, stored } = bed;
    let refused = 0;
    for (let number = 0; number < 40; number += 1) {
      try {
        const taken = await run(service, request({ key: `key-${number}` }));
        await taken.keep(created);
      } catch (error) {
        expect(error).toBeInstanceOf(TooManyRequestsError);
        refused += 1;
      }
    }

    expect(await stored.countDocuments()).toBe(40 - refused);
    expect(await stored.countDocuments()).toBeLessThanOrEqual(4);
    await run(service, request({ sender: 'account eve' }));
    bed.clock.advance(DAY);
    // Nothing has removed them yet: whoever needs their places does.
    for (let number = 0; number < 20; number += 1) {
      const taken = await run(service, request({ key: `late-key-${number}` }));
      await taken.keep(created);
      bed.clock.advance(DAY);
    }
    expect(await stored.countDocuments()).toBeLessThanOrEqual(5);
  });

  it('are told apart from a place that another key has', async () => {
    const { service } = await IdempotencyTestBed.create({ maximumKeysPerSender: 1 });
    const first = await run(service);

    await expect(run(service, request({ key: 'key-2' }))).rejects.toThrow(TooManyRequestsError);
    await first.release();
    await run(service, request({ key: 'key-2' }));
  });
});

describe('a change of the secret key', () => {
  const former = ROOT;
  const latter = new Uint8Array(32).fill(2);
  const keys = {
    former: SecretKey.create({ current: former }),
    'former, and the next one': SecretKey.create({ current: former, next: latter }),
    'new, and the previous one': SecretKey.create({ current: latter, previous: former }),
    new: SecretKey.create({ current: latter }),
  };

  it.each([
    ['former', 'former, and the next one'],
    ['former, and the next one', 'former'],
    ['former, and the next one', 'new, and the previous one'],
    ['new, and the previous one', 'former, and the next one'],
    ['new, and the previous one', 'new'],
    ['new', 'new, and the previous one'],
  ] as const)(
    'lets nothing happen twice at processes with the %s, and the %s',
    async (...names) => {
      const [one, other] = [keys[names[0]], keys[names[1]]];
      const bed = await IdempotencyTestBed.create({ secretKey: one });
      const beside = await bed.createProcess({ secretKey: other });
      const first = await run(bed.service);

      await expect(beside.begin(request(), context)).rejects.toThrow(IdempotencyKeyInFlightError);
      await first.keep(created);
      expect(await beside.begin(request(), context)).toEqual({ answer: created });
      await expect(beside.begin(request({ content: 'x' }), context)).rejects.toThrow(
        IdempotencyKeyReusedError,
      );
    },
  );

  it('moves answers to the new one', async () => {
    const bed = await IdempotencyTestBed.create({ secretKey: keys['former, and the next one'] });
    await (await run(bed.service)).keep(created);
    const [secrets] = (await bed.createProcess({ secretKey: keys['new, and the previous one'] }))
      .storedSecrets;

    expect(await secrets!.carryOver()).toMatchObject({ checked: 1, outdated: 1, unreadable: 0 });
    const last = await bed.createProcess({ secretKey: keys.new });
    expect(await last.begin(request(), context)).toEqual({ answer: created });
  });
});
