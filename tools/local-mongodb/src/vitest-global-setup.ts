import { statfsSync } from 'node:fs';

import type {} from 'vitest';
import type { TestProject } from 'vitest/node';

import { dataPaths } from './data-directory.ts';
import { readTellingLines } from './mongod-process.ts';
import { findProcess } from './processes.ts';
import { startThrowawayMongod, type ThrowawayMongod } from './start-throwaway-mongod.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a replica set without data; see `inject('mongodbUri')`. */
    mongodbUri: string;
  }
}

interface SharedMongod {
  users: number;
  readonly started: Promise<ThrowawayMongod>;
}

const WATCH_INTERVAL_MILLISECONDS = 1_000;
/** Files in memory, on Linux: a tenth faster, since every test file makes a database. */
const MEMORY = '/dev/shm';
/** Several times what the tests of this workspace need. */
const NEEDED_BYTES = 4 * 2 ** 30;

/** vitest loads this file once for every project, so what they share is kept outside of it. */
const shared = globalThis as typeof globalThis & { localMongodb?: SharedMongod };

async function start(): Promise<ThrowawayMongod> {
  const mongod = await startThrowawayMongod({
    binary: process.env['MONGOD_BINARY'] || undefined,
    temporaryDirectory: findMemory(),
    report: (line) => console.log(`[mongodb] ${line}`),
  });
  const watch = setInterval(() => {
    if (findProcess(mongod.pid) === undefined) {
      clearInterval(watch);
      void explainEnd(mongod);
    }
  }, WATCH_INTERVAL_MILLISECONDS).unref();
  const stop = (): Promise<void> => {
    clearInterval(watch);
    return mongod.stop();
  };
  return { ...mongod, stop };
}

/** @returns `undefined` if files in memory have too little room, or are not to be had */
function findMemory(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize < NEEDED_BYTES ? undefined : MEMORY;
  } catch {
    return undefined;
  }
}

/** Every test after this fails; the reason is in the log, which is gone with the data. */
async function explainEnd({ pid, dataDirectory }: ThrowawayMongod): Promise<void> {
  const lines = await readTellingLines(dataPaths(dataDirectory).log);
  console.error([`[mongodb] mongod (pid ${pid}) ended during the tests:`, ...lines].join('\n  '));
}

/**
 * A vitest globalSetup that provides `mongodbUri`. All projects of one vitest process share one
 * throwaway mongod, which ends with the last of them.
 *
 * It reads two names from the environment: with TEST_MONGODB_URI, that server is provided and none
 * is started; with MONGOD_BINARY, that mongod is used and no other.
 *
 * @throws what startThrowawayMongod throws.
 */
export default async function setup(
  project: Pick<TestProject, 'provide'>,
): Promise<() => Promise<void>> {
  const given = process.env['TEST_MONGODB_URI'];
  if (given !== undefined && given !== '') {
    project.provide('mongodbUri', given);
    return () => Promise.resolve();
  }
  const mongod = (shared.localMongodb ??= { users: 0, started: start() });
  mongod.users += 1;
  project.provide('mongodbUri', (await mongod.started).uri);
  return async () => {
    mongod.users -= 1;
    if (mongod.users > 0) {
      return;
    }
    delete shared.localMongodb;
    await (await mongod.started).stop();
  };
}
