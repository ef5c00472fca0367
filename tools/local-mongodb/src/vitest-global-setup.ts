import type {} from 'vitest';
import type { TestProject } from 'vitest/node';

import { startThrowawayMongod } from './start-throwaway-mongod.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a replica set without data; see `inject('mongodbUri')`. */
    mongodbUri: string;
  }
}

interface SharedMongod {
  users: number;
  readonly started: ReturnType<typeof startThrowawayMongod>;
}

/** vitest loads this file once for every project, so what they share is kept outside of it. */
const shared = globalThis as typeof globalThis & { orgLocalMongodb?: SharedMongod };

function start(): ReturnType<typeof startThrowawayMongod> {
  return startThrowawayMongod({
    binary: process.env['MONGOD_BINARY'] || undefined,
    report: (line) => console.log(`[mongodb] ${line}`),
  });
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
  const mongod = (shared.orgLocalMongodb ??= { users: 0, started: start() });
  mongod.users += 1;
  project.provide('mongodbUri', (await mongod.started).uri);
  return async () => {
    mongod.users -= 1;
    if (mongod.users > 0) {
      return;
    }
    delete shared.orgLocalMongodb;
    await (await mongod.started).stop();
  };
}
