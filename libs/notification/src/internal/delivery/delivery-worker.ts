import { setTimeout as delay } from 'node:timers/promises';

import { OperationContext } from '@org/core';

import type { NotificationChannel } from '../../types.ts';
import { ChannelWorker, type DeliveryWorkerDependencies } from './channel-worker.ts';
import { LeaseWriter } from './lease-writer.ts';
import { DeliveryRepository, type DeliveryWatch } from './store/delivery-repository.ts';

const CHANNELS: readonly NotificationChannel[] = ['email', 'sms', 'push'];

/**
 * Delivers the messages of all channels, from one start to one stop. A change stream wakes the
 * channel workers when something is queued. Polling covers retries that become due, and a broken
 * stream.
 */
export class DeliveryWorker {
  readonly #repository: DeliveryRepository;
  readonly #leaseWriter: LeaseWriter;
  readonly #dependencies: DeliveryWorkerDependencies;
  readonly #channelWorkers: readonly ChannelWorker[];
  readonly #stopping = new AbortController();
  #polling: Promise<void> | undefined;
  #watch: DeliveryWatch | undefined;

  constructor(dependencies: DeliveryWorkerDependencies) {
    this.#dependencies = dependencies;
    this.#repository = new DeliveryRepository(dependencies);
    this.#leaseWriter = new LeaseWriter(dependencies);
    this.#channelWorkers = CHANNELS.map((channel) => new ChannelWorker(channel, dependencies));
  }

  start(): void {
    this.#channelWorkers.forEach((worker) => worker.start());
    this.#polling = this.#poll();
  }

  /**
   * Lets messages being sent finish, or aborts them after the grace period; other workers then take
   * over.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    // Stop them immediately: until told, a channel worker takes the next delivery.
    const stopped = Promise.all(this.#channelWorkers.map((worker) => worker.stop()));
    await this.#polling;
    await this.#watch?.close().catch(this.#dependencies.onError);
    this.#watch = undefined;
    await stopped;
  }

  /**
   * Delivers what is due now, without being started.
   *
   * @returns the number of attempts
   */
  async drain(): Promise<number> {
    await this.#leaseWriter.expireDeliveries(pollContext());
    const counts = await Promise.all(this.#channelWorkers.map((worker) => worker.drain()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #poll(): Promise<void> {
    const { monitor, onError, settings } = this.#dependencies;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#leaseWriter.expireDeliveries(pollContext());
        this.#watch ??= this.#openWatch();
      } catch (error) {
        onError(error);
      }
      monitor.reportDue();
      this.#channelWorkers.forEach((worker) => worker.wake());
      await delay(settings.pollIntervalMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  #openWatch(): DeliveryWatch {
    const { onError } = this.#dependencies;
    const watch = this.#repository.watch({
      onInsert: (channel) => this.#wake(channel),
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

  #wake(channel: NotificationChannel): void {
    this.#channelWorkers.find((worker) => worker.channel === channel)?.wake();
  }
}

function pollContext(): OperationContext {
  return OperationContext.create({
    actor: { type: 'worker', id: 'notification' },
    requestId: 'poll',
  });
}
