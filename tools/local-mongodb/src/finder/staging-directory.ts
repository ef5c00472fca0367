import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { makeOwnedName, readOwner } from '../process/owner-mark.ts';

/**
 * Gives `work` an empty folder inside the cache folder and removes it afterwards, together with
 * those that programs left which were killed meanwhile.
 */
export async function withStagingDirectory<Result>(
  cacheDirectory: string,
  work: (stagingDirectory: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(cacheDirectory, { recursive: true });
  for (const name of await readdir(cacheDirectory)) {
    if (readOwner(name)?.alive === false) {
      await remove(join(cacheDirectory, name));
    }
  }
  const stagingDirectory = join(cacheDirectory, makeOwnedName('staging'));
  await mkdir(stagingDirectory);
  try {
    return await work(stagingDirectory);
  } finally {
    await remove(stagingDirectory);
  }
}

/**
 * Puts a finished folder into its place in one step, so that no other program ever sees half of
 * it. What was there before is moved into the staging folder, and goes with it.
 */
export async function publishDirectory(
  finished: string,
  place: string,
  stagingDirectory: string,
): Promise<void> {
  const replaced = join(stagingDirectory, 'replaced');
  await rename(place, replaced).catch(ignoreMissing);
  try {
    await rename(finished, place);
  } catch (error) {
    // Another program published the same thing in between: that one is as good.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) {
      throw error;
    }
  }
}

function ignoreMissing(error: unknown): void {
  if (!hasCode(error, 'ENOENT')) {
    throw error;
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}
