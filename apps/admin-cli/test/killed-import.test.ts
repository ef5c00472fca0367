import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MongoClient } from 'mongodb';
import { expect, inject, it, onTestFinished } from 'vitest';

const main = join(import.meta.dirname, '../src/main.ts');
const SECRET_KEY = randomBytes(32).toString('base64');
const ACCOUNTS = 10_000;

function run(directory: string, uri: string, ...words: string[]): ChildProcess {
  const { PATH } = process.env;
  return spawn(
    process.execPath,
    ['--conditions=@org/source', main, 'accounts', ...words, '--reason', 'move'],
    { cwd: directory, env: { PATH, MONGODB_URI: uri, SECRET_KEY }, stdio: 'ignore' },
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

it('imports the rest after kill -9, and an export of it imports the same', async () => {
  const { uri, database } = await connect();
  const directory = await makeDirectory();
  const users = Array.from({ length: ACCOUNTS }, (_, index) => ({
    username: `user-${index}@example.com`,
  }));
  const text = users.map((user) => `${JSON.stringify(user)}\n`).join('');
  await writeFile(join(directory, 'accounts.ndjson'), text);
  const accounts = database.collection('accounts');

  const killed = run(directory, uri, 'import', 'accounts.ndjson');
  await expect
    .poll(() => accounts.countDocuments(), { timeout: 120_000, interval: 5 })
    .toBeGreaterThan(0);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
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
  expect(await records.findOne({ action: 'authz_admin' })).toMatchObject({
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
