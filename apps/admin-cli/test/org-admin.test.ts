import { execFile, spawn, type ExecFileOptionsWithStringEncoding } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';

import { MongoClient } from 'mongodb';
import { describe, expect, inject, it, onTestFinished } from 'vitest';

interface Ended {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

const launcher = join(import.meta.dirname, '../bin/org-admin.js');
const secretKey = randomBytes(32).toString('base64');
/** What the command line itself did. */
const ownRecords = ['audit', 'query', '--actor', 'worker', 'org-admin'];

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'org-admin-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** Runs what npm links, in a folder of its own. */
async function runLauncher(
  directory: string,
  environment: Readonly<Record<string, string>>,
  ...words: string[]
): Promise<Ended> {
  const { PATH = '' } = process.env;
  return run(launcher, words, { cwd: directory, env: { PATH, ...environment } });
}

async function run(
  program: string,
  words: readonly string[],
  options: ExecFileOptionsWithStringEncoding,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(program, words, options, (_error, output, errors) =>
      resolve({ exitCode: child.exitCode ?? -1, output, errors }),
    );
  });
}

/** A connection string with a database of its own. */
function makeDatabaseUri(): string {
  const uri = new URL(inject('mongodbUri'));
  uri.pathname = `/test-${randomUUID()}`;
  onTestFinished(async () => {
    const client = await MongoClient.connect(uri.href);
    await client.db().dropDatabase();
    await client.close();
  });
  return uri.href;
}

describe('npx org-admin', () => {
  it('takes its settings from .env and the environment', async () => {
    const directory = await makeDirectory();
    const uri = makeDatabaseUri();
    await writeFile(join(directory, '.env'), `MONGODB_URI=${uri}\nSECRET_KEY=short\n`);

    const refused = await runLauncher(directory, {}, 'audit', 'query');
    expect(refused).toEqual({
      exitCode: 1,
      output: '',
      errors: expect.stringMatching(/^SECRET_KEY must be at least 32 bytes in base64/),
    });

    const environment = { SECRET_KEY: secretKey };
    const first = await runLauncher(directory, environment, ...ownRecords);
    expect(first).toEqual({
      exitCode: 0,
      output: 'None.\n',
      errors: expect.stringContaining('Warning: The database test-'),
    });

    const second = await runLauncher(directory, environment, ...ownRecords, '--json');
    expect(second.errors).toBe('');
    expect(JSON.parse(second.output).items).toMatchObject([
      { action: 'authz_admin', actorType: 'worker', actorId: 'org-admin' },
    ]);
  });

  it('uses the secret key of the data folder, and says so when there is none', async () => {
    const directory = await makeDirectory();
    const environment = { MONGODB_URI: makeDatabaseUri(), DATA_DIR: directory };

    expect(await runLauncher(directory, environment, 'audit', 'query')).toEqual({
      exitCode: 1,
      output: '',
      errors: `SECRET_KEY is not set, and there is no ${join(directory, 'secret-key')}. Set it to the one of your program.\n`,
    });

    await writeFile(join(directory, 'secret-key'), secretKey);
    expect(await runLauncher(directory, environment, 'audit', 'query')).toMatchObject({
      exitCode: 0,
    });
  });

  it('says so when no program runs a MongoDB', async () => {
    const directory = await makeDirectory();

    const { exitCode, errors } = await runLauncher(
      directory,
      { SECRET_KEY: secretKey },
      ...['audit', 'query'],
    );

    expect(exitCode).toBe(1);
    expect(errors).toBe(
      `MONGODB_URI is not set, and no program runs a MongoDB in ${join(directory, '.data/mongodb')}. Set it, or start the program first (npm start).\n`,
    );
  });

  it('finds the MongoDB that a program runs', async () => {
    const directory = await makeDirectory();
    const { startLocalMongod } = await import('@org/local-mongodb');
    const mongod = await startLocalMongod({
      dataDirectory: join(directory, '.data/mongodb'),
      binary: process.env['MONGOD_BINARY'],
    });
    onTestFinished(() => mongod.stop());

    const { exitCode, output } = await runLauncher(
      directory,
      { SECRET_KEY: secretKey },
      ...ownRecords,
    );

    expect([exitCode, output]).toEqual([0, 'None.\n']);
  });

  it('shows and exports what is stored about an account, the export as the route has it', async () => {
    const directory = await makeDirectory();
    const environment = { SECRET_KEY: secretKey, MONGODB_URI: makeDatabaseUri() };
    const id = '64b00000000000000000000a';
    const ada = { id, username: 'ada', first_name: 'Ada', email: 'ada@example.com' };
    await writeFile(join(directory, 'a'), JSON.stringify({ ...ada, email_verified: true }));
    const why = ['--reason', 'ticket 4711'];
    const read = async (...words: string[]) =>
      JSON.parse((await runLauncher(directory, environment, ...words)).output);
    await runLauncher(directory, environment, 'accounts', 'import', 'a', ...why);

    const shown = await read('accounts', 'show', id);
    expect(shown).toMatchObject({ id, username: 'ada', state: 'active', roles: [] });
    expect(shown.audit[0]).toMatchObject({ action: 'read', resourceId: id });
    expect(shown.audit.at(-1)).toMatchObject({ action: 'create', resourceId: id });

    const exported = await read('accounts', 'export-data', id, ...why);
    expect(exported).toMatchObject({
      account: { ...ada, email_verified: true, phone_number: null },
      identities: [{ kind: 'email', verified_at: expect.any(String) }, { verified_at: null }],
      audit_records: [],
    });
    expect(JSON.stringify(exported)).not.toMatch(/"(?:auditRecords|firstName|verifiedAt)"/);
  });

  it.each([
    ['does not answer', 'mongodb://ada:lovelace@127.0.0.1:1/', '127.0.0.1:1'],
    ['cannot be understood', 'mongodb//ada:lovelace@127.0.0.1:1/', 'MONGODB_URI must be'],
  ])('says that a MongoDB %s without its password', async (_what, uri, expected) => {
    const { exitCode, errors } = await runLauncher(
      await makeDirectory(),
      { SECRET_KEY: secretKey, MONGODB_URI: uri },
      ...['audit', 'query'],
    );

    expect(exitCode).toBe(1);
    expect(errors).toMatch(/^.+\n$/);
    expect(errors).toContain(expected);
    expect(errors).not.toContain('lovelace');
  });

  it.each([
    ['http://hooks.example.org', 'url must be an https URL.'],
    ['https://192.168.1.1/hooks', 'url must be on the public internet.'],
  ])('names the setting that lets webhooks go to %s', async (url, refusal) => {
    const { exitCode, errors } = await runLauncher(
      await makeDirectory(),
      { SECRET_KEY: secretKey, MONGODB_URI: makeDatabaseUri() },
      ...['webhooks', 'add', url, '--event', 'account.created', '--reason', 'ticket 4711'],
    );

    expect(exitCode).toBe(1);
    expect(errors).toContain(`${refusal} For receivers in your own network, set `);
    expect(errors).toContain('WEBHOOK_ALLOW_PRIVATE_ADDRESSES=on');
  });

  it.each([
    ['a device that is full', '> /dev/full', 'ENOSPC: no space left on device, write\n'],
    ['a file that takes the beginning', '> help', 'EFBIG: file too large, write\n'],
  ])('fails if it cannot print all to %s', async (_where, target, expected) => {
    const command = `ulimit -f 1; exec ${process.execPath} ${launcher} --help ${target}`;
    const cwd = await makeDirectory();

    const { exitCode, errors } = await run('sh', ['-c', command], { cwd });

    expect([exitCode, errors]).toEqual([1, expected]);
  });

  it('ends quietly, as other programs do, when its reader has left', async () => {
    const child = spawn(launcher, ['--help'], { cwd: await makeDirectory() });
    child.stdout.destroy();

    const ended = await Promise.all([once(child, 'exit'), textOf(child.stderr)]);

    expect(ended).toEqual([[141, null], '']);
  });

  it('ends with the exit code of the program', async () => {
    const { exitCode, errors } = await runLauncher(await makeDirectory(), {}, 'dance');

    expect(exitCode).toBe(2);
    expect(errors).toContain("unknown command 'dance'");
  });
});
