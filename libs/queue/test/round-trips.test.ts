import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { Queue, type QueueHandler } from '@org/queue';
import { beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';

import { KIND, row } from './queue-steps.ts';
import { context } from './services.ts';

const REMOVAL = 'findAndModify that removes';

let throwaway: ThrowawayDatabase;
let queue: Queue;
/** Names of the commands sent. */
let commands: string[];
/** The commands before the handler was called. */
let before: string[];

beforeEach(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), monitorCommands: true });
  onTestFinished(() => throwaway.remove());
  const { database } = throwaway;
  queue = Queue.create({
    database,
    audit: new RecordingAuditTrail(),
    collectionName: 'test_queue',
    clock: new FakeClock(),
    settings: { pollIntervalMilliseconds: 20 },
  });
  onTestFinished(() => queue.stop());
  await queue.initialize();
  commands = [];
  before = [];
  database.client.on('commandStarted', ({ commandName, command }) =>
    commands.push(command['remove'] === true ? REMOVAL : commandName),
  );
});

function handleRows(during?: QueueHandler['during']): void {
  const handle = async () => {
    before = [...commands];
  };
  queue.handle({ kind: KIND, during, handle });
}

describe('round trips', () => {
  it('to add rows in a transaction: one, and one more for a key', async () => {
    await throwaway.database.withTransaction(context, async (transaction) => {
      await queue.add(row(1), transaction);
      expect(commands.splice(0)).toEqual(['insert']);
      await queue.addMany([row(2), row(3)], transaction);
      expect(commands.splice(0)).toEqual(['insert']);
      await queue.addMany([row(4, { key: 'a' }), row(5, { key: 'a' })], transaction);
      expect(commands.splice(0)).toEqual(['findAndModify', 'insert']);
    });
  });

  it('to claim a row: two; to end it: one', async () => {
    handleRows();
    await queue.add(row(1), context);
    commands.length = 0;
    await queue.drain();

    // The first of them buries what has outlived its life.
    expect(before).toEqual(['update', 'find', 'findAndModify']);
    expect(commands.slice(before.length).filter((name) => name !== 'find')).toEqual([REMOVAL]);
  });

  it('to claim several rows: one to read them, and one for each', async () => {
    handleRows();
    await queue.addMany([row(1), row(2), row(3), row(4), row(5)], context);
    commands.length = 0;
    await queue.drain();

    // The first rows may have ended before the last was claimed.
    expect(before.filter((name) => name !== REMOVAL)).toEqual([
      'update',
      'find',
      ...Array.from({ length: 5 }, () => 'findAndModify'),
    ]);
  });

  it('to do a row in the transaction that removes it: those of its claim, and two', async () => {
    handleRows('transaction');
    await queue.add(row(1), context);
    commands.length = 0;
    await queue.drain();

    const changes = commands.filter((name) => name !== 'find');
    expect(changes).toEqual(['update', 'findAndModify', REMOVAL, 'commitTransaction']);
    // First, so that a worker that has lost the row stores nothing.
    expect(before.filter((name) => name !== 'find').at(-1)).toBe(REMOVAL);
  });

  it('to claim a row with a key: three; to end it: two', async () => {
    handleRows();
    await queue.add(row(1, { key: 'a' }), context);
    commands.length = 0;
    await queue.drain();

    expect(before).toEqual(['update', 'find', 'find', 'findAndModify']);
    const after = commands.slice(before.length).filter((name) => name !== 'find');
    expect(after).toEqual([REMOVAL, 'findAndModify']);
  });

  it('with nothing to do: a read, a sweep, and those of the change stream', async () => {
    handleRows();
    queue.start();
    const count = (name: string) => commands.filter((each) => each === name).length;
    await expect.poll(() => Math.min(count('find'), count('update'))).toBeGreaterThan(10);

    expect(new Set(commands)).toEqual(new Set(['aggregate', 'getMore', 'find', 'update']));
    expect(count('aggregate')).toBe(1);
  });
});
