import { setTimeout as delay } from 'node:timers/promises';

import { OperationContext } from '@org/core';

import type { NotificationChannel } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import type { ChannelMonitor } from './channel-monitor.ts';
import type { DeliveryFailure, DeliveryOutcome } from './delivery-outcome.ts';
import type { LeasedDelivery } from './delivery-util.ts';
import type { DeliverySender } from './delivery-sender.ts';
import { LeaseWriter } from './lease-writer.ts';
import { OutagePolicy } from './outage-policy.ts';
import { delayBeforeRetry, MAXIMUM_UNFINISHED_ATTEMPTS } from './retry-policy.ts';
import { WakeUp } from './wake-up.ts';

/** Dependencies of the worker and its channel workers. */
export interface DeliveryWorkerDependencies extends ModuleDependencies {
  readonly sender: DeliverySender;
  /** Outlives the worker, so that it remembers what it has reported. */
  readonly monitor: ChannelMonitor;
  readonly onError: (error: unknown) => void;
}

/**
 * Delivers one channel's messages, several at once. Each channel has its own worker, so that one
 * vendor's outage delays only its channel.
 */
export class ChannelWorker {
  readonly channel: NotificationChannel;
  readonly #dependencies: DeliveryWorkerDependencies;
  readonly #leaseWriter: LeaseWriter;
  readonly #wakeUp = new WakeUp();
  readonly #outage: OutagePolicy;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #breakOff = new AbortController();
  #isStopping = false;
  #running: Promise<void> | undefined;

  constructor(channel: NotificationChannel, dependencies: DeliveryWorkerDependencies) {
    this.channel = channel;
    this.#dependencies = dependencies;
    this.#leaseWriter = new LeaseWriter(dependencies);
    this.#outage = new OutagePolicy(dependencies.clock);
  }

  /** Delivers whenever it is woken, until it is stopped. */
  start(): void {
    this.#running ??= this.#run();
  }

  wake(): void {
    this.#wakeUp.wake();
  }

  /**
   * Delivers until nothing is due.
   *
   * @returns the number of attempts
   */
  async drain(): Promise<number> {
    let count = await this.#fill();
    while (this.#inFlight.size > 0) {
      await Promise.race(this.#inFlight);
      count += await this.#fill();
    }
    return count;
  }

  /**
   * Takes no more leases, and lets messages being sent finish, or aborts them after the grace
   * period.
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.wake();
    await this.#running;
    const finished = new AbortController();
    const { stopGraceMilliseconds } = this.#dependencies.settings;
    const grace = delay(stopGraceMilliseconds, undefined, { signal: finished.signal }).then(
      () => this.#breakOff.abort(),
      () => undefined,
    );
    await Promise.all(this.#inFlight);
    finished.abort();
    await grace;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#fill(() => this.#outage.allows(this.#inFlight.size));
      } catch (error) {
        // Probably the database. The next wake-up tries again.
        this.#dependencies.onError(error);
      }
      await this.#wakeUp.wait();
    }
  }

  /**
   * Starts deliveries until no slot is free, or nothing due may use one.
   *
   * @returns how many it started
   */
  async #fill(isAllowed = () => true): Promise<number> {
    const { deliveryConcurrency, reservedConcurrency } = this.#dependencies.settings;
    for (let begun = 0; ; begun += 1) {
      const free = deliveryConcurrency - this.#inFlight.size;
      if (free === 0 || this.#isStopping || !isAllowed()) {
        return begun;
      }
      const delivery = await this.#leaseWriter.leaseNextDelivery(
        { channel: this.channel, onlyUrgent: free <= reservedConcurrency },
        contextOf('lease'),
      );
      if (delivery === undefined) {
        return begun;
      }
      this.#begin(delivery);
    }
  }

  #begin(delivery: LeasedDelivery): void {
    const attempt: Promise<void> = this.#attempt(delivery)
      .catch(this.#dependencies.onError)
      .finally(() => {
        this.#inFlight.delete(attempt);
        this.wake();
      });
    this.#inFlight.add(attempt);
  }

  async #attempt(delivery: LeasedDelivery): Promise<void> {
    const context = contextOf(delivery.id);
    if (delivery.attempts > MAXIMUM_UNFINISHED_ATTEMPTS) {
      const lastError = 'The worker did not survive sending it.';
      await this.#leaseWriter.finishDelivery(delivery, { status: 'dead', lastError }, context);
      return;
    }
    const { sender, monitor } = this.#dependencies;
    const outcome = await sender.sendDelivery(delivery, this.#breakOff.signal, context);
    this.#outage.observe(outcome);
    monitor.observe(delivery, outcome);
    await this.#conclude(delivery, outcome, context);
  }

  async #conclude(
    delivery: LeasedDelivery,
    outcome: DeliveryOutcome,
    context: OperationContext,
  ): Promise<void> {
    switch (outcome.kind) {
      case 'sent': {
        const { providerMessageId, lastError } = outcome;
        const result = { status: 'sent', providerMessageId, lastError } as const;
        return this.#leaseWriter.finishDelivery(delivery, result, context);
      }
      case 'suppressed':
      case 'expired': {
        const result = { status: outcome.kind, lastError: outcome.reason };
        return this.#leaseWriter.finishDelivery(delivery, result, context);
      }
      case 'failed':
        return this.#concludeFailure(delivery, outcome, context);
    }
  }

  async #concludeFailure(
    delivery: LeasedDelivery,
    failure: DeliveryFailure,
    context: OperationContext,
  ): Promise<void> {
    const { clock, settings } = this.#dependencies;
    const { reason: lastError, retryable, retryAfterMilliseconds, deliveredTo = [] } = failure;
    if (retryable && this.#breakOff.signal.aborted) {
      return this.#leaseWriter.releaseDelivery(delivery, { deliveredTo }, context);
    }
    if (!retryable || delivery.attempts >= settings.maximumAttempts) {
      const result = { status: 'dead', lastError, deliveredTo } as const;
      return this.#leaseWriter.finishDelivery(delivery, result, context);
    }
    const delayMilliseconds = delayBeforeRetry(delivery.attempts, settings, {
      retryAfterMilliseconds,
      lifeMilliseconds: delivery.expiresAt.getTime() - clock.now().getTime(),
    });
    const retry = { delayMilliseconds, lastError, deliveredTo };
    return this.#leaseWriter.retryDelivery(delivery, retry, context);
  }
}

function contextOf(requestId: string): OperationContext {
  return OperationContext.create({ actor: { type: 'worker', id: 'notification' }, requestId });
}
