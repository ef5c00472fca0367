import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';

import { MongoClient, ObjectId } from 'mongodb';
import { expect, inject, it, onTestFinished } from 'vitest';

const main = join(import.meta.dirname, '../src/main.ts');
const SECRET_KEY = randomBytes(32).toString('base64');
const ACCOUNTS = 10_000;

function run(
  directory: string,
  uri: string,
  ...words: string[]
): ChildProcessByStdio<null, null, Readable> {
  const { PATH } = process.env;
  return spawn(
    process.execPath,
    ['--conditions=@org/source', main, 'accounts', ...words, '--reason', 'move'],
    {
      cwd: directory,
      env: { PATH, MONGODB_URI: uri, SECRET_KEY },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
}

async function connect() {
  const uri = new URL(inject('mongodbUri'));
  uri.pathname = `/test-${randomUUID()}`;
  const client = await MongoClient.connect(uri.href);
  onTestFinished(async () => {
    await client.db().dropDatabase();
    await client.close();
  });
  return { uri: uri.href, database: client.db() };
}

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'org-admin-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** Sends the signal to an import of many accounts, once the first are stored. */
async function interrupt(signal: NodeJS.Signals) {
  const { uri, database } = await connect();
  const directory = await makeDirectory();
  const users = Array.from({ length: ACCOUNTS }, (_, index) => ({
    username: `user-${index}@example.com`,
  }));
  const text = users.map((user) => `${JSON.stringify(user)}\n`).join('');
  await writeFile(join(directory, 'accounts.ndjson'), text);
  const accounts = database.collection('accounts');

  const interrupted = run(directory, uri, 'import', 'accounts.ndjson');
  await expect
    .poll(() => accounts.countDocuments(), { timeout: 120_000, interval: 5 })
    .toBeGreaterThan(0);
  interrupted.kill(signal);
  const ended = await once(interrupted, 'exit');
  return { uri, database, directory, accounts, ended };
}

it('ends with the batch in hand at Ctrl-C, and imports the rest at once', async () => {
  const { uri, directory, accounts, ended } = await interrupt('SIGINT');

  expect(ended).toEqual([130, null]);
  const before = await accounts.countDocuments();
  expect(before).toBeLessThan(ACCOUNTS);
  expect(before % 2_000).toBe(0);
  expect(await readdir(directory)).toEqual(['accounts.ndjson']);

  const next = run(directory, uri, 'import', 'accounts.ndjson');
  expect(await Promise.all([once(next, 'exit'), textOf(next.stderr)])).toEqual([[0, null], '']);
  expect(await accounts.countDocuments()).toBe(ACCOUNTS);
}, 300_000);

it('waits for the transaction that one left which was killed', async () => {
  const { uri, database } = await connect();
  const directory = await makeDirectory();
  const id = '64b00000000000000000000a';
  await writeFile(join(directory, 'ada'), JSON.stringify({ id, username: 'ada@example.com' }));
  const accounts = database.collection('accounts');
  await once(run(directory, uri, 'import', 'ada', '--dry-run'), 'exit');
  const session = database.client.startSession();
  session.startTransaction();
  const left = { session, bypassDocumentValidation: true };
  await accounts.insertOne({ _id: new ObjectId(id) }, left);

  const waiting = run(directory, uri, 'import', 'ada');
  const [said] = await once(waiting.stderr, 'data');
  await session.endSession();

  expect(`${said}`).toMatch(/Waiting for up to two minutes\.\n$/);
  expect(await once(waiting, 'exit')).toEqual([0, null]);
  expect(await accounts.findOne()).toMatchObject({ username: 'ada@example.com' });
}, 300_000);

it('imports the rest after kill -9, and an export of it imports the same', async () => {
  const { uri, database, directory, accounts } = await interrupt('SIGKILL');

  const before = await accounts.countDocuments();
  expect(before).toBeLessThan(ACCOUNTS);
  expect(before % 2_000).toBe(0);

  const [exitCode] = await once(run(directory, uri, 'import', 'accounts.ndjson'), 'exit');
  expect(exitCode).toBe(0);
  expect(await accounts.countDocuments()).toBe(ACCOUNTS);
  expect(await database.collection('account_identities').countDocuments()).toBe(ACCOUNTS);
  const records = database.collection('audit_log');
  expect(await records.countDocuments({ resource_type: 'accounts', action: 'create' })).toBe(
    ACCOUNTS,
  );
  const runs = await records.find({ action: 'authz_admin' }).toArray();
  expect(runs.map(({ changes }) => changes.reason.new)).toEqual(['move', 'move', 'move']);
  expect(runs.at(-1)).toMatchObject({
    changes: { parameters: { new: { created: ACCOUNTS - before, present: before, refused: 0 } } },
  });

  const other = await connect();
  await once(run(directory, uri, 'export', 'first', '--with-hashes'), 'exit');
  await once(run(directory, other.uri, 'import', 'first'), 'exit');
  await once(run(directory, other.uri, 'export', 'second', '--with-hashes'), 'exit');
  const [first, second] = await Promise.all(
    ['first', 'second'].map((name) => readFile(join(directory, name), 'utf8')),
  );
  expect(first?.split('\n')).toHaveLength(ACCOUNTS + 1);
  expect(second).toBe(first);
}, 300_000);
