import { resolve } from 'node:path';

import type { DataPaths } from '../data-directory.ts';
import type { TimeLimits } from '../time-limits.ts';
import { stopProcess } from './mongod-process.ts';
import { becomePrimary } from './replica-set.ts';
import { findRunningMongod, type ReadyMongod, type RunningMongod } from './running-mongod.ts';
import type { StartLocalMongodOptions } from './start-local-mongod.ts';

/**
 * Takes over the mongod that a killed program left running on the data folder. One that is not
 * what was asked for, or does not answer, is stopped.
 *
 * @returns undefined when none runs there any more.
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
  const report = options.report ?? (() => undefined);
  const { pid } = running.details;
  const objection = findObjection(running, options) ?? (await tryToAdopt(running, options, limits));
  if (typeof objection !== 'string') {
    report(`adopted mongod ${objection.version} (pid ${pid}), which was left running`);
    return objection;
  }
  report(`stopping mongod (pid ${pid}), which was left running: ${objection}`);
  await stopProcess(running.details, limits.stop);
  return undefined;
}

function findObjection(
  { details, port }: RunningMongod,
  options: StartLocalMongodOptions,
): string | undefined {
  if (options.port !== undefined && options.port !== port) {
    return `it is on port ${port}`;
  }
  if (options.binary === undefined) {
    return undefined;
  }
  const same = details.commandLine.startsWith(`${resolve(options.binary)} `);
  return same ? undefined : 'it is another binary';
}

async function tryToAdopt(
  running: RunningMongod,
  options: StartLocalMongodOptions,
  limits: TimeLimits,
): Promise<ReadyMongod | string> {
  const durable = options.durability !== 'throwaway';
  const member = { port: running.port, pid: running.details.pid, durable };
  try {
    return { ...running, version: await becomePrimary(member, limits.adopt) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
