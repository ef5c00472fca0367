import { resolve } from 'node:path';

import type { DataPaths } from '../data-directory.ts';
import type { StartLocalMongodOptions } from '../options.ts';
import type { TimeLimits } from '../time-limits.ts';
import { stopProcess } from './mongod-process.ts';
import { becomePrimary } from './replica-set.ts';
import { findRunningMongod, type ReadyMongod, type RunningMongod } from './running-mongod.ts';

/**
 * Takes over the mongod that a killed program left running on the data folder. One that is not
 * what was asked for, or does not answer, is stopped.
 *
 * @returns undefined if none runs there now
 */
export async function adoptMongod(
  paths: DataPaths,
  options: StartLocalMongodOptions,
  limits: TimeLimits,
): Promise<ReadyMongod | undefined> {
  const running = await findRunningMongod(paths);
  if (running === undefined) {
    return undefined;
  }
  const { pid } = running.details;
  try {
    assertWanted(running, options);
    const durable = options.durability !== 'throwaway';
    const version = await becomePrimary({ port: running.port, pid, durable }, limits.adopt);
    options.report?.(`adopted mongod ${version} (pid ${pid}), which was left running`);
    return { ...running, version };
  } catch (error) {
    const objection = error instanceof Error ? error.message : String(error);
    options.report?.(`stopping mongod (pid ${pid}), which was left running: ${objection}`);
    await stopProcess(running.details, limits.stop);
    return undefined;
  }
}

/** @throws Error unless it is what was asked for */
function assertWanted({ details, port }: RunningMongod, options: StartLocalMongodOptions): void {
  if (options.port !== undefined && options.port !== port) {
    throw new Error(`it is on port ${port}`);
  }
  const { binary } = options;
  if (binary !== undefined && !details.commandLine.startsWith(`${resolve(binary)} `)) {
    throw new Error('it is another binary');
  }
}
