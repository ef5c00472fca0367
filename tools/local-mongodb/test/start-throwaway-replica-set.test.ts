import { readdir } from 'node:fs/promises';

import { describe, expect, inject, it, onTestFinished } from 'vitest';

import { startThrowawayReplicaSet, type ThrowawayMember } from '../src/index.ts';
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

  it('takes a killed member back, with its data and its place', async () => {
    const advertised: number[] = [];
    const set = await startThrowawayReplicaSet({
      binary: inject('realMongod'),
      temporaryDirectory: await makeTemporaryDirectory(),
      durability: 'durable',
      advertise: async (port) => {
        advertised.push(port);
        return port;
      },
    });
    onTestFinished(() => set.stop());
    expect(set.members.map(({ advertisedPort }) => advertisedPort)).toEqual(advertised);
    await writeNote(set.uri, 'a');
    const [first, second] = set.members as [ThrowawayMember, ThrowawayMember];
    const { pid, port } = second;

    await second.kill();
    await second.restart();

    expect(second.pid).not.toBe(pid);
    expect(second.port).toBe(port);
    // There is a majority only if it has its place again.
    await first.kill();
    await writeNote(set.uri, 'b');
    await expect(readNotes(set.uri)).resolves.toEqual(['a', 'b']);
  });
});
