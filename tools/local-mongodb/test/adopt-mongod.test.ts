import { describe, expect, inject, it, onTestFinished } from 'vitest';

import { dataPaths } from '../src/data-directory.ts';
import { DataDirectoryInUseError, DEFAULT_TIME_LIMITS, startLocalMongod } from '../src/index.ts';
import { findProcess } from '../src/processes.ts';
import { choosePort } from '../src/start-local-mongod.ts';
import { withNewMongod } from '../src/mongod-process.ts';
import { writeProgram } from './fake-program.ts';
import { startProgram } from './programs/start-program.ts';
import { start } from './start-mongod.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';
import { readNotes, writeNote } from './notes.ts';

/** A data folder on which a mongod runs whose program was killed, with one note in it. */
async function makeOrphan(): Promise<{ dataDirectory: string; pid: number; port: number }> {
  const dataDirectory = await makeTemporaryDirectory();
  const program = await startProgram(dataDirectory, 'stay');
  const { pid, port } = program.mongod;
  onTestFinished(() => {
    if (findProcess(pid) !== undefined) {
      process.kill(pid, 'SIGKILL');
    }
  });
  await writeNote(`mongodb://127.0.0.1:${port}/?replicaSet=rs0`, 'kept');
  await program.kill();
  return { dataDirectory, pid, port };
}

describe('the mongod of a killed program', () => {
  it('lives on, is adopted by the next program, and ends with that', async () => {
    const { dataDirectory, pid, port } = await makeOrphan();
    const lines: string[] = [];
    const mongod = await start(dataDirectory, { report: (line) => lines.push(line) });
    expect(mongod).toMatchObject({ adopted: true, pid, port });
    expect(lines).toEqual([
      `adopted mongod ${mongod.version} (pid ${pid}), which was left running`,
    ]);
    await expect(readNotes(mongod.uri)).resolves.toEqual(['kept']);
    await mongod.stop();
    expect(findProcess(pid)).toBeUndefined();
  });

  it('is replaced when it does not answer', async () => {
    const { dataDirectory, pid } = await makeOrphan();
    process.kill(pid, 'SIGSTOP');
    const mongod = await start(dataDirectory, { limits: { adopt: 300, stop: 300 } });
    expect(mongod.adopted).toBe(false);
    expect(findProcess(pid)).toBeUndefined();
    await expect(readNotes(mongod.uri)).resolves.toEqual(['kept']);
  });

  it('is replaced when it is no member of a replica set', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    await (await start(dataDirectory)).stop();
    const paths = dataPaths(dataDirectory);
    const port = await choosePort(undefined, undefined);
    const settings = { binary: inject('realMongod'), port, cacheSize: 0.25 };
    const pid = await withNewMongod(paths, settings, DEFAULT_TIME_LIMITS, (details) =>
      Promise.resolve(details.pid),
    );
    const mongod = await start(dataDirectory);
    expect(mongod.adopted).toBe(false);
    expect(findProcess(pid)).toBeUndefined();
  });

  it('is replaced when another port is requested', async () => {
    const { dataDirectory, pid } = await makeOrphan();
    const port = await choosePort(undefined, undefined);
    const mongod = await start(dataDirectory, { port });
    expect(mongod).toMatchObject({ adopted: false, port });
    expect(findProcess(pid)).toBeUndefined();
    await expect(readNotes(mongod.uri)).resolves.toEqual(['kept']);
  });

  it('is replaced when another binary is requested', async () => {
    const { dataDirectory, pid } = await makeOrphan();
    const real = inject('realMongod');
    const binary = await writeProgram(`${dataDirectory}/another`, `exec ${real} "$@"`);
    const mongod = await start(dataDirectory, { binary });
    expect(mongod.adopted).toBe(false);
    expect(findProcess(pid)).toBeUndefined();
    await expect(readNotes(mongod.uri)).resolves.toEqual(['kept']);
  });
});

describe('the mongod of a living program', () => {
  it('is not taken from it: the error names the pid', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const program = await startProgram(dataDirectory, 'stay');
    onTestFinished(() => void process.kill(program.mongod.pid, 'SIGKILL'));
    const second = startLocalMongod({
      binary: inject('realMongod'),
      dataDirectory,
      limits: { claim: 100 },
    });
    await expect(second).rejects.toThrow(DataDirectoryInUseError);
    await expect(second).rejects.toThrow(`in use by another program (pid ${program.child.pid})`);
    expect(findProcess(program.mongod.pid)).toBeDefined();
    await program.kill();
  });

  it('is not disturbed by a second start in the same program', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const mongod = await start(dataDirectory);
    const second = startLocalMongod({ dataDirectory, limits: { claim: 0 } });
    await expect(second).rejects.toThrow('in use by this program itself');
    await writeNote(mongod.uri, 'still there');
  });
});
