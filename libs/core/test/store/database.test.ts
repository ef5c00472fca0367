import { OperationContext, ServiceUnavailableError } from '@org/core';
import { Database, DuplicateKeyError } from '@org/core/store';
import { createThrowawayDatabase, FakeClock, type ThrowawayDatabase } from '@org/core/testing';
import {
  ClientSession,
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  type TopologyDescription,
  type TopologyDescriptionChangedEvent,
} from 'mongodb';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
  vi,
} from 'vitest';

import { isUnavailable, transactionConflict } from '../../src/store/errors.ts';
import { note, NoteRepository } from './notes.ts';

const context = OperationContext.anonymous('request-1');
let throwaway: ThrowawayDatabase;
let database: Database;
let notes: NoteRepository;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  database = throwaway.database;
  notes = new NoteRepository(database);
  await notes.onInitCollection();
});
beforeEach(async () => {
  await notes.collection().deleteMany({});
});
afterAll(async () => {
  await throwaway.remove();
});

describe('Database.withTransaction', () => {
  it('stores everything when the work resolves', async () => {
    const titles = await database.withTransaction(context, async (transaction) => {
      await notes.insertOne(note('a'), transaction);
      await notes.insertOne(note('b'), transaction);
      return (await notes.find({}, transaction)).map(({ title }) => title);
    });

    expect(titles).toEqual(['a', 'b']);
    expect(await notes.count({}, context)).toBe(2);
  });

  it('stores nothing when a part throws, even if its error is caught', async () => {
    const failure = new Error('no');
    const work = vi.fn(async (transaction: OperationContext) => {
      const part = database.withTransaction(transaction, async (joined) => {
        await notes.insertOne(note('half'), joined);
        throw failure;
      });
      await part.catch(() => undefined);
      await notes.insertOne(note('more'), transaction);
    });

    await expect(database.withTransaction(context, work)).rejects.toBe(failure);

    expect(work).toHaveBeenCalledOnce();
    expect(await notes.count({}, context)).toBe(0);
  });

  it('throws what a part made of a refusal of MongoDB, also if that is caught', async () => {
    const { _id } = await notes.insertOne(note('taken'), context);
    const failure = new Error('The note is there already.');
    const whole = database.withTransaction(context, async (transaction) => {
      const part = database.withTransaction(transaction, async (joined) => {
        await notes.insertOne({ ...note('double'), _id }, joined).catch(() => {
          throw failure;
        });
      });
      await part.catch(() => undefined);
    });

    await expect(whole).rejects.toBe(failure);
  });

  it('stores nothing when a part throws right before the commit, even if that is caught', async () => {
    const failure = new Error('no');
    const confirming = context.withBeforeCommit(async (transaction) => {
      const part = database.withTransaction(transaction, async (joined) => {
        await notes.insertOne(note('half'), joined);
        throw failure;
      });
      await part.catch(() => undefined);
    });

    const whole = database.withTransaction(confirming, async (transaction) => {
      await notes.insertOne(note('a'), transaction);
    });

    await expect(whole).rejects.toBe(failure);
    expect(await notes.count({}, context)).toBe(0);
  });

  it('throws what MongoDB refused, once, if that is caught and more is stored', async () => {
    const { _id } = await notes.insertOne(note('taken'), context);
    const work = vi.fn(async (transaction: OperationContext) => {
      await notes.insertOne({ ...note('double'), _id }, transaction).catch(() => undefined);
      await notes.insertOne(note('more'), transaction);
    });

    await expect(database.withTransaction(context, work)).rejects.toThrow(DuplicateKeyError);

    expect(work).toHaveBeenCalledOnce();
    expect(await notes.count({}, context)).toBe(1);
  });

  it('stores nothing when the work throws, and passes its error on', async () => {
    const failure = new Error('no');

    const work = database.withTransaction(context, async (transaction) => {
      await notes.insertOne(note('a'), transaction);
      throw failure;
    });

    await expect(work).rejects.toBe(failure);
    expect(await notes.count({}, context)).toBe(0);
  });

  it('stores nothing of an operation that throws after half of it, even if that is caught', async () => {
    const failure = new Error('no');
    const whole = database.withTransaction(context, async (transaction) => {
      const operation = database.runIn(transaction, async (session) => {
        await notes.collection().insertOne({ title: 'half' } as never, session);
        throw failure;
      });
      await operation.catch(() => undefined);
    });

    await expect(whole).rejects.toBe(failure);
    expect(await notes.count({}, context)).toBe(0);
  });

  it('stores everything of what begins at once', async () => {
    await database.withTransaction(context, (transaction) =>
      Promise.all(['a', 'b', 'c'].map((title) => notes.insertOne(note(title), transaction))),
    );

    expect(await notes.count({}, context)).toBe(3);
  });

  it('throws the first refusal of what begins at once, once', async () => {
    const { _id } = await notes.insertOne(note('taken'), context);
    const given = [{ ...note('double'), _id }, note('other')];
    const work = vi.fn((transaction: OperationContext) =>
      Promise.allSettled(given.map((each) => notes.insertOne(each, transaction))),
    );

    await expect(database.withTransaction(context, work)).rejects.toThrow(DuplicateKeyError);

    expect(work).toHaveBeenCalledOnce();
  });

  it.each([
    ['a command', (transaction: OperationContext) => notes.count({}, transaction)],
    [
      'a part',
      (transaction: OperationContext) =>
        database.withTransaction(transaction, async (part) => {
          await Promise.resolve();
          await notes.insertOne(note('late'), part);
        }),
    ],
  ])('stores nothing if %s is not awaited', async (_what, begin) => {
    let late: Promise<unknown> | undefined;
    const whole = database.withTransaction(context, async (transaction) => {
      await notes.insertOne(note('a'), transaction);
      late = begin(transaction);
      late.catch(() => undefined);
    });

    await expect(whole).rejects.toThrow('The work ended before what it began.');
    await Promise.allSettled([late]);
    expect(await notes.count({}, context)).toBe(0);
  });

  it('stores nothing late of an attempt that failed, neither in it nor in the next one', async () => {
    let goOn = (): void => {};
    const isNext = new Promise<void>((resolve) => (goOn = resolve));
    let late: Promise<unknown> | undefined;
    const work = vi.fn(async (transaction: OperationContext) => {
      if (late === undefined) {
        const queued = notes.insertOne(note('queued'), transaction);
        late = isNext.then(() => notes.insertOne(note('late'), transaction));
        await Promise.all([Promise.reject(transactionConflict(new Error('again'))), queued]);
      }
      await notes.insertOne(note('second'), transaction);
      goOn();
      const refusal = (await late.catch((error: unknown) => error)) as Error;
      expect(refusal).toMatchObject({
        message: expect.stringContaining('The transaction is over'),
      });
      // Whoever called, and not only the queue.
      expect(refusal.stack).toContain('insertOne');
    });

    await database.withTransaction(context, work);

    expect(work).toHaveBeenCalledTimes(2);
    expect(await notes.find({}, context)).toMatchObject([{ title: 'second' }]);
  });

  it('commits nothing beside a command whose connection broke, even if that is caught', async () => {
    const broken = new MongoNetworkError('connection 1 closed');
    broken.addErrorLabel('TransientTransactionError');
    const work = vi.fn(async (transaction: OperationContext) => {
      await notes.insertOne(note('debit'), transaction);
      if (work.mock.calls.length === 1) {
        const credit = database.runIn(transaction, () => Promise.reject(broken));
        await credit.catch(() => undefined);
      }
    });

    await database.withTransaction(context, work);

    expect(work).toHaveBeenCalledTimes(2);
    expect(await notes.count({}, context)).toBe(1);
  });

  it('begins nothing in a transaction that is over', async () => {
    let ended = context;
    await database.withTransaction(context, async (transaction) => {
      ended = transaction;
    });
    const work = vi.fn(async () => undefined);

    await expect(database.withTransaction(ended, work)).rejects.toThrow('The transaction is over');
    expect(work).not.toHaveBeenCalled();
  });

  it('joins a transaction that is open already', async () => {
    const work = database.withTransaction(context, async (outer) => {
      await database.withTransaction(outer, (inner) => notes.insertOne(note('a'), inner));
      throw new Error('after the inner one');
    });

    await expect(work).rejects.toThrow('after the inner one');
    expect(await notes.count({}, context)).toBe(0);
  });

  it('keeps what was written outside of it when it is rolled back', async () => {
    const work = database.withTransaction(context, async (transaction) => {
      await notes.insertOne(note('inside'), transaction);
      await notes.insertOne(note('outside'), transaction.withoutTransaction());
      throw new Error('no');
    });

    await expect(work).rejects.toThrow('no');
    expect(await notes.find({}, context)).toMatchObject([{ title: 'outside' }]);
  });

  it('repeats the work after a conflict, so that no change is lost', async () => {
    const { _id } = await notes.insertOne(note('counter'), context);
    const increment = () =>
      database.withTransaction(context, async (transaction) => {
        const before = await notes.findOne({ _id }, transaction);
        const reads = before!.reads + 1;
        await notes.findOneAndUpdate({ _id }, { $set: { reads } }, transaction);
      });

    await Promise.all(Array.from({ length: 10 }, increment));

    expect(await notes.findOne({ _id }, context)).toMatchObject({ reads: 10 });
  });
});

describe('what is stored before each commit', () => {
  it('comes last, once in a transaction, and with it or not at all', async () => {
    const stored = vi.fn(async () => undefined);
    const beforeCommit = vi.fn(async (transaction: OperationContext) => {
      await database.storeBeforeCommit(['deferred then'], stored, transaction);
      const titles = (await notes.find({}, transaction)).map(({ title }) => title);
      await notes.insertOne(note(`after ${titles.join()}`), transaction);
    });
    const confirming = context.withBeforeCommit(beforeCommit);

    await database.withTransaction(confirming, async (outer) => {
      await database.withTransaction(outer, (inner) => notes.insertOne(note('a'), inner));
      await notes.insertOne(note('b'), outer);
    });
    expect(await notes.find({}, context)).toMatchObject([
      { title: 'a' },
      { title: 'b' },
      { title: 'after a,b' },
    ]);
    expect(stored).toHaveBeenCalledExactlyOnceWith(['deferred then'], expect.anything());

    beforeCommit.mockRejectedValueOnce(new Error('It is another one’s.'));
    const refused = database.withTransaction(confirming, (transaction) =>
      notes.insertOne(note('c'), transaction),
    );
    await expect(refused).rejects.toThrow('another one');
    expect(await notes.count({ title: 'c' }, context)).toBe(0);
    expect(beforeCommit).toHaveBeenCalledTimes(2);
  });
});

describe('Database.withTransaction, while commits fail', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('starts the work again, and not for longer than five seconds', async () => {
    const clock = new FakeClock();
    const ticking = await Database.connect({ uri: inject('mongodbUri'), clock });
    onTestFinished(() => ticking.close());
    const conflict = transactionConflict(new Error('the primary stepped down'));
    const commit = vi.spyOn(ClientSession.prototype, 'commitTransaction');
    commit.mockImplementation(async function fail(this: ClientSession) {
      await this.abortTransaction();
      throw conflict;
    });
    const work = vi.fn(async () => clock.advance(3_000));

    await expect(ticking.withTransaction(context, work)).rejects.toThrow(ServiceUnavailableError);

    expect(work).toHaveBeenCalledTimes(2);
  });
});

describe('Database.withTransaction, whose server is gone', () => {
  const abort = Reflect.get(ClientSession.prototype, 'abortTransaction');
  const gone = { newDescription: { servers: new Map() } } as TopologyDescriptionChangedEvent;
  let clock: FakeClock;
  let ticking: Database;

  beforeEach(async () => {
    clock = new FakeClock();
    ticking = await Database.connect({ uri: inject('mongodbUri'), clock });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await ticking.close();
  });

  function spyOnAbort(before: () => unknown): void {
    const spied = vi.spyOn(ClientSession.prototype, 'abortTransaction');
    spied.mockImplementation(async function wait(this: ClientSession) {
      await before();
      await abort.call(this);
    });
  }

  it.each([
    ['does not begin again, and wait once more, if its abort waited in vain', true, 1],
    ['begins again if there is one by the end of its abort', false, 2],
  ])('%s', async (_what, isGone, times) => {
    spyOnAbort(() => {
      clock.advance(2_000);
      return isGone && ticking.client.emit('topologyDescriptionChanged', gone);
    });
    const work = vi.fn(async () => 'done');
    work.mockRejectedValueOnce(transactionConflict(new Error('the server is gone')));

    const outcome = ticking.withTransaction(context, work);

    await (isGone
      ? expect(outcome).rejects.toThrow(ServiceUnavailableError)
      : expect(outcome).resolves.toBe('done'));
    expect(work).toHaveBeenCalledTimes(times);
  });

  const inVain = new MongoServerSelectionError('in vain', {} as TopologyDescription);

  it.each([
    ['in it', inVain],
    ['beside it', new ServiceUnavailableError({ cause: inVain })],
  ])('does not wait for the abort after a command %s waited in vain', async (_where, failure) => {
    let end = (): void => {};
    const abortion = new Promise<void>((resolve) => (end = resolve));
    spyOnAbort(() => abortion);

    const outcome = ticking.withTransaction(context, () => Promise.reject(failure));

    await expect(outcome).rejects.toThrow(ServiceUnavailableError);
    end();
  });
});

describe('Database.create', () => {
  it.each(['', 'a.b', 'my app', 'a/b', 'a\\b', 'a$b', 'a"b', 'a*b', 'a\0b', 'é'.repeat(32)])(
    'refuses the name %j',
    (databaseName) => {
      const create = () => Database.create({ uri: 'mongodb://localhost', databaseName });

      expect(create).toThrow(RangeError);
      expect(create).toThrow(/^databaseName/);
    },
  );

  it.each(['admin', 'Config', 'local', 'a%20b', 'x'.repeat(64)])(
    'refuses the name %s in a connection string, unless another is given',
    (name) => {
      const uri = `mongodb://localhost/${name}?authSource=admin`;

      expect(() => Database.create({ uri })).toThrow(/^databaseName, or that in the connection/);
      expect(Database.create({ uri, databaseName: 'x'.repeat(63) })).toHaveProperty(
        'driver.databaseName',
        'x'.repeat(63),
      );
    },
  );

  it('has a server asked again while an operation waits for one', async () => {
    const created = Database.create({ uri: inject('mongodbUri') });
    onTestFinished(() => created.close());
    const { heartbeatFrequencyMS, serverSelectionTimeoutMS } = created.client.options;
    expect(heartbeatFrequencyMS).toBeLessThanOrEqual(serverSelectionTimeoutMS);
  });
});

describe('Database, away', () => {
  it('says that the service is unavailable when no server answers', async () => {
    const connecting = Database.connect({
      uri: 'mongodb://127.0.0.1:1/?replicaSet=none',
      serverSelectionTimeoutMilliseconds: 50,
    });

    await expect(connecting).rejects.toThrow(ServiceUnavailableError);
  });

  it('says so for every operation once the connection is closed', async () => {
    const closed = await Database.connect({ uri: inject('mongodbUri') });
    await closed.close();
    const closedNotes = new NoteRepository(closed);

    await expect(closed.ping()).rejects.toThrow(ServiceUnavailableError);
    await expect(closedNotes.findOne({}, context)).rejects.toThrow(ServiceUnavailableError);
  });
});

describe('Database.connect', () => {
  it('uses the database that the connection string names, and the default without a name', async () => {
    const uri = new URL(inject('mongodbUri'));
    const unnamed = await Database.connect({ uri: uri.href });
    uri.pathname = '/test';
    const named = await Database.connect({ uri: uri.href });

    expect([unnamed.driver.databaseName, named.driver.databaseName]).toEqual(['org', 'test']);
    await Promise.all([unnamed.close(), named.close()]);
  });
});

describe(isUnavailable, () => {
  const lost = new MongoBulkWriteError(
    { message: 'connection lost', code: undefined } as never,
    {
      insertedIds: {},
    } as never,
  );
  const refused = new MongoBulkWriteError({ message: 'duplicate', code: 11000 }, {
    insertedIds: {},
  } as never);

  it.each([
    ['a lost connection within a batch', lost, true],
    ['a batch that the server refused', refused, false],
    ['a lock that was not to be had', new MongoServerError({ code: 24 }), true],
    ['a cursor that ended with its primary', new MongoServerError({ code: 43 }), true],
    ['a majority that is not there yet', new MongoServerError({ code: 134 }), true],
    ['a snapshot that is gone', new MongoServerError({ code: 246 }), true],
    ['a transaction that took too long', new MongoServerError({ code: 290 }), true],
    ['a cache that is full', new MongoServerError({ code: 365 }), true],
    ['an interrupted operation', new MongoServerError({ code: 11_601 }), true],
    ['a query that is not understood', new MongoServerError({ code: 2 }), false],
    ['a socket that has ended', Object.assign(new Error('ended'), { code: 'EPIPE' }), true],
    ['any other error', new Error('no'), false],
    ['nothing', undefined, false],
  ])('tells of %s', (_what, error, expected) => {
    expect(isUnavailable(error)).toBe(expected);
  });
});
