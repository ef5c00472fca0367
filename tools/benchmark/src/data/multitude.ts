import type { Db, Document, WithId } from 'mongodb';

import { usernameOf } from './people.ts';

const THOUSAND = 1_000;
/** What no account shares with the pattern. */
const OWN_FIELDS = new Set(['_id', 'username']);
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
  const others = Object.entries(pattern).filter(([field]) => !OWN_FIELDS.has(field));
  const thousand = { $range: [0, THOUSAND] };
  await database
    .aggregate([
      { $documents: [{ thousand: { $range: [0, count / THOUSAND] } }] },
      { $unwind: '$thousand' },
      { $set: { one: thousand } },
      { $unwind: '$one' },
      {
        $replaceWith: {
          ...Object.fromEntries(
            others.map(([field, value]) => [field, { $literal: value as unknown }]),
          ),
          username: toUsername({ $add: [{ $multiply: ['$thousand', THOUSAND] }, '$one'] }),
        },
      },
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
  const expiresAt = new Date(now.getTime() + DAY_MILLISECONDS);
  await database
    .collection('accounts')
    .aggregate([
      {
        $project: {
          _id: 0,
          account_id: { $toString: '$_id' },
          salt: { $literal: 'c2FsdA' },
          generation: { $literal: 1 },
          current_hash: { $literal: 'aGFzaA' },
          previous_hash: { $literal: null },
          rotated_at: { $literal: null },
          user_agent: { $literal: 'benchmark' },
          ip: { $literal: '127.0.0.1' },
          last_used_at: { $literal: now },
          expires_at: { $literal: expiresAt },
          absolute_expires_at: { $literal: expiresAt },
          revoked_at: { $literal: null },
          created_at: { $literal: now },
          updated_at: { $literal: now },
        },
      },
      { $out: 'sessions' },
    ])
    .toArray();
}
