import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findFreePort, LOOPBACK, makeSecretKey, waitUntil } from '@org/harness';
import { findMongod } from '@org/local-mongodb';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { ada, post } from './client.ts';
import { Program } from './program.ts';

const root = { user: 'root', pwd: 'root', roles: ['root'] };
const ours = { user: 'org', pwd: 'secret' };
const secretKey = makeSecretKey();
const readWrite = { role: 'readWrite', db: 'org' };
let directory: string;
let port: number;
let mongod: ChildProcess;
let client: MongoClient;
const started: Program[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mongodb-privileges-'));
  port = await findFreePort();
  await startMongod();
  await foundSet();
  client = await connect();
  await client.db('org').command({ createUser: ours.user, pwd: ours.pwd, roles: [readWrite] });
});
afterAll(async () => {
  await Promise.all(started.map((program) => program.stop()));
  mongod.kill('SIGKILL');
  await client.close();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
});

/** A replica set of one whose clients must log in. */
async function startMongod(): Promise<void> {
  const keyFile = path.join(directory, 'key');
  await writeFile(keyFile, makeSecretKey(), { mode: 0o600 });
  const { path: binary } = await findMongod({ dataDirectory: directory });
  mongod = spawn(
    binary,
    [
      ...['--dbpath', directory, '--port', String(port), '--bind_ip', LOOPBACK],
      ...['--replSet', 'rs0', '--oplogSize', '64', '--auth', '--keyFile', keyFile],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let log = '';
  mongod.stdout!.setEncoding('utf8').on('data', (text: string) => (log += text));
  await waitUntil('mongod', () => log.includes('Waiting for connections'));
}

/** Until there is a user, whoever comes from this machine may do that. */
async function foundSet(): Promise<void> {
  const first = new MongoClient(`mongodb://${LOOPBACK}:${port}/?directConnection=true`);
  const admin = first.db('admin');
  const members = [{ _id: 0, host: `${LOOPBACK}:${port}` }];
  await admin.command({ replSetInitiate: { _id: 'rs0', members } });
  const takesWrites = async () => (await admin.command({ hello: 1 }))['isWritablePrimary'] === true;
  await waitUntil('The primary', takesWrites);
  await admin.command({ createUser: root.user, pwd: root.pwd, roles: root.roles });
  await first.close();
}

function connect(): Promise<MongoClient> {
  return MongoClient.connect(`mongodb://root:root@${LOOPBACK}:${port}/?replicaSet=rs0`);
}

function start(): Program {
  const program = Program.run({
    MONGODB_URI: `mongodb://${ours.user}:${ours.pwd}@${LOOPBACK}:${port}/org?replicaSet=rs0`,
    SECRET_KEY: secretKey,
  });
  started.push(program);
  return program;
}

async function signUp(program: Program, username: string): Promise<number> {
  const { status } = await post(`${await program.ready()}/api/accounts`, { ...ada, username });
  return status;
}

it('needs readWrite for a new database, and dbAdmin to change a validator', async () => {
  const fresh = start();
  expect(await signUp(fresh, 'ada')).toBe(201);
  await fresh.stop();
  // As an earlier version left it.
  const validator = { $jsonSchema: { title: '@org accounts', bsonType: 'object' } };
  await client.db('org').command({ collMod: 'accounts', validator });

  const refused = start();
  expect(await refused.exited()).toBe(1);
  expect(refused.output).toMatch(
    /: The MongoDB user lacks the privilege collMod on accounts\. Grant it the roles readWrite and dbAdmin on this database\.$/m,
  );
  expect(refused.output).not.toMatch(/^\s+at /m);

  const roles = [{ role: 'dbAdmin', db: 'org' }];
  await client.db('org').command({ grantRolesToUser: ours.user, roles });
  const changed = start();
  expect(await signUp(changed, 'grace')).toBe(201);
  const [accounts] = await client.db('org').listCollections({ name: 'accounts' }).toArray();
  expect(accounts).toMatchObject({
    options: { validator: { $jsonSchema: { required: expect.any(Array) as unknown[] } } },
  });
});
