import { randomUUID } from 'node:crypto';

import { OperationContext } from '@org/core';
import { MalformedDocumentError } from '@org/core/store';
import { QueueWorker, retryDelay, type QueueKind } from '@org/queue';

import type { DisabledWebhookEndpoint, WebhookEndpoint } from '../../types.ts';
import type { EndpointReader, EndpointTarget } from '../endpoint/endpoint-reader.ts';
import type { EndpointWriter } from '../endpoint/endpoint-writer.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { AttemptWriter } from './attempt-writer.ts';
import { sendDelivery, type DeliveryFailure } from './delivery-sender.ts';
import { ENDPOINT_DELETED } from './delivery-util.ts';
import type { DeliveryWriter } from './delivery-writer.ts';
import { DeliveryModel, type DeliveryDocument } from './store/delivery-model.ts';
import { DeliveryRepository } from './store/delivery-repository.ts';

export interface DeliveryWorkerDependencies extends ModuleDependencies {
  readonly endpointReader: EndpointReader;
  readonly endpointWriter: EndpointWriter;
  readonly deliveryWriter: DeliveryWriter;
  readonly onEndpointDisabled: (endpoint: DisabledWebhookEndpoint) => void;
  readonly onError: (error: unknown) => void;
}

const GONE = 410;
const actor = { type: 'worker', id: 'webhook' } as const;

/**
 * Sends deliveries, from one start to one stop. Each enabled endpoint has slots of its own, so that
 * one that hangs delays no other; those of disabled endpoints wait.
 */
export class DeliveryWorker {
  readonly #dependencies: DeliveryWorkerDependencies;
  readonly #attempts: AttemptWriter;
  readonly #worker: QueueWorker<DeliveryDocument>;
  /** One for each enabled endpoint, as of the last poll. */
  readonly #kinds: QueueKind[] = [];

  constructor(dependencies: DeliveryWorkerDependencies) {
    const { clock, settings, deliveryWriter, onError } = dependencies;
    const repository = new DeliveryRepository(dependencies, false);
    this.#dependencies = dependencies;
    this.#attempts = new AttemptWriter(repository, dependencies);
    this.#worker = new QueueWorker({
      ...settings,
      repository,
      kinds: this.#kinds,
      maximumConcurrency: settings.deliveryConcurrency,
      handle: (row, signal) => this.#handle(row, signal),
      workerId: randomUUID(),
      clock,
      onPoll: async (context) => {
        await this.#findKinds(context);
        await deliveryWriter.endExpiredDeliveries(context);
      },
      onError,
    });
  }

  start(): void {
    this.#worker.start();
  }

  async stop(): Promise<void> {
    await this.#worker.stop();
  }

  /** @returns the number of attempts */
  async drain(): Promise<number> {
    const context = OperationContext.create({ actor, requestId: 'drain' });
    await this.#findKinds(context);
    await this.#dependencies.deliveryWriter.endExpiredDeliveries(context);
    return this.#worker.drain();
  }

  async #findKinds(context: OperationContext): Promise<void> {
    const { endpointReader, settings } = this.#dependencies;
    const endpoints = await endpointReader.findEnabledEndpoints(context);
    const known = new Set(this.#kinds.map(({ name }) => name));
    const kinds = endpoints.map(({ id: name, failingSince }) => ({
      name,
      concurrency: failingSince === null ? settings.endpointConcurrency : 1,
    }));
    this.#kinds.splice(0, Infinity, ...kinds);
    if (kinds.some(({ name }) => !known.has(name))) {
      this.#worker.wake();
    }
  }

  async #handle(row: DeliveryDocument, signal: AbortSignal): Promise<void> {
    const requestId = String(row._id);
    const context = OperationContext.create({ actor, requestId });
    const delivery = await this.#read(row, context);
    const endpoint = delivery && (await this.#findTarget(row, context));
    if (delivery === undefined || endpoint === undefined) {
      return;
    }
    const outcome = await sendDelivery(delivery, endpoint, signal, this.#dependencies);
    if (outcome.kind === 'delivered') {
      const result = { lastStatus: outcome.status, lastError: null };
      await this.#attempts.finishDelivery(row, 'delivered', result, context);
      await this.#noteSuccess(endpoint, context);
    } else if (signal.aborted) {
      await this.#attempts.releaseDelivery(row, context);
    } else {
      this.#dependencies.database.tracing.fail('DeliveryFailed');
      await this.#storeFailure(row, outcome, context);
      await this.#noteFailure(endpoint, outcome, context);
    }
  }

  /** `undefined` if it cannot be read; it has failed then. */
  async #read(
    row: DeliveryDocument,
    context: OperationContext,
  ): Promise<DeliveryModel | undefined> {
    try {
      return DeliveryModel.fromBson(row);
    } catch (error) {
      if (!(error instanceof MalformedDocumentError)) {
        throw error;
      }
      await this.#attempts.buryDelivery(row, error, context);
      return undefined;
    }
  }

  /** `undefined` if nothing can be sent to the endpoint: then the delivery fails, or waits. */
  async #findTarget(
    row: DeliveryDocument,
    context: OperationContext,
  ): Promise<EndpointTarget | undefined> {
    const endpoint = await this.#dependencies.endpointReader.findTarget(row.endpoint_id, context);
    if (endpoint === undefined) {
      const result = { lastStatus: null, lastError: ENDPOINT_DELETED };
      await this.#attempts.finishDelivery(row, 'failed', result, context);
      return undefined;
    }
    if (endpoint.state === 'disabled') {
      const kinds = this.#kinds.filter(({ name }) => name !== endpoint.id);
      this.#kinds.splice(0, Infinity, ...kinds);
      await this.#attempts.releaseDelivery(row, context);
      return undefined;
    }
    return endpoint;
  }

  async #storeFailure(
    row: DeliveryDocument,
    { status: lastStatus, reason: lastError, retryAfterMilliseconds }: DeliveryFailure,
    context: OperationContext,
  ): Promise<void> {
    const { clock, settings } = this.#dependencies;
    const result = { lastStatus, lastError };
    const lifeMilliseconds = row.expires_at.getTime() - clock.now().getTime();
    const delay = retryDelay(
      row.failures + 1,
      {
        baseMilliseconds: settings.retryBaseDelayMilliseconds,
        maximumMilliseconds: settings.retryMaximumDelayMilliseconds,
        fixedShare: 0.5,
      },
      { retryAfterMilliseconds, lifeMilliseconds },
    );
    await (lastStatus === GONE || delay >= lifeMilliseconds
      ? this.#attempts.finishDelivery(row, 'failed', result, context)
      : this.#attempts.retryDelivery(row, delay, result, context));
  }

  async #noteSuccess(
    { id, failingSince }: WebhookEndpoint,
    context: OperationContext,
  ): Promise<void> {
    if (failingSince !== null) {
      await this.#dependencies.endpointWriter.markWorking(id, context);
    }
  }

  /** An endpoint that is gone, or has failed for long, is disabled. */
  async #noteFailure(
    endpoint: WebhookEndpoint,
    { status }: DeliveryFailure,
    context: OperationContext,
  ): Promise<void> {
    const { endpointWriter, clock, settings, onEndpointDisabled } = this.#dependencies;
    const { id: endpointId, failingSince } = endpoint;
    const failedMilliseconds = clock.now().getTime() - (failingSince ?? clock.now()).getTime();
    if (failingSince === null) {
      await endpointWriter.markFailing(endpointId, context);
    }
    if (status !== GONE && failedMilliseconds < settings.failingLimitMilliseconds) {
      return;
    }
    const reason = status === GONE ? 'gone' : 'failing';
    if (await endpointWriter.disableFailedEndpoint(endpoint, reason, context)) {
      onEndpointDisabled({ endpointId, reason });
    }
  }
}
