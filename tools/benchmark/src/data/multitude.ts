import type { Db, Document, WithId } from 'mongodb';

import { usernameOf } from './people.ts';

const THOUSAND = 1_000;
const DAY_MILLISECONDS = 24 * 60 * 60_000;

/**
 * Fills an empty database with accounts after a pattern, and a session of each, inside of mongod:
 * a million in about a minute. A server that starts on it afterwards builds its indexes.
 *
 * @param count a multiple of 1,000
 */
export async function createMultitude(
  database: Db,
  pattern: WithId<Document>,
  count: number,
): Promise<void> {
  const person = { $add: [{ $multiply: ['$thousand', THOUSAND] }, '$one'] };
  await database
    .aggregate([
      { $documents: [{ thousand: { $range: [0, count / THOUSAND] } }] },
      { $unwind: '$thousand' },
      { $set: { one: { $range: [0, THOUSAND] } } },
      { $unwind: '$one' },
      { $replaceWith: { ...literally(pattern), _id: '$$REMOVE', username: toUsername(person) } },
      { $out: 'accounts' },
    ])
    .toArray();
  await createSessions(database);
}

function toUsername(person: Document): Document {
  const [before = '', after = ''] = usernameOf(0).split('0');
  return { $concat: [before, { $toString: person }, after] };
}

/** In the shape of the contract. */
async function createSessions(database: Db): Promise<void> {
  const now = new Date();
  const tomorrow = new Date(now.getTime() + DAY_MILLISECONDS);
  const secrets = { salt: 'c2FsdA', current_hash: 'aGFzaA', previous_hash: null, rotated_at: null };
  const ends = { expires_at: tomorrow, absolute_expires_at: tomorrow, revoked_at: null };
  const session = {
    ...{ ...secrets, ...ends, generation: 1, user_agent: 'benchmark', ip: '127.0.0.1' },
    ...{ last_used_at: now, created_at: now, updated_at: now },
  };
  const ofAccount = { _id: 0, account_id: { $toString: '$_id' } };
  await database
    .collection('accounts')
    .aggregate([{ $project: { ...ofAccount, ...literally(session) } }, { $out: 'sessions' }])
    .toArray();
}

/** For a stage of a pipeline: values that are no expressions. */
function literally(fields: object): Document {
  const entries = Object.entries(fields).map(([field, value]: [string, unknown]) => [
    field,
    { $literal: value },
  ]);
  return Object.fromEntries(entries) as Document;
}
