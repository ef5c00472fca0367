import { ObjectId, type Db, type Document, type WithId } from 'mongodb';

import type { RunningServer } from '../servers/running-server.ts';

/** The password of everyone. */
export const PASSWORD = 'analytical-engine-1843';

const NAMES = { first_name: 'Ada', last_name: 'Lovelace' };

let signedUp = 0;

/** The username of a numbered person; an e-mail address, so that mail can be sent to it. */
export function usernameOf(person: number): string {
  return `person-${person}@example.com`;
}

/** A sign-up that nobody has made yet. */
export function makeSignUp(): Readonly<Record<string, string>> {
  signedUp += 1;
  return { ...NAMES, username: `newcomer-${signedUp}@example.com`, password: PASSWORD };
}

/** Signs up over HTTP and returns what the server stored, as a pattern for others. */
export async function signUpPattern(
  server: RunningServer,
  database: Db,
): Promise<WithId<Document>> {
  const signUp = makeSignUp();
  await server.request({ method: 'POST', path: '/api/accounts', body: signUp }, 201);
  const pattern = await database.collection('accounts').findOne({ username: signUp['username'] });
  if (pattern === null) {
    throw new Error(`No account of ${signUp['username']} is stored in ${database.databaseName}.`);
  }
  return pattern;
}

/** Stores accounts after a pattern, of the people from 0 up, without the cost of their hashes. */
export async function insertPeople(
  database: Db,
  pattern: WithId<Document>,
  count: number,
): Promise<void> {
  const makeAccount = (_: unknown, person: number) => {
    return { ...pattern, _id: new ObjectId(), username: usernameOf(person) };
  };
  await insertAccounts(database, Array.from({ length: count }, makeAccount));
}

/** Stores accounts, and their notification preferences as the contract has them. */
export async function insertAccounts(
  database: Db,
  accounts: readonly WithId<Document>[],
): Promise<void> {
  const now = new Date();
  await database.collection('accounts').insertMany([...accounts]);
  await database.collection('account_notification_preferences').insertMany(
    accounts.map(({ _id }) => ({
      ...{ account_id: _id.toHexString(), active: true, created_at: now, updated_at: now },
      ...{ email_enabled: true, push_enabled: true, sms_enabled: true },
    })),
  );
}
