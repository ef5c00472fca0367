import type {} from 'vitest';
import type { TestProject } from 'vitest/node';

import { findMongod } from '../src/index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The mongod that the ordinary search found, once for all test files. */
    realMongod: string;
  }
}

/** Downloads at most once for each clone: what was found is in the cache folder afterwards. */
export async function setup(project: TestProject): Promise<void> {
  const binary = process.env['MONGOD_BINARY'] || undefined;
  const { path } = await findMongod({ binary, report: (line) => console.log(`[mongodb] ${line}`) });
  project.provide('realMongod', path);
}
