import { readdir } from 'node:fs/promises';

import { describe, expect, inject, it, onTestFinished } from 'vitest';

import { startThrowawayReplicaSet } from '../src/index.ts';
import { readNotes, writeNote } from './notes.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

describe(startThrowawayReplicaSet, () => {
  it('keeps what a majority has when its primary is killed, and removes it when it is stopped', async () => {
    const temporaryDirectory = await makeTemporaryDirectory();
    const set = await startThrowawayReplicaSet({
      binary: inject('realMongod'),
      temporaryDirectory,
    });
    onTestFinished(() => set.stop());
    await writeNote(set.uri, 'a');

    await set.killPrimary();

    await writeNote(set.uri, 'b');
    await expect(readNotes(set.uri)).resolves.toEqual(['a', 'b']);
    await set.stop();
    await expect(readdir(temporaryDirectory)).resolves.toEqual([]);
  });
});
