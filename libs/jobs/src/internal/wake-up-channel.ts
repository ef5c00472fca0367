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
 * Wakes the worker when a job is put into the queue, by a change stream. What it misses while the
 * stream is broken, and what falls due later, is found by polling.
 */
export class WakeUpChannel extends MongoChangeStreamNotificationChannel {
  readonly #clock: Clock;

  constructor({ database, clock, onError }: WakeUpChannelDependencies) {
    // Without `fullDocument` changes of jobs pass by: every renewal of a lease is one.
    super({ db: database, fullDocument: false });
    this.#clock = clock;
    this.on('error', onError);
  }

  /** Has the worker look for the next job of this name. */
  async wake(jobName: string): Promise<void> {
    const job = { jobId: toJobId(''), jobName, nextRunAt: null, priority: 0 };
    await this.notifyHandlers({ ...job, timestamp: this.#clock.now() });
  }
}
