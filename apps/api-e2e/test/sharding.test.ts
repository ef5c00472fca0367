import { ObjectId, type BSON } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { signUpAndLogIn } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';
import { readRecording } from './recording.ts';
import { findShardingViolations } from './sharding-rules.ts';

const _id = new ObjectId();
const account_id = _id.toHexString();
const inTransaction = { autocommit: false };
const exceptions = [
  {
    why: 'a list for their owner',
    collection: 'sessions',
    filters: [['account_id', 'revoked_at']],
  },
];

type Case = readonly [name: string, command: BSON.Document];

function find(filter: BSON.Document, options: BSON.Document = {}): Case {
  return ['find', { find: 'sessions', filter, ...options }];
}

function update(q: BSON.Document, options: BSON.Document = {}): Case {
  return ['update', { update: 'tasks', updates: [{ q, u: { $set: { title: '' } }, ...options }] }];
}

function remove(q: BSON.Document, limit: number): Case {
  return ['delete', { delete: 'sessions', deletes: [{ q, limit }] }];
}

function join(stage: BSON.Document, options: BSON.Document = {}): Case {
  return ['aggregate', { aggregate: 'webhook_endpoints', pipeline: [stage], ...options }];
}

function lookUp(foreignField: string): BSON.Document {
  return { $lookup: { from: 'accounts', localField: 'account', foreignField, as: 'account' } };
}

function createIndex(index: BSON.Document): Case {
  return ['createIndexes', { createIndexes: 'tasks', indexes: [{ name: 'the_index', ...index }] }];
}

describe('A sharded cluster', () => {
  it.each<Case>([
    find({ _id }),
    find({ _id: { $eq: _id }, revoked_at: null }),
    find({ _id: { $in: [_id] } }),
    find({ $and: [{ revoked_at: null }, { _id }] }),
    find({ $or: [{ _id }, { _id: { $in: [_id] }, revoked_at: null }] }),
    find({ revoked_at: null, account_id }),
    ['find', { find: 'webhook_endpoints', filter: {} }],
    ['getMore', { getMore: 1, collection: 'sessions' }],
    ['count', { count: 'tasks', query: { account_id } }],
    ['distinct', { distinct: 'tasks', key: 'title', query: { account_id } }],
    ['aggregate', { aggregate: 'tasks', pipeline: [{ $match: { account_id } }, { $limit: 1 }] }],
    ['insert', { insert: 'tasks', documents: [{ _id, account_id }] }],
    ['findAndModify', { findAndModify: 'tasks', query: { _id, account_id }, update: {} }],
    update({ _id, account_id }),
    update({ _id, account_id }, { upsert: true }),
    update({ account_id: { $in: [account_id] } }, { multi: true }),
    update({ account_id }, { u: [{ $replaceWith: { _id: '$_id', account_id: '$account_id' } }] }),
    remove({ _id }, 1),
    remove({ account_id, revoked_at: null }, 0),
    createIndex({ key: { title: 1 } }),
    createIndex({ key: { account_id: 1, title: 1 }, unique: true }),
    join(lookUp('_id')),
    ['listIndexes', { listIndexes: 'tasks' }],
    ['ping', { ping: 1 }],
  ])('takes %s %j', (name, command) => {
    expect(findShardingViolations({ name, command }, exceptions)).toEqual([]);
  });

  it.each<readonly [...Case, violation: string]>([
    [...find({}), 'find sessions: asks every shard by {  }, without _id'],
    [...find({ account_id }), 'find sessions: asks every shard by { account_id }, without _id'],
    [
      ...find({ account_id, revoked_at: null, ip: '' }),
      'find sessions: asks every shard by { account_id, ip, revoked_at }, without _id',
    ],
    [
      ...find({ $or: [{ _id }, { account_id }] }),
      'find sessions: asks every shard by { _id, account_id }, without _id',
    ],
    [...find({ _id: { $gt: _id } }), 'find sessions: asks every shard by { _id }, without _id'],
    [...find({ _id: /^a/ }), 'find sessions: asks every shard by { _id }, without _id'],
    [
      ...find({ _id: 'ada' }, { collation: { locale: 'en', strength: 2 } }),
      'find sessions: asks every shard by { _id }, without _id',
    ],
    [
      ...(['count', { count: 'tasks', query: {} }] as const),
      'count tasks: asks every shard by {  }, without account_id',
    ],
    [
      ...(['aggregate', { aggregate: 'tasks', pipeline: [{ $limit: 1 }] }] as const),
      'aggregate tasks: asks every shard by { $limit }, without account_id',
    ],
    [
      ...(['insert', { insert: 'tasks', documents: [{ _id }] }] as const),
      'insert tasks: a document has no account_id',
    ],
    [
      ...(['findAndModify', { findAndModify: 'tasks', query: { _id } }] as const),
      'findAndModify tasks: writes one document by { _id }, without a value of account_id',
    ],
    [
      ...([
        'findAndModify',
        { findAndModify: 'sessions', query: { account_id, revoked_at: 1 } },
      ] as const),
      'findAndModify sessions: writes one document by { account_id, revoked_at }, without a value of _id',
    ],
    [
      ...update({ account_id: { $in: [account_id] } }),
      'update tasks: writes one document by { account_id }, without a value of account_id',
    ],
    [
      ...update({ _id }, { upsert: true, multi: true }),
      'update tasks: writes one document by { _id }, without a value of account_id',
    ],
    [
      ...update({ _id }, { multi: true }),
      'update tasks: asks every shard by { _id }, without account_id',
    ],
    [
      ...update({ account_id }, { u: { $set: { account_id } } }),
      'update tasks: changes account_id',
    ],
    [
      ...update({ account_id }, { u: [{ $set: { account_id: { $toString: '$account_id' } } }] }),
      'update tasks: changes account_id',
    ],
    [
      ...remove({ account_id, revoked_at: null }, 1),
      'delete sessions: writes one document by { account_id, revoked_at }, without a value of _id',
    ],
    [
      ...createIndex({ key: { title: 1, account_id: 1 }, unique: true }),
      'createIndexes tasks: the unique index the_index does not begin with account_id',
    ],
    [...join(lookUp('username')), 'aggregate webhook_endpoints: $lookup into accounts, not by _id'],
    [
      ...join(lookUp('_id'), inTransaction),
      'aggregate webhook_endpoints: $lookup into accounts in a transaction',
    ],
    [
      ...join({ $unionWith: 'tasks' }),
      'aggregate webhook_endpoints: $unionWith into tasks, not by account_id',
    ],
    [
      ...(['distinct', { distinct: 'tasks', query: { account_id }, ...inTransaction }] as const),
      'distinct tasks: not in a transaction',
    ],
    [
      ...(['mapReduce', { mapReduce: 'tasks' }] as const),
      'mapReduce tasks: no rule knows this command',
    ],
  ])('does not take %s %j', (name, command, violation) => {
    expect(findShardingViolations({ name, command }, exceptions)).toEqual([violation]);
  });
});

describe('The recording', () => {
  let program: Program;

  beforeAll(async () => {
    program = Program.run(onThrowawayDatabase());
    await signUpAndLogIn(`${await program.ready()}/api`, 'ada');
  });
  afterAll(async () => {
    await program.stop();
  });

  it('has the commands of a program, from the first one', () => {
    const commands = readRecording().map(({ name, command }) => `${name} ${String(command[name])}`);
    expect(commands).toEqual(
      expect.arrayContaining([
        'create accounts',
        'createIndexes accounts',
        'insert accounts',
        'insert account_identities',
        'insert sessions',
        'insert audit_log',
      ]),
    );
  });
});
