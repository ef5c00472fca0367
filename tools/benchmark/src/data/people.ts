import {
  NUMBERED_ID,
  numbered,
  storeCopies,
  type ServerProgram,
  type ServerRequest,
} from '@org/harness';
import type { Db, Document, WithId } from 'mongodb';

import { bySide, type Bench, type BySide } from '../bench.ts';

export const PASSWORD = 'analytical-engine-1843';

const PEOPLE = Array.from({ length: 512 }, (_, person) => person);
/** Those that a cell logs in to read and write their own accounts. */
export const OWNERS: readonly number[] = PEOPLE.slice(0, 64);
/** Those that log in over and over; others, because a new session may end an old one. */
export const COMERS: readonly number[] = PEOPLE.slice(64);

const DAY_MILLISECONDS = 24 * 60 * 60_000;
/** How many log in at the same time: enough to use every core, too few to be turned away. */
const LOGINS_AT_ONCE = 8;

/** An account, and what its owner proves it with. */
export interface Owner {
  readonly accountId: string;
  readonly refreshToken: string;
  readonly headers: Readonly<Record<string, string>>;
}

let signedUp = 0;

/** The username of a numbered person; an e-mail address, so that mail can be sent to it. */
export function usernameOf(person: number): string {
  return `person-${person}@example.com`;
}

/** A sign-up that nobody has made yet. */
export function requestSignUp() {
  signedUp += 1;
  const names = { first_name: 'Ada', last_name: 'Lovelace' };
  const body = { ...names, username: `newcomer-${signedUp}@example.com`, password: PASSWORD };
  return { method: 'POST', path: '/api/accounts', body } as const;
}

export function requestLogin(username: string, password = PASSWORD): ServerRequest {
  return { method: 'POST', path: '/api/access-tokens', body: { username, password } };
}

export function requestReset(username: string): ServerRequest {
  return { method: 'POST', path: '/api/password-reset-tokens', body: { username } };
}

export function requestOwnAccount({ accountId, headers }: Owner): ServerRequest {
  return { path: `/api/accounts/${accountId}`, headers };
}

export async function logIn(server: ServerProgram, person: number): Promise<Owner> {
  const answer = await server.request(requestLogin(usernameOf(person)), 201);
  const body = answer as { account_id: string; token: string; refresh_token: string };
  const headers = { authorization: `Bearer ${body.token}` };
  return { accountId: body.account_id, refreshToken: body.refresh_token, headers };
}

export async function logInEach(
  server: ServerProgram,
  people: readonly number[],
): Promise<Owner[]> {
  const owners: Owner[] = [];
  for (let begin = 0; begin < people.length; begin += LOGINS_AT_ONCE) {
    const batch = people.slice(begin, begin + LOGINS_AT_ONCE);
    owners.push(...(await Promise.all(batch.map((person) => logIn(server, person)))));
  }
  return owners;
}

/** Logs one owner in on both sides; what they get outlives the servers. */
export async function logInOnSides(bench: Bench): Promise<BySide<Owner>> {
  const servers = await bench.startSides();
  const owners = await bySide((side) => logIn(servers[side], OWNERS[0] ?? 0));
  await bench.killServers();
  return owners;
}

/** Fills both sides with the same people; returns an account as the program stores it. */
export async function prepareData(bench: Bench): Promise<WithId<Document>> {
  const servers = await bench.startSides();
  const patterns = await bySide((side) => signUpPeople(servers[side], bench.database(side)));
  await bench.killServers();
  // What the bare server looks accounts up by; the program makes its own indexes.
  const number = { 'phone_number.country_code': 1, 'phone_number.phone_number': 1 } as const;
  await bench.database('limit').collection('accounts').createIndex({ username: 1 });
  await bench.database('limit').collection('accounts').createIndex(number);
  await bench.database('limit').collection('otps').createIndex(number);
  return patterns.program;
}

/** Signs somebody up over HTTP, and stores people and preferences as the server stored that account. */
export async function signUpPeople(server: ServerProgram, database: Db): Promise<WithId<Document>> {
  const signUp = requestSignUp();
  const { username } = signUp.body;
  await server.request(signUp, 201);
  const pattern = await database.collection('accounts').findOne({ username });
  if (pattern === null) {
    throw new Error(`No account of ${username} is stored in ${database.databaseName}.`);
  }
  await storePeople(database, pattern, PEOPLE.length);
  const now = new Date();
  const enabled = { email_enabled: true, push_enabled: true, sms_enabled: true };
  await storeCopies(database, {
    collection: 'account_notification_preferences',
    pattern: { active: true, ...enabled, created_at: now, updated_at: now },
    fields: { account_id: NUMBERED_ID },
    to: PEOPLE.length,
  });
  return pattern;
}

/** Stores accounts after a pattern, of the people from 0 up, without the cost of their hashes. */
export async function storePeople(database: Db, pattern: Document, to: number): Promise<void> {
  const [before = '', after] = usernameOf(0).split('0');
  const username = numbered(before, after);
  const fields = { _id: { $toObjectId: NUMBERED_ID }, username };
  await storeCopies(database, { collection: 'accounts', pattern, fields, to });
  const now = new Date();
  await storeCopies(database, {
    collection: 'account_identities',
    pattern: { kind: 'username', verified_at: null, created_at: now, updated_at: now },
    fields: {
      _id: numbered(`username:${before}`, after),
      account_id: NUMBERED_ID,
      value: username,
    },
    to,
  });
}

/** Stores a session of each, in the shape of the contract. */
export async function storeSessions(database: Db, to: number): Promise<void> {
  const now = new Date();
  const tomorrow = new Date(now.getTime() + DAY_MILLISECONDS);
  const secrets = { salt: 'c2FsdA', current_hash: 'aGFzaA', previous_hash: null, rotated_at: null };
  const ends = { expires_at: tomorrow, absolute_expires_at: tomorrow, revoked_at: null };
  const origin = { generation: 1, user_agent: 'benchmark', ip: '127.0.0.1' };
  const dates = { last_used_at: now, created_at: now, updated_at: now };
  const pattern = { ...secrets, ...ends, ...origin, ...dates };
  const fields = { account_id: NUMBERED_ID };
  await storeCopies(database, { collection: 'sessions', pattern, fields, to });
}
