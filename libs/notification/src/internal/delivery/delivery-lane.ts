import { setTimeout as delay } from 'node:timers/promises';

import { OperationContext, type Clock } from '@org/core';

import type { NotificationChannel } from '../../types.ts';
import type { ChannelMonitor } from './channel-monitor.ts';
import type { Courier } from './courier.ts';
import type { DeliveryFailure, DeliveryOutcome } from './delivery-outcome-util.ts';
import type { LeasedDelivery } from './delivery-util.ts';
import type { LeaseWriter } from './lease-writer.ts';
import { OutagePolicy } from './outage-policy.ts';
import {
  delayBeforeRetry,
  MAXIMUM_UNFINISHED_ATTEMPTS,
  type RetrySettings,
} from './retry-policy.ts';
import { WakeUp } from './wake-up.ts';

export interface DeliveryLaneSettings extends RetrySettings {
  /** Messages sent at once. */
  readonly deliveryConcurrency: number;
  /** How many of those only urgent messages may take. */
  readonly reservedConcurrency: number;
  /** How long stopping waits for what is being sent before it breaks that off. */
  readonly stopGraceMilliseconds: number;
}

export interface DeliveryLaneDependencies {
  readonly leaseWriter: LeaseWriter;
  readonly courier: Courier;
  /** Shared by the lanes of a worker. */
  readonly monitor: ChannelMonitor;
  readonly clock: Clock;
  readonly settings: DeliveryLaneSettings;
  readonly onError: (error: unknown) => void;
}

/**
 * Delivers the messages of one channel, so many at once. A lane of its own for each channel: one
 * vendor's outage fills its own lane only.
 */
export class DeliveryLane {
  readonly channel: NotificationChannel;
  readonly #leaseWriter: LeaseWriter;
  readonly #courier: Courier;
  readonly #clock: Clock;
  readonly #settings: DeliveryLaneSettings;
  readonly #onError: (error: unknown) => void;
  readonly #monitor: ChannelMonitor;
  readonly #wakeUp = new WakeUp();
  readonly #outage: OutagePolicy;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #breakOff = new AbortController();
  #isStopping = false;
  #running: Promise<void> | undefined;

  constructor(channel: NotificationChannel, dependencies: DeliveryLaneDependencies) {
    this.channel = channel;
    this.#leaseWriter = dependencies.leaseWriter;
    this.#courier = dependencies.courier;
    this.#clock = dependencies.clock;
    this.#settings = dependencies.settings;
    this.#onError = dependencies.onError;
    this.#monitor = dependencies.monitor;
    this.#outage = new OutagePolicy(this.#clock);
  }

  /** Delivers whenever it is woken, until it is stopped. */
  start(): void {
    this.#running ??= this.#run();
  }

  wake(): void {
    this.#wakeUp.wake();
  }

  /** Delivers what is due until nothing is. @returns how many attempts that took */
  async drain(): Promise<number> {
    let count = await this.#fill();
    while (this.#inFlight.size > 0) {
      await Promise.race(this.#inFlight);
      count += await this.#fill();
    }
    return count;
  }

  /** Leases nothing more, and lets what is being sent end. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.wake();
    await this.#running;
    const finished = new AbortController();
    const grace = delay(this.#settings.stopGraceMilliseconds, undefined, {
      signal: finished.signal,
    }).then(
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
        // Most likely the database; whoever wakes the lane next has it try again.
        this.#onError(error);
      }
      await this.#wakeUp.wait();
    }
  }

  /** Begins deliveries until there is no slot left, or none for what is due. */
  async #fill(isAllowed = () => true): Promise<number> {
    const { deliveryConcurrency, reservedConcurrency } = this.#settings;
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
      .catch(this.#onError)
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
    const outcome = await this.#courier.deliver(delivery, this.#breakOff.signal, context);
    this.#outage.observe(outcome);
    this.#monitor.observe(delivery, outcome);
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
    const { reason: lastError, retryable, retryAfterMilliseconds, deliveredTo = [] } = failure;
    if (retryable && this.#breakOff.signal.aborted) {
      return this.#leaseWriter.releaseDelivery(delivery, { deliveredTo }, context);
    }
    if (!retryable || delivery.attempts >= this.#settings.maximumAttempts) {
      const result = { status: 'dead', lastError, deliveredTo } as const;
      return this.#leaseWriter.finishDelivery(delivery, result, context);
    }
    const delayMilliseconds = delayBeforeRetry(delivery.attempts, this.#settings, {
      retryAfterMilliseconds,
      lifeMilliseconds: delivery.expiresAt.getTime() - this.#clock.now().getTime(),
    });
    const retry = { delayMilliseconds, lastError, deliveredTo };
    return this.#leaseWriter.retryDelivery(delivery, retry, context);
  }
}

function contextOf(requestId: string): OperationContext {
  return OperationContext.create({ actor: { type: 'worker', id: 'notification' }, requestId });
}
