import type { AuditTrail, Clock, OperationContext, SecretKey } from '@org/core';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';
import type { EventDataProvider, EventDefinition, Events, PublishedEvent } from '@org/events';

import { WebhookEndpointNotFoundError } from './errors.ts';
import { DeliveryReader } from './internal/delivery/delivery-reader.ts';
import { replayEventOf, TEST_EVENT } from './internal/delivery/delivery-util.ts';
import {
  DeliveryWorker,
  type DeliveryWorkerDependencies,
} from './internal/delivery/delivery-worker.ts';
import { DeliveryWriter } from './internal/delivery/delivery-writer.ts';
import { checkEvents, checkOverlap, checkUrl } from './internal/endpoint/endpoint-policy.ts';
import { EndpointReader } from './internal/endpoint/endpoint-reader.ts';
import { EndpointWriter } from './internal/endpoint/endpoint-writer.ts';
import { SubscriptionCache } from './internal/endpoint/subscription-cache.ts';
import type { ModuleDependencies } from './internal/module-dependencies.ts';
import * as given from './internal/webhook-parameters-policy.ts';
import { completeSettings } from './internal/webhook-settings-policy.ts';
import type {
  CreateWebhookEndpointParams,
  DisabledWebhookEndpoint,
  ListWebhookDeliveriesParams,
  QueuedWebhookDelivery,
  RotateWebhookSecretParams,
  UpdateWebhookEndpointParams,
  WebhookDeliveryPage,
  WebhookDeliveryParams,
  WebhookEndpoint,
  WebhookEndpointParams,
  WebhookEndpointWithSecret,
  WebhookSettings,
  WebhookStatistics,
} from './types.ts';

const COLLECTION_OF_PERSONAL_DATA = 'webhook_deliveries';
const DAY = 24 * 60 * 60_000;

export interface WebhookServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Encrypts signing secrets at rest. */
  readonly secretKey: SecretKey;
  /** Where it listens. */
  readonly events: Pick<Events, 'on'>;
  /** What endpoints can subscribe to. */
  readonly eventDefinitions: readonly EventDefinition[];
  /**
   * The same, but of events that tell of an account's erasure: their deliveries are not erased with
   * the account, since the receiver has to erase it, too. Default: none.
   */
  readonly erasureEventDefinitions?: readonly EventDefinition[];
  /** Default: the database's clock. */
  readonly clock?: Clock;
  readonly settings?: WebhookSettings;
  /** Called when an endpoint was switched off by itself. Default: ignored. */
  readonly onEndpointDisabled?: (endpoint: DisabledWebhookEndpoint) => void;
  /** Called if the worker has a problem, as without a database. Default: ignored. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Webhooks: sends events to URLs of other systems, signed as Standard Webhooks has it. A delivery is
 * stored for each endpoint that subscribes to an event, exactly once, and sent at least once by any
 * process that has called {@link start}.
 */
export class WebhookService {
  /** Names of the events that endpoints can subscribe to. */
  readonly eventNames: readonly string[];
  readonly #dependencies: ModuleDependencies;
  readonly #workerDependencies: DeliveryWorkerDependencies;
  readonly #endpointReader: EndpointReader;
  readonly #endpointWriter: EndpointWriter;
  readonly #subscriptions: SubscriptionCache;
  readonly #deliveryReader: DeliveryReader;
  readonly #deliveryWriter: DeliveryWriter;
  #worker: DeliveryWorker | undefined;

  private constructor(dependencies: WebhookServiceDependencies) {
    const { database, audit, secretKey, clock = database.clock } = dependencies;
    const settings = completeSettings(dependencies.settings ?? {});
    const shared = { database, audit, secretKey, clock, settings };
    this.#dependencies = shared;
    this.#endpointReader = new EndpointReader(shared);
    this.#endpointWriter = new EndpointWriter(shared);
    this.#subscriptions = new SubscriptionCache(this.#endpointReader, clock);
    this.#deliveryReader = new DeliveryReader(shared);
    this.#deliveryWriter = new DeliveryWriter(shared);
    this.#workerDependencies = {
      ...shared,
      endpointReader: this.#endpointReader,
      endpointWriter: this.#endpointWriter,
      deliveryWriter: this.#deliveryWriter,
      onEndpointDisabled: dependencies.onEndpointDisabled ?? (() => undefined),
      onError: dependencies.onError ?? (() => undefined),
    };
    this.eventNames = this.#listen(dependencies);
  }

  /** @throws InvalidListenerError if an event is given twice, or events are heard already */
  static create(dependencies: WebhookServiceDependencies): WebhookService {
    return new WebhookService(dependencies);
  }

  /** Everything this module encrypts with the secret key, to be re-encrypted when that changes. */
  get storedSecrets(): readonly StoredSecrets[] {
    return [this.#endpointWriter.storedSecrets];
  }

  /** Creates this module's collections and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return Promise.all([this.#endpointWriter.initialize(), this.#deliveryWriter.initialize()]);
  }

  /**
   * The endpoint gets what is published from ten seconds later at the latest.
   *
   * @returns the endpoint and its secret, which cannot be shown again
   * @throws WebhookUrlNotPublicError if the URL is not a public https URL
   * @throws WebhookBadRequestError if it is none at all or has credentials, or an event is unknown
   * @throws WebhookEndpointLimitReachedError if there are as many as there may be
   */
  async createEndpoint(
    params: CreateWebhookEndpointParams,
    context: OperationContext,
  ): Promise<WebhookEndpointWithSecret> {
    const { url, events } = given.checkNewEndpoint(params);
    checkUrl(url, this.#dependencies.settings);
    checkEvents(events, this.eventNames);
    const created = await this.#endpointWriter.createEndpoint(params, context);
    this.#subscriptions.forget();
    return created;
  }

  /** All of them, newest first. */
  async listEndpoints(context: OperationContext): Promise<readonly WebhookEndpoint[]> {
    return this.#endpointReader.findEndpoints(context);
  }

  /** @throws WebhookEndpointNotFoundError */
  async getEndpointById(
    params: WebhookEndpointParams,
    context: OperationContext,
  ): Promise<WebhookEndpoint> {
    const { endpointId } = given.checkEndpointId(params);
    return this.#endpointReader.getEndpointById(endpointId, context);
  }

  /**
   * What waits is sent to the new URL.
   *
   * @throws WebhookEndpointNotFoundError
   * @throws WebhookUrlNotPublicError if the URL is not a public https URL
   * @throws WebhookBadRequestError if it is none at all or has credentials, or an event is unknown
   */
  async updateEndpoint(
    params: UpdateWebhookEndpointParams,
    context: OperationContext,
  ): Promise<WebhookEndpoint> {
    const { url, events } = given.checkChangedEndpoint(params);
    if (url !== undefined) {
      checkUrl(url, this.#dependencies.settings);
    }
    if (events !== undefined) {
      checkEvents(events, this.eventNames);
    }
    const updated = await this.#endpointWriter.updateEndpoint(params, context);
    this.#subscriptions.forget();
    return updated;
  }

  /**
   * Sends to the endpoint again, beginning with everything that waits for it.
   *
   * @throws WebhookEndpointNotFoundError
   */
  async enableEndpoint(
    params: WebhookEndpointParams,
    context: OperationContext,
  ): Promise<WebhookEndpoint> {
    const { endpointId } = given.checkEndpointId(params);
    const enabled = await this.#endpointWriter.enableEndpoint(endpointId, context);
    this.#subscriptions.forget();
    await this.#deliveryWriter.hastenDeliveries(enabled.id, context);
    return enabled;
  }

  /**
   * What waits for the endpoint goes on waiting, until it is enabled or the delivery's life ends.
   * Does nothing if it is disabled.
   *
   * @throws WebhookEndpointNotFoundError
   */
  async disableEndpoint(
    params: WebhookEndpointParams,
    context: OperationContext,
  ): Promise<WebhookEndpoint> {
    const { endpointId } = given.checkEndpointId(params);
    return this.#endpointWriter.disableEndpoint(endpointId, context);
  }

  /**
   * What waits for the endpoint fails. May be repeated after a failure in between.
   *
   * @throws WebhookEndpointNotFoundError if there is neither the endpoint nor anything that waits for it
   */
  async deleteEndpoint(params: WebhookEndpointParams, context: OperationContext): Promise<void> {
    const { endpointId } = given.checkEndpointId(params);
    const isDeleted = await this.#endpointWriter.deleteEndpoint(endpointId, context);
    const ended = await this.#deliveryWriter.endDeliveriesByEndpointId(endpointId, context);
    if (!isDeleted && ended === 0) {
      throw new WebhookEndpointNotFoundError(endpointId);
    }
  }

  /**
   * Gives the endpoint a new secret. Until the one of before ends, deliveries are signed with both.
   *
   * @throws WebhookEndpointNotFoundError
   */
  async rotateSecret(
    params: RotateWebhookSecretParams,
    context: OperationContext,
  ): Promise<WebhookEndpointWithSecret> {
    const { endpointId, overlapMilliseconds = DAY } = given.checkRotation(params);
    checkOverlap(overlapMilliseconds);
    return this.#endpointWriter.rotateSecret(endpointId, overlapMilliseconds, context);
  }

  /**
   * Queues a `webhook.test`, whatever the endpoint subscribes to, before other deliveries.
   *
   * @throws WebhookEndpointNotFoundError
   * @throws WebhookEndpointDisabledError
   */
  async sendTestEvent(
    params: WebhookEndpointParams,
    context: OperationContext,
  ): Promise<QueuedWebhookDelivery> {
    const asked = given.checkEndpointId(params);
    const endpoint = await this.#endpointReader.getEnabledEndpointById(asked.endpointId, context);
    const endpointId = endpoint.id;
    const publishedAt = this.#dependencies.clock.now();
    const [deliveryId = ''] = await this.#deliveryWriter.queueDeliveries(
      { name: TEST_EVENT, data: { endpointId }, publishedAt },
      [endpointId],
      context,
      'high',
    );
    return { deliveryId };
  }

  /**
   * The log of an endpoint's deliveries, newest first.
   *
   * @throws WebhookEndpointNotFoundError
   * @throws WebhookBadRequestError if the cursor is not from an earlier page
   */
  async listDeliveries(
    params: ListWebhookDeliveriesParams,
    context: OperationContext,
  ): Promise<WebhookDeliveryPage> {
    const page = given.checkPage(params);
    const endpoint = await this.#endpointReader.getEndpointById(page.endpointId, context);
    const asked = { ...page, endpointId: endpoint.id };
    return this.#deliveryReader.findDeliveriesByEndpointId(asked, context);
  }

  /**
   * Queues an ended delivery again, with a new life and the same id. Recorded as an update.
   *
   * @throws WebhookDeliveryNotFoundError if it is still queued, or no longer kept
   * @throws WebhookEndpointNotFoundError
   * @throws WebhookEndpointDisabledError
   */
  async replayDelivery(params: WebhookDeliveryParams, context: OperationContext): Promise<void> {
    const { deliveryId } = given.checkDeliveryId(params);
    const { database, audit } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      const ended = await this.#deliveryReader.getEndedDeliveryById(deliveryId, transaction);
      await this.#endpointReader.getEnabledEndpointById(ended.endpointId, transaction);
      await this.#deliveryWriter.requeueDelivery(deliveryId, transaction);
      await audit.record([replayEventOf(ended.id, ended.status)], transaction);
    });
  }

  async getStatistics(context: OperationContext): Promise<WebhookStatistics> {
    const endpoints = await this.#endpointReader.countEndpointsByState(context);
    const queuedDeliveries = await this.#deliveryReader.countQueuedDeliveries(context);
    return { ...endpoints, queuedDeliveries };
  }

  /** Starts sending deliveries in this process. Does nothing if already started. */
  start(): void {
    if (this.#worker === undefined) {
      this.#worker = new DeliveryWorker(this.#workerDependencies);
      this.#worker.start();
    }
  }

  /** Gives back, after a while, what is still being sent. Call it before closing the database. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.stop();
  }

  /**
   * Sends what is due now and returns: for tests and command lines. What is to be retried later is
   * left alone.
   *
   * @returns the number of attempts
   */
  async drain(): Promise<number> {
    return new DeliveryWorker(this.#workerDependencies).drain();
  }

  /** For AccountService: deliveries with an account's data, sent or not. */
  get personalDataProvider(): EventDataProvider {
    return {
      name: COLLECTION_OF_PERSONAL_DATA,
      exportDataByAccountId: ({ accountId }, context) =>
        this.#deliveryReader.findDeliveriesByAccountId(accountId, context),
      deleteDataByAccountId: ({ accountId }, erasure, context) =>
        this.#deliveryWriter.eraseDeliveriesByAccountId(accountId, erasure, context),
    };
  }

  /** @returns the names of the events that it hears */
  #listen({
    events,
    eventDefinitions,
    erasureEventDefinitions = [],
  }: WebhookServiceDependencies): readonly string[] {
    const definitions = [...eventDefinitions, ...erasureEventDefinitions];
    for (const definition of definitions) {
      const isErased = !erasureEventDefinitions.includes(definition);
      const { name } = definition;
      const isNeeded = () => this.#subscriptions.mayBeWanted(name);
      events.on(definition, { name: `webhook.${name}`, isNeeded }, (event, context) =>
        this.#storeDeliveries(event, isErased, context),
      );
    }
    return definitions.map(({ name }) => name);
  }

  /** One for each endpoint that subscribes to the event. */
  async #storeDeliveries(
    { name, payload: data, publishedAt }: PublishedEvent<object>,
    isErased: boolean,
    transaction: OperationContext,
  ): Promise<void> {
    const endpointIds = await this.#endpointReader.findSubscribedEndpointIds(name, transaction);
    const { accountId } = data as { readonly accountId?: unknown };
    const owner = isErased && typeof accountId === 'string' ? accountId : undefined;
    const event = { name, data, publishedAt, accountId: owner };
    await this.#deliveryWriter.queueDeliveries(event, endpointIds, transaction);
  }
}
