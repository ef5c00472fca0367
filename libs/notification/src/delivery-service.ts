import type { AuditTrail, Clock, OperationContext, SecretKey } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { Courier, type PreferencesSource } from './internal/delivery/courier.ts';
import { DeliveryReader } from './internal/delivery/delivery-reader.ts';
import type { DeliveryExport } from './internal/delivery/delivery-util.ts';
import { DeliveryWorker } from './internal/delivery/delivery-worker.ts';
import { DeliveryWriter, type QueueDeliveryParams } from './internal/delivery/delivery-writer.ts';
import { LeaseWriter } from './internal/delivery/lease-writer.ts';
import { PushFanOut, type PushTargets } from './internal/delivery/push-fan-out.ts';
import { DeliveryRepository } from './internal/delivery/store/delivery-repository.ts';
import type { MessageProviders } from './message-provider.ts';
import type {
  DeadDeliveryPage,
  DeliveryStatistics,
  ListDeadDeliveriesParams,
  NotificationSettings,
  QueuedDelivery,
  ReplayDeadDeliveryParams,
} from './types.ts';

export interface DeliveryServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
  readonly preferences: PreferencesSource;
  readonly pushTargets: PushTargets;
  readonly providers: MessageProviders;
  readonly settings: Required<NotificationSettings>;
  readonly onError: (error: unknown) => void;
}

/** The outbox and the worker that empties it: what NotificationService does with messages. */
export class DeliveryService {
  readonly #repository: DeliveryRepository;
  readonly #reader: DeliveryReader;
  readonly #writer: DeliveryWriter;
  readonly #worker: DeliveryWorker;

  private constructor(dependencies: DeliveryServiceDependencies) {
    const { database, audit, settings, ...others } = dependencies;
    this.#repository = new DeliveryRepository({ database, audit });
    const common = { ...settings, ...others, repository: this.#repository, audit, settings };
    this.#reader = new DeliveryReader(common);
    this.#writer = new DeliveryWriter({ ...common, transactions: database });
    this.#worker = new DeliveryWorker({
      ...common,
      reader: this.#reader,
      leaseWriter: new LeaseWriter(common),
      courier: new Courier({
        ...common,
        pushFanOut: new PushFanOut({
          provider: others.providers.push,
          targets: others.pushTargets,
        }),
      }),
    });
  }

  static create(dependencies: DeliveryServiceDependencies): DeliveryService {
    return new DeliveryService(dependencies);
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  /** @throws NotificationBadRequestError when the message could never be sent */
  async queueDelivery(
    params: QueueDeliveryParams,
    context: OperationContext,
  ): Promise<QueuedDelivery> {
    return this.#writer.queueDelivery(params, context);
  }

  async dropQueuedDeliveriesByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<number> {
    return this.#writer.dropQueuedDeliveriesByAccountId(accountId, context);
  }

  async findDeliveriesByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly DeliveryExport[]> {
    return this.#reader.findDeliveriesByAccountId(accountId, context);
  }

  async deleteDeliveriesByAccountId(accountId: string, context: OperationContext): Promise<void> {
    await this.#writer.deleteDeliveriesByAccountId(accountId, context);
  }

  /** @throws NotificationBadRequestError when the cursor is none */
  async listDeadDeliveries(
    params: ListDeadDeliveriesParams,
    context: OperationContext,
  ): Promise<DeadDeliveryPage> {
    return this.#reader.findDeadDeliveries(params, context);
  }

  /** @throws DeadDeliveryNotFoundError */
  async replayDeadDelivery(
    { deliveryId }: ReplayDeadDeliveryParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#writer.replayDeadDelivery(deliveryId, context);
  }

  async getDeliveryStatistics(context: OperationContext): Promise<DeliveryStatistics> {
    return this.#reader.getDeliveryStatistics(context);
  }

  start(): void {
    this.#worker.start();
  }

  async stop(): Promise<void> {
    await this.#worker.stop();
  }

  /** @returns how many attempts it took to deliver what is due */
  async deliverDueMessages(): Promise<number> {
    return this.#worker.drain();
  }
}
