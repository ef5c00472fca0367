import { setTimeout as delay } from 'node:timers/promises';

import { AppError, ServiceUnavailableError } from '@org/core';

import type { Lifecycle } from './lifecycle.ts';
import type { Report } from './report.ts';
import { StartAbandonedError, StartError } from './start-errors.ts';

export interface PatienceOptions {
  readonly uri: string;
  readonly lifecycle: Pick<Lifecycle, 'isClosing'>;
  readonly report: Report;
  /** Milliseconds between two attempts. Default: 500. */
  readonly pause?: number;
}

/** The first attempt is reported, then every one at this interval. */
const REPORTED_ATTEMPTS = 20;

/**
 * Retries an operation until MongoDB is available, and reports while it is not.
 *
 * @throws StartError if retrying cannot help, as with wrong credentials
 * @throws StartAbandonedError if the process is to stop
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

/** Once told to stop, the process has closed the connection itself. */
function tell(error: unknown, { uri, lifecycle, report }: PatienceOptions): void {
  if (!lifecycle.isClosing) {
    report(`${messageOf(error, uri)} Trying again until it does.`, 'warn');
  }
}

function asStartError(error: unknown, uri: string): unknown {
  return error instanceof AppError ? error : new StartError(messageOf(error, uri), error);
}

function messageOf(error: unknown, uri: string): string {
  const reason = rootMessage(error).replaceAll(uri, 'the connection string');
  return `Cannot use the MongoDB at ${hostsIn(uri)} (MONGODB_URI): ${reason}`;
}

/** Only the hosts: the part before them contains the password. */
function hostsIn(uri: string): string {
  return uri.replace(/^[^/]+\/\/([^@/]*@)?/, '').split(/[/?]/, 1)[0] ?? '';
}

function rootMessage(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
