import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, inject, it } from 'vitest';

import { MongodStartError, startThrowawayMongod } from '../src/index.ts';
import { findProcess } from '../src/processes.ts';
import { writeFakeMongod } from './fake-program.ts';
import { startProgram } from './programs/start-program.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';
import { readNotes, writeNote } from './notes.ts';

describe(startThrowawayMongod, () => {
  it('removes its data and its process when it is stopped', async () => {
    const temporaryDirectory = await makeTemporaryDirectory();
    const mongod = await startThrowawayMongod({ binary: inject('realMongod'), temporaryDirectory });
    await writeNote(mongod.uri, 'a');
    await expect(readNotes(mongod.uri)).resolves.toEqual(['a']);
    expect(existsSync(mongod.dataDirectory)).toBe(true);
    await mongod.stop();
    expect(findProcess(mongod.pid)).toBeUndefined();
    await expect(readdir(temporaryDirectory)).resolves.toEqual([]);
  });

  it('removes its data when mongod does not start', async () => {
    const temporaryDirectory = await makeTemporaryDirectory();
    const binary = await writeFakeMongod(
      join(await makeTemporaryDirectory(), 'mongod'),
      '6.0.5',
      'exit 2',
    );
    const starting = startThrowawayMongod({ binary, temporaryDirectory });
    await expect(starting).rejects.toThrow(MongodStartError);
    await expect(readdir(temporaryDirectory)).resolves.toEqual([]);
  });

  it('ends with a program that exits without stopping it', async () => {
    const temporaryDirectory = await makeTemporaryDirectory();
    const { child, mongod } = await startProgram(temporaryDirectory, 'throwaway-exit');
    if (child.exitCode === null) {
      await once(child, 'exit');
    }
    // It was killed in the last moment, and the system takes its time to clear it away.
    await expect.poll(() => findProcess(mongod.pid)).toBeUndefined();
    await expect(readdir(temporaryDirectory)).resolves.toEqual([]);
  });

  it('clears away what a killed program left, and leaves alone what belongs to a living one', async () => {
    const temporaryDirectory = await makeTemporaryDirectory();
    const killed = await startProgram(temporaryDirectory, 'throwaway');
    const living = await startProgram(temporaryDirectory, 'throwaway');
    await killed.kill();
    expect(findProcess(killed.mongod.pid)).toBeDefined();

    const mongod = await startThrowawayMongod({ binary: inject('realMongod'), temporaryDirectory });
    expect(findProcess(killed.mongod.pid)).toBeUndefined();
    expect(existsSync(killed.mongod.dataDirectory ?? '')).toBe(false);
    expect(findProcess(living.mongod.pid)).toBeDefined();
    await living.kill();
    process.kill(living.mongod.pid, 'SIGKILL');
    await mongod.stop();
  });
});

describe('a program that stops its mongod', () => {
  it('ends by itself', async () => {
    const { child } = await startProgram(await makeTemporaryDirectory(), 'stop');
    child.stdin?.end();
    if (child.exitCode === null) {
      await once(child, 'exit');
    }
    expect(child.exitCode).toBe(0);
  });
});
