import { setTimeout as delay } from 'node:timers/promises';

import { AppError, ServiceUnavailableError } from '@org/core';

import type { Lifecycle } from './lifecycle.ts';
import { StartAbandonedError, StartError } from './start-errors.ts';

export interface PatienceOptions {
  readonly uri: string;
  readonly lifecycle: Pick<Lifecycle, 'isClosing'>;
  readonly report: (line: string) => void;
  /** Milliseconds between two attempts. Default: 500. */
  readonly pause?: number;
}

/** Of the attempts, the first and then each of this many is told of. */
const REPORTED_ATTEMPTS = 20;

/**
 * Runs what needs MongoDB until it succeeds. While MongoDB is away it tells so and tries again.
 *
 * @throws StartError for what trying again does not mend, such as wrong credentials
 * @throws StartAbandonedError when the process is to stop
 */
export async function untilMongodbAnswers(
  { uri, lifecycle, report, pause = 500 }: PatienceOptions,
  work: () => Promise<void>,
): Promise<void> {
  for (let attempt = 0; !lifecycle.isClosing; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof ServiceUnavailableError)) {
        throw asStartError(error, uri);
      }
      if (attempt % REPORTED_ATTEMPTS === 0) {
        tell(error, { uri, lifecycle, report });
      }
    }
    await delay(pause);
  }
  throw new StartAbandonedError();
}

/** Once the process is to stop, it has closed the connection itself. */
function tell(error: unknown, { uri, lifecycle, report }: PatienceOptions): void {
  if (!lifecycle.isClosing) {
    report(`${describe(error, uri)} Trying again until it does.`);
  }
}

function asStartError(error: unknown, uri: string): unknown {
  return error instanceof AppError ? error : new StartError(describe(error, uri), error);
}

function describe(error: unknown, uri: string): string {
  const reason = rootMessage(error).replaceAll(uri, 'the connection string');
  return `Cannot use the MongoDB at ${hostsIn(uri)} (MONGODB_URI): ${reason}`;
}

/** The hosts only: what stands before them is the password. */
function hostsIn(uri: string): string {
  return uri.replace(/^[^/]+\/\/([^@/]*@)?/, '').split(/[/?]/, 1)[0] ?? '';
}

function rootMessage(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
