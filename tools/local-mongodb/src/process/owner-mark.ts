import { randomBytes } from 'node:crypto';

import { findProcess } from './process-details.ts';

const MARK = /\.owner-(\d+)-([A-Za-z0-9-]+)-[0-9a-f]{12}$/;

/**
 * Makes a name, unique in the world, that says which process it belongs to. Files and folders
 * named like this can be cleaned away by anyone once that process is gone, without a race: a dead
 * process never comes back to its name.
 *
 * @param prefix the first part of the name, for a reader of the folder.
 */
export function makeOwnedName(prefix: string): string {
  const self = findProcess(process.pid);
  if (self === undefined) {
    throw new Error('This process cannot find itself among those that run');
  }
  return `${prefix}.owner-${self.pid}-${self.startTime}-${randomBytes(6).toString('hex')}`;
}

/** Whose name it is, and whether that process still runs; undefined for other names. */
export function readOwner(name: string): { pid: number; alive: boolean } | undefined {
  const [, pidText, startTime] = MARK.exec(name) ?? [];
  if (pidText === undefined) {
    return undefined;
  }
  const pid = Number(pidText);
  return { pid, alive: findProcess(pid)?.startTime === startTime };
}
