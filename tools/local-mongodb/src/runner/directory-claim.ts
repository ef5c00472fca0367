import { randomInt } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { DataDirectoryInUseError } from '../errors.ts';
import { makeOwnedName, readOwner } from '../process/owner-mark.ts';

/** The right to run a mongod on a data folder. */
export interface DirectoryClaim {
  /** Gives it back. */
  release(): Promise<void>;
}

/**
 * Claims a data folder for this process, waiting a little for one that is about to leave it.
 *
 * Each contender writes a file of its own before it looks at the others', so that of two who come
 * at once at least one sees the other. One that sees another withdraws and comes back after a
 * random pause. Files of dead processes are cleared away: their names are never used again.
 *
 * @param limit milliseconds to wait.
 * @throws DataDirectoryInUseError when another live process holds it.
 */
export async function claimDirectory(directory: string, limit: number): Promise<DirectoryClaim> {
  const deadline = performance.now() + limit;
  for (;;) {
    const own = makeOwnedName('claim');
    await writeFile(join(directory, own), '');
    const holder = await findOtherOwner(directory, own);
    const release = (): Promise<void> => rm(join(directory, own), { force: true });
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

/** @returns the pid of another live process with a file there. */
async function findOtherOwner(directory: string, own: string): Promise<number | undefined> {
  for (const name of await readdir(directory)) {
    const owner = readOwner(name);
    if (owner === undefined || name === own) {
      continue;
    }
    if (!owner.alive) {
      await rm(join(directory, name), { force: true });
    } else if (name.startsWith('claim.')) {
      return owner.pid;
    }
  }
  return undefined;
}
