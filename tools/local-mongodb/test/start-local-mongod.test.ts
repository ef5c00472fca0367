import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';

import { MongoClient } from 'mongodb';
import { describe, expect, inject, it, onTestFinished } from 'vitest';

import { dataPaths, readMemory, writeMemory } from '../src/data-directory.ts';
import {
  IncompatibleDataError,
  MongodStartError,
  PortInUseError,
  startLocalMongod,
} from '../src/index.ts';
import { findProcess } from '../src/processes.ts';
import { choosePort } from '../src/start-local-mongod.ts';
import { writeFakeMongod, writeProgram } from './fake-program.ts';
import { start } from './start-mongod.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';
import { readNotes, writeNote } from './notes.ts';

async function occupy(port: number, answer?: (socket: Socket) => void): Promise<void> {
  const server = createServer(answer);
  onTestFinished(() => void server.close());
  await once(server.listen(port, '127.0.0.1'), 'listening');
}

describe(startLocalMongod, () => {
  it('runs a replica set on loopback that takes transactions, apart from the terminal', async () => {
    const mongod = await start(await makeTemporaryDirectory());
    expect(mongod.uri).toBe(`mongodb://127.0.0.1:${mongod.port}/?replicaSet=rs0`);
    expect(mongod.adopted).toBe(false);
    const client = new MongoClient(mongod.uri);
    onTestFinished(() => client.close());
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await client.db('test').collection('a').insertOne({}, { session });
      }),
    );
    await expect(client.db('test').collection('a').countDocuments()).resolves.toBe(1);
    const options = await client.db('admin').command({ getCmdLineOpts: 1 });
    expect(options['parsed'].net.bindIp).toBe('127.0.0.1');
    const processGroup = execFileSync('ps', ['-o', 'pgid=', '-p', String(mongod.pid)], {
      encoding: 'utf8',
    });
    expect(Number(processGroup)).toBe(mongod.pid);
  });

  it('leaves no process and no claim when it is stopped, and keeps the data', async () => {
    const dataDirectory = join(await makeTemporaryDirectory(), 'made/on/the/way');
    const first = await start(dataDirectory);
    await writeNote(first.uri, 'kept');
    await Promise.all([first.stop(), first.stop()]);
    expect(findProcess(first.pid)).toBeUndefined();
    await expect(readdir(dataDirectory).then((names) => names.toSorted())).resolves.toEqual([
      'db',
      'local-mongodb.json',
      'mongod.log',
    ]);
    expect((await stat(dataDirectory)).mode & 0o777).toBe(0o700);

    const second = await start(dataDirectory);
    expect(second.port).toBe(first.port);
    await expect(readNotes(second.uri)).resolves.toEqual(['kept']);
    expect(existsSync(dataPaths(dataDirectory).previousLog)).toBe(true);
  });

  it('keeps the data when a silent program has taken the earlier port', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const first = await start(dataDirectory);
    await writeNote(first.uri, 'before');
    await first.stop();
    await occupy(first.port);

    // Within 25 seconds: mongod by itself would ask that program for 30 whether it is itself.
    const second = await start(dataDirectory, { limits: { start: 25_000 } });
    expect(second.port).not.toBe(first.port);
    await writeNote(second.uri, 'after');
    await expect(readNotes(second.uri)).resolves.toEqual(['before', 'after']);
  });

  it('keeps the data when the earlier port is taken after kill -9 of mongod', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const first = await start(dataDirectory);
    await writeNote(first.uri, 'before');
    process.kill(first.pid, 'SIGKILL');
    await first.stop();
    await occupy(first.port, (socket) => socket.destroy());

    const second = await start(dataDirectory);
    expect(second.port).not.toBe(first.port);
    await writeNote(second.uri, 'after');
    await expect(readNotes(second.uri)).resolves.toEqual(['before', 'after']);
  });

  it('refuses a requested port that is taken', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const port = await choosePort(undefined, undefined);
    await occupy(port);
    const starting = startLocalMongod({ binary: inject('realMongod'), dataDirectory, port });
    await expect(starting).rejects.toThrow(PortInUseError);
    await expect(readdir(dataDirectory)).resolves.toEqual([]);
  });

  it('tries another port when its own is taken while mongod starts', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const binary = await writeFakeMongod(
      join(dataDirectory, 'mongod'),
      '6.0.5',
      `if mkdir ${dataDirectory}/tried; then exit 48; fi`,
      `exec ${inject('realMongod')} "$@"`,
    );
    const mongod = await start(dataDirectory, { binary });
    expect(existsSync(join(dataDirectory, 'tried'))).toBe(true);
    await expect(readMemory(dataPaths(dataDirectory))).resolves.toMatchObject({
      port: mongod.port,
    });
  });

  it('recovers the data after kill -9 of mongod', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const first = await start(dataDirectory);
    await writeNote(first.uri, 'acknowledged');
    process.kill(first.pid, 'SIGKILL');
    await first.stop();
    const lock = await readFile(join(dataPaths(dataDirectory).database, 'mongod.lock'), 'utf8');
    expect(lock).toBe(`${first.pid}\n`);

    const second = await start(dataDirectory);
    expect(second.adopted).toBe(false);
    await expect(readNotes(second.uri)).resolves.toEqual(['acknowledged']);
  });

  it('refuses data of another major version and touches nothing', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const paths = dataPaths(dataDirectory);
    await mkdir(paths.database);
    await writeFile(join(paths.database, 'WiredTiger'), '');
    const memory = { binary: '/gone/mongod', version: '4.4.29', port: 1 };
    await writeMemory(paths, memory);

    const starting = startLocalMongod({ binary: inject('realMongod'), dataDirectory });
    await expect(starting).rejects.toThrow(IncompatibleDataError);
    await expect(starting).rejects.toThrow('written by MongoDB 4.4.29');
    await expect(readMemory(paths)).resolves.toEqual(memory);
    await expect(readdir(paths.database)).resolves.toEqual(['WiredTiger']);
  });

  it('shows the log when mongod ends at once, and can be tried again', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const binary = await writeFakeMongod(
      join(dataDirectory, 'broken'),
      '6.0.5',
      `echo '{"s":"E","msg":"WiredTiger error","attr":{"error":"No space left on device"}}'`,
      'exit 14',
    );
    const first = startLocalMongod({ binary, dataDirectory });
    await expect(first).rejects.toThrow(MongodStartError);
    await expect(first).rejects.toThrow(`${binary} ended with exit code 14. From its log`);
    await expect(first).rejects.toThrow('No space left on device');
    await start(dataDirectory);
  });

  it('shows the log when mongod cannot read its data', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const { database } = dataPaths(dataDirectory);
    await mkdir(database);
    for (const name of ['WiredTiger', 'WiredTiger.turtle', 'WiredTiger.wt']) {
      await writeFile(join(database, name), 'garbage');
    }
    const starting = startLocalMongod({ binary: inject('realMongod'), dataDirectory });
    await expect(starting).rejects.toThrow(/was ended by SIG|ended with exit code/);
    await expect(starting).rejects.toThrow('WiredTiger');
  });

  it('ends a mongod that does not become ready in time', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const pidFile = join(dataDirectory, 'pid');
    const waits = [`echo $$ > ${pidFile}`, 'exec sleep 60'];
    const binary = await writeFakeMongod(join(dataDirectory, 'hangs'), '6.0.5', ...waits);
    const starting = startLocalMongod({ binary, dataDirectory, limits: { start: 1_000 } });
    await expect(starting).rejects.toThrow('did not listen within 1000 ms');
    const pid = Number(await readFile(pidFile, 'utf8'));
    expect(findProcess(pid)).toBeUndefined();
  });

  it('kills a mongod that does not stop in time', async () => {
    const mongod = await start(await makeTemporaryDirectory(), { limits: { stop: 100 } });
    process.kill(mongod.pid, 'SIGSTOP');
    await mongod.stop();
    expect(findProcess(mongod.pid)).toBeUndefined();
  });

  it('says so when the file cannot be executed after all', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const binary = join(dataDirectory, 'mongod');
    const removesItself = 'if [ "$1" = --version ]; then echo "db version v6.0.5"; rm "$0"; fi';
    await writeProgram(binary, removesItself);
    const starting = startLocalMongod({ binary, dataDirectory });
    await expect(starting).rejects.toThrow(`${binary} cannot be started: `);
  });
});
