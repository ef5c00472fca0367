import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { makeOwnedName } from './process/owner-mark.ts';

/** What is remembered of the last start with a data folder. */
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
    /** What mongod wrote since it was last started. */
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
