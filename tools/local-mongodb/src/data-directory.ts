import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { DataDirectoryInUseError } from './errors.ts';
import { makeOwnedName, readOwner } from './processes.ts';

/** What is remembered of the last start on a data folder. */
export interface Memory {
  /** Absolute path of the mongod. */
  readonly binary: string;
  /** Its version, which is the one that wrote the data. */
  readonly version: string;
  readonly port: number;
}

export type DataPaths = Readonly<ReturnType<typeof dataPaths>>;

/** The files of a data folder. */
export function dataPaths(dataDirectory: string) {
  const root = resolve(dataDirectory);
  return {
    root,
    /** What mongod is given as its dbpath. */
    database: join(root, 'db'),
    /** What mongod has written since it was last started. */
    log: join(root, 'mongod.log'),
    /** What it wrote the time before. */
    previousLog: join(root, 'mongod.previous.log'),
    /** See {@link Memory}. */
    memory: join(root, 'local-mongodb.json'),
  };
}

/** Whether a mongod has ever written to it. */
export function hasData(paths: DataPaths): boolean {
  return existsSync(join(paths.database, 'WiredTiger'));
}

/** The lock file of a mongod: its pid, or nothing once it has shut down cleanly. */
export function readLock(paths: DataPaths): Promise<string> {
  return readFile(join(paths.database, 'mongod.lock'), 'utf8').catch(() => '');
}

/** @returns undefined if nothing is remembered, or nothing that can be understood */
export async function readMemory(paths: DataPaths): Promise<Memory | undefined> {
  try {
    const memory = JSON.parse(await readFile(paths.memory, 'utf8')) as Partial<Memory>;
    const { binary, version, port } = memory;
    const isComplete = typeof binary === 'string' && typeof version === 'string';
    return isComplete && Number.isInteger(port) ? (memory as Memory) : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces what is remembered, in one step. */
export async function writeMemory(paths: DataPaths, memory: Memory): Promise<void> {
  const temporary = makeOwnedName(paths.memory);
  await writeFile(temporary, `${JSON.stringify(memory, undefined, 2)}\n`);
  await rename(temporary, paths.memory);
}

/**
 * Claims a data folder for this process, waiting a little for one that is about to leave it.
 *
 * Each contender writes a file of its own before it looks at the others', so that of two who come
 * at once at least one sees the other. One that sees another withdraws and comes back after a
 * random pause. Files of dead processes are removed: their names are never used again.
 *
 * @param limit milliseconds to wait
 * @throws DataDirectoryInUseError if another live process holds it
 */
export async function claimDirectory(directory: string, limit: number) {
  const deadline = performance.now() + limit;
  for (;;) {
    const own = makeOwnedName('claim');
    const release = (): Promise<void> => rm(join(directory, own), { force: true });
    await writeFile(join(directory, own), '');
    const holder = await findOtherOwner(directory, own);
    if (holder === undefined) {
      return { release };
    }
    await release();
    if (performance.now() >= deadline) {
      throw new DataDirectoryInUseError(directory, holder);
    }
    await delay(randomInt(20, 100));
  }
}

/** @returns the pid of another live process with a claim there */
async function findOtherOwner(directory: string, own: string): Promise<number | undefined> {
  for (const name of await readdir(directory)) {
    const owner = name === own ? undefined : readOwner(name);
    if (owner?.alive === false) {
      await rm(join(directory, name), { force: true });
    } else if (owner !== undefined && name.startsWith('claim.')) {
      return owner.pid;
    }
  }
  return undefined;
}
