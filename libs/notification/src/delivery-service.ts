import type { AuditTrail, Clock, Erasure, OperationContext, SecretKey } from '@org/core';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';

import { ChannelMonitor } from './internal/delivery/channel-monitor.ts';
import { Courier, type PreferencesSource } from './internal/delivery/courier.ts';
import { DeliveryReader } from './internal/delivery/delivery-reader.ts';
import { PAYLOAD_PURPOSE, type DeliveryExport } from './internal/delivery/delivery-util.ts';
import { DeliveryWorker } from './internal/delivery/delivery-worker.ts';
import { DeliveryWriter, type QueueDeliveryParams } from './internal/delivery/delivery-writer.ts';
import { LeaseWriter } from './internal/delivery/lease-writer.ts';
import { NoticeQueue } from './internal/delivery/notice-queue.ts';
import { NoticeWriter } from './internal/delivery/notice-writer.ts';
import { PushFanOut, type PushTargets } from './internal/delivery/push-fan-out.ts';
import { DeliveryRepository } from './internal/delivery/store/delivery-repository.ts';
import { NoticeWindowWriter } from './internal/notice/notice-window-writer.ts';
import { NoticeWindowRepository } from './internal/notice/store/notice-window-repository.ts';
import { findTopic } from './internal/topic/topics.ts';
import type { MessageProviders } from './message-provider.ts';
import type { NoticeBudget } from './notice-budget.ts';
import type {
  ChannelReport,
  DeadDeliveryPage,
  DeliveryStatistics,
  FailingDeliveryPage,
  ListDeadDeliveriesParams,
  ListFailingDeliveriesParams,
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
  readonly noticeBudget: NoticeBudget;
  readonly settings: Required<NotificationSettings>;
  readonly onError: (error: unknown) => void;
  readonly onReport: (report: ChannelReport) => void;
}

/** The outbox and the worker that empties it: what NotificationService does with messages. */
export class DeliveryService {
  readonly storedSecrets: StoredSecrets;
  readonly #repository: DeliveryRepository;
  readonly #reader: DeliveryReader;
  readonly #writer: DeliveryWriter;
  readonly #notices: NoticeQueue;
  readonly #windows: NoticeWindowRepository;
  readonly #worker: DeliveryWorker;

  private constructor(dependencies: DeliveryServiceDependencies) {
    const { database, audit, settings, ...others } = dependencies;
    this.#repository = new DeliveryRepository({ database, audit });
    this.storedSecrets = this.#repository.storedSecrets({
      secretKey: dependencies.secretKey,
      field: 'payload',
      purpose: PAYLOAD_PURPOSE,
    });
    const common = { ...settings, ...others, repository: this.#repository, audit, settings };
    this.#reader = new DeliveryReader(common);
    this.#writer = new DeliveryWriter({ ...common, transactions: database });
    this.#windows = new NoticeWindowRepository({ database, audit });
    this.#notices = new NoticeQueue({
      ...common,
      deliveryWriter: this.#writer,
      noticeWriter: new NoticeWriter(common),
      windowWriter: new NoticeWindowWriter({ ...common, repository: this.#windows }),
      transactions: database,
    });
    this.#worker = new DeliveryWorker({
      ...common,
      reader: this.#reader,
      leaseWriter: new LeaseWriter(common),
      monitor: new ChannelMonitor(common),
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

  async initialize(): Promise<readonly CollectionReport[]> {
    return Promise.all([this.#repository.onInitCollection(), this.#windows.onInitCollection()]);
  }

  /** @throws NotificationBadRequestError when the message could never be sent, unless it is a notice */
  async queueDelivery(
    params: QueueDeliveryParams,
    context: OperationContext,
  ): Promise<QueuedDelivery> {
    const topic = findTopic(params.topic);
    return topic?.isSummedUp === true
      ? this.#notices.queueNotice({ ...params, topic: topic.name }, context)
      : this.#writer.queueDelivery(params, context);
  }

  async dropQueuedDeliveriesByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<number> {
    return this.#writer.dropQueuedDeliveriesByAccountId(accountId, context);
  }

  findDeliveriesByAccountId(
    accountId: string,
    context: OperationContext,
  ): AsyncIterable<readonly DeliveryExport[]> {
    return this.#reader.findDeliveriesByAccountId(accountId, context);
  }

  async deleteDeliveriesByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#writer.deleteDeliveriesByAccountId(accountId, erasure, context);
  }

  /** @throws NotificationBadRequestError when the cursor is none */
  async listDeadDeliveries(
    params: ListDeadDeliveriesParams,
    context: OperationContext,
  ): Promise<DeadDeliveryPage> {
    return this.#reader.findDeadDeliveries(params, context);
  }

  /** @throws NotificationBadRequestError when the cursor is none */
  async listFailingDeliveries(
    params: ListFailingDeliveriesParams,
    context: OperationContext,
  ): Promise<FailingDeliveryPage> {
    return this.#reader.findFailingDeliveries(params, context);
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
