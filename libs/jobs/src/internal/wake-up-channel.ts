import { MongoChangeStreamNotificationChannel } from '@agendajs/mongo-backend';
import { toJobId } from 'agenda';
import type { Clock } from '@org/core';

import type { JobErrorListener } from '../types.ts';
import type { AgendaDatabase } from './leased-jobs.ts';

export interface WakeUpChannelDependencies {
  readonly database: AgendaDatabase;
  readonly clock: Clock;
  readonly onError: JobErrorListener;
}

/**
 * Wakes the worker when a job is added to the queue, through a change stream. Polling finds jobs
 * that fall due later, and those that a broken stream misses.
 */
export class WakeUpChannel extends MongoChangeStreamNotificationChannel {
  readonly #clock: Clock;

  constructor({ database, clock, onError }: WakeUpChannelDependencies) {
    // Without `fullDocument`, changes to jobs are ignored: every lease renewal is one.
    super({ db: database, fullDocument: false });
    this.#clock = clock;
    this.on('error', onError);
  }

  /** Makes the worker look for the next job of this name. */
  async wake(jobName: string): Promise<void> {
    const job = { jobId: toJobId(''), jobName, nextRunAt: null, priority: 0 };
    await this.notifyHandlers({ ...job, timestamp: this.#clock.now() });
  }
}
