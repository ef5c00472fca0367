import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { makeOwnedName } from './process/owner-mark.ts';

/** The files of a data folder. */
export interface DataPaths {
  readonly root: string;
  /** What mongod is given as its dbpath. */
  readonly database: string;
  /** What mongod wrote since it was last started. */
  readonly log: string;
  /** What it wrote the time before. */
  readonly previousLog: string;
  /** See {@link Memory}. */
  readonly memory: string;
}

/** What is remembered of the last start with a data folder. */
export interface Memory {
  /** Absolute path of the mongod. */
  readonly binary: string;
  /** Its version, which is the one that wrote the data. */
  readonly version: string;
  readonly port: number;
}

export function dataPaths(dataDirectory: string): DataPaths {
  const root = resolve(dataDirectory);
  return {
    root,
    database: join(root, 'db'),
    log: join(root, 'mongod.log'),
    previousLog: join(root, 'mongod.previous.log'),
    memory: join(root, 'local-mongodb.json'),
  };
}

/** Whether a mongod has ever written to it. */
export function hasData(paths: DataPaths): boolean {
  return existsSync(join(paths.database, 'WiredTiger'));
}

/** @returns undefined when nothing is remembered, or nothing that can be understood. */
export async function readMemory(paths: DataPaths): Promise<Memory | undefined> {
  try {
    const memory: unknown = JSON.parse(await readFile(paths.memory, 'utf8'));
    return isMemory(memory) ? memory : undefined;
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

function isMemory(value: unknown): value is Memory {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { binary, version, port } = value as Partial<Record<keyof Memory, unknown>>;
  return typeof binary === 'string' && typeof version === 'string' && Number.isInteger(port);
}
