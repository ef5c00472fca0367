import { AuditService } from '@org/audit';
import { ApplicationRepository, type Database, type StoredDocument } from '@org/core/store';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { account, context } from './context.ts';

interface NoteDocument extends StoredDocument {
  readonly title: string;
  readonly reads: number;
  readonly share_token?: string;
}

class NoteRepository extends ApplicationRepository<NoteDocument> {
  constructor(database: Database, audit: AuditService, unaudited?: 'everything') {
    super(
      { database, audit },
      {
        name: 'notes',
        schema: { bsonType: 'object', required: ['title'] },
        indexes: [],
        ownerOf: () => account.id,
        ...(unaudited === undefined ? {} : { unaudited }),
      },
    );
  }
}

let throwaway: ThrowawayDatabase;
let audit: AuditService;
let notes: NoteRepository;
const commands: string[] = [];

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), monitorCommands: true });
  audit = AuditService.create({ database: throwaway.database });
  notes = new NoteRepository(throwaway.database, audit);
  await Promise.all([audit.initialize(), notes.onInitCollection()]);
  throwaway.database.client.on('commandStarted', ({ commandName }) => commands.push(commandName));
});
beforeEach(async () => {
  await Promise.all([records().deleteMany({}), notes.collection().deleteMany({})]);
  commands.length = 0;
});
afterAll(async () => {
  await throwaway.remove();
});

function records() {
  return throwaway.database.collection('audit_log');
}

describe('a change and its record in the audit log', () => {
  it('are stored by one transaction, at two round trips more than without a record', async () => {
    const exempt = new NoteRepository(throwaway.database, audit, 'everything');
    const { _id } = await notes.insertOne({ title: 'first', reads: 0 }, context);
    commands.length = 0;

    await exempt.findOneAndUpdate({ _id }, { $set: { title: 'second' } }, context);
    expect(commands).toEqual(['findAndModify']);
    commands.length = 0;

    await notes.findOneAndUpdate({ _id }, { $set: { title: 'third' } }, context);
    expect(commands).toEqual(['findAndModify', 'insert', 'commitTransaction']);
  });

  it('are both undone when the transaction fails after them', async () => {
    const changing = throwaway.database.withTransaction(context, async (transaction) => {
      await notes.insertOne({ title: 'first', reads: 0 }, transaction);
      expect(await notes.count({}, transaction)).toBe(1);
      throw new Error('changed my mind');
    });

    await expect(changing).rejects.toThrow('changed my mind');
    expect(await notes.count({}, context)).toBe(0);
    expect(await records().countDocuments()).toBe(0);
  });

  it('are both undone when the record is refused', async () => {
    await throwaway.database.driver.command({
      collMod: 'audit_log',
      validator: { action: 'never' },
    });
    try {
      await expect(notes.insertOne({ title: 'first', reads: 0 }, context)).rejects.toThrow(
        'Document failed validation',
      );
    } finally {
      await audit.initialize();
    }

    expect(await notes.count({}, context)).toBe(0);
    expect(await records().countDocuments()).toBe(0);
  });

  it('of many documents take one insert', async () => {
    await notes.insertMany(
      [
        { title: 'first', reads: 0 },
        { title: 'second', reads: 0 },
      ],
      context,
    );
    expect(commands).toEqual(['insert', 'insert', 'commitTransaction']);
    expect(await records().countDocuments()).toBe(2);
  });

  it('leave no secret in the log', async () => {
    const { _id } = await notes.insertOne(
      { title: 'first', reads: 0, share_token: 'abc' },
      context,
    );
    await notes.findOneAndUpdate({ _id }, { $set: { share_token: 'def' } }, context);

    const [created, updated] = await records().find().sort({ _id: 1 }).toArray();
    expect(created!['changes']).toEqual({
      title: { old: null, new: 'first' },
      reads: { old: null, new: 0 },
      share_token: { old: null, new: '[redacted]' },
    });
    expect(updated!['changes']).toEqual({
      share_token: { old: '[redacted]', new: '[redacted]' },
    });
  });
});

describe('reading what belongs to somebody else', () => {
  it('is recorded, and reading what is one’s own is not', async () => {
    const { _id } = await notes.insertOne({ title: 'first', reads: 0 }, context);
    await records().deleteMany({});

    await notes.findOne({ _id }, context);
    expect(await records().countDocuments()).toBe(0);

    await notes.findOne({ _id }, context.withActor({ type: 'worker', id: 'org-admin' }));
    expect(await records().find().toArray()).toMatchObject([
      { action: 'read', actor_id: 'org-admin', resource_id: _id.toHexString() },
    ]);
  });
});
