import { setTimeout as delay } from 'node:timers/promises';

import { OperationContext } from '@org/core';

import type { NotificationChannel } from '../../types.ts';
import { DeliveryLane, type DeliveryLaneDependencies } from './delivery-lane.ts';
import type { DeliveryReader } from './delivery-reader.ts';
import type { LeaseWriter } from './lease-writer.ts';

export interface DeliveryWorkerDependencies extends DeliveryLaneDependencies {
  readonly reader: DeliveryReader;
  readonly leaseWriter: LeaseWriter;
  readonly pollIntervalMilliseconds: number;
}

type DeliveryWatch = ReturnType<DeliveryReader['watchDeliveries']>;

const CHANNELS: readonly NotificationChannel[] = ['email', 'sms', 'push'];

/** A worker that runs: its lanes and what wakes them. */
interface Run {
  readonly lanes: readonly DeliveryLane[];
  readonly stopping: AbortController;
  readonly polling: Promise<void>;
}

/**
 * Runs the lanes of all channels. A change stream wakes them when something was queued; polling does
 * when something becomes due again, and when the stream is broken.
 */
export class DeliveryWorker {
  readonly #dependencies: DeliveryWorkerDependencies;
  #run: Run | undefined;
  #watch: DeliveryWatch | undefined;

  constructor(dependencies: DeliveryWorkerDependencies) {
    this.#dependencies = dependencies;
  }

  /** Does nothing where it runs already. */
  start(): void {
    if (this.#run !== undefined) {
      return;
    }
    const lanes = this.#createLanes();
    const stopping = new AbortController();
    lanes.forEach((lane) => lane.start());
    this.#run = { lanes, stopping, polling: this.#poll(lanes, stopping.signal) };
  }

  /** Ends what is being sent, or breaks it off after the grace; others then take it over. */
  async stop(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    if (run === undefined) {
      return;
    }
    run.stopping.abort();
    // At once: until it knows, a lane takes the next message.
    const stopped = Promise.all(run.lanes.map((lane) => lane.stop()));
    await run.polling;
    await this.#watch?.close().catch(this.#dependencies.onError);
    this.#watch = undefined;
    await stopped;
  }

  /** Delivers what is due now, here, and answers how many attempts that took. */
  async drain(): Promise<number> {
    await this.#dependencies.leaseWriter.expireDeliveries(contextOfWorker());
    const counts = await Promise.all(this.#createLanes().map((lane) => lane.drain()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  #createLanes(): readonly DeliveryLane[] {
    return CHANNELS.map((channel) => new DeliveryLane(channel, this.#dependencies));
  }

  async #poll(lanes: readonly DeliveryLane[], signal: AbortSignal): Promise<void> {
    const { leaseWriter, pollIntervalMilliseconds, monitor, onError } = this.#dependencies;
    while (!signal.aborted) {
      try {
        await leaseWriter.expireDeliveries(contextOfWorker());
        this.#watch ??= this.#openWatch(lanes);
      } catch (error) {
        onError(error);
      }
      monitor.reportDue();
      lanes.forEach((lane) => lane.wake());
      await delay(pollIntervalMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  #openWatch(lanes: readonly DeliveryLane[]): DeliveryWatch {
    const { reader, onError } = this.#dependencies;
    const watch = reader.watchDeliveries({
      onInsert: (channel) => lanes.find((lane) => lane.channel === channel)?.wake(),
      onBreak: (error) => {
        if (error !== undefined) {
          onError(error);
        }
        // The next poll opens another one.
        this.#watch = undefined;
        void watch.close().catch(onError);
      },
    });
    return watch;
  }
}

function contextOfWorker(): OperationContext {
  return OperationContext.create({
    actor: { type: 'worker', id: 'notification' },
    requestId: 'poll',
  });
}
