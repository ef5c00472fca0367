import type { OperationContext } from '@org/core';
import type { MalformedDocumentError } from '@org/core/store';

import type { WebhookDeliveryStatus } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import type { DeliveryDocument } from './store/delivery-model.ts';
import type { DeliveryRepository } from './store/delivery-repository.ts';

/** What an attempt at a delivery came to. */
export interface AttemptResult {
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

/** Stores how attempts ended. Does nothing if another worker has the delivery by now. */
export class AttemptWriter {
  readonly #repository: DeliveryRepository;
  readonly #dependencies: ModuleDependencies;

  constructor(repository: DeliveryRepository, dependencies: ModuleDependencies) {
    this.#repository = repository;
    this.#dependencies = dependencies;
  }

  async finishDelivery(
    delivery: DeliveryDocument,
    status: Exclude<WebhookDeliveryStatus, 'queued'>,
    { lastStatus, lastError }: AttemptResult,
    context: OperationContext,
  ): Promise<void> {
    const result = { last_status: lastStatus, last_error: lastError };
    const end = { status, leased_until: null, ...result, ...this.#ended() } as const;
    await this.#repository.changeLeased(delivery, { $set: end }, context);
  }

  async retryDelivery(
    delivery: DeliveryDocument,
    delayMilliseconds: number,
    { lastStatus, lastError }: AttemptResult,
    context: OperationContext,
  ): Promise<void> {
    const result = { last_status: lastStatus, last_error: lastError };
    const next_attempt_at = this.#after(delayMilliseconds);
    await this.#repository.changeLeased(
      delivery,
      { $set: { next_attempt_at, leased_until: null, ...result }, $inc: { failures: 1 } },
      context,
    );
  }

  /** Gives a delivery back, as if it had never been tried. */
  async releaseDelivery(delivery: DeliveryDocument, context: OperationContext): Promise<void> {
    await this.#repository.giveBack(delivery, this.#dependencies.clock.now(), context);
  }

  /** Ends a delivery that cannot be read. */
  async buryDelivery(
    { _id }: DeliveryDocument,
    { message }: MalformedDocumentError,
    context: OperationContext,
  ): Promise<void> {
    const end = { status: 'failed', leased_until: null, last_error: message } as const;
    await this.#repository.updateMany({ _id }, { $set: { ...end, ...this.#ended() } }, context);
  }

  #ended(): Pick<DeliveryDocument, 'finished_at' | 'purge_at'> {
    const finished_at = this.#dependencies.clock.now();
    return {
      finished_at,
      purge_at: this.#after(this.#dependencies.settings.logRetentionMilliseconds),
    };
  }

  #after(milliseconds: number): Date {
    return new Date(this.#dependencies.clock.now().getTime() + milliseconds);
  }
}
