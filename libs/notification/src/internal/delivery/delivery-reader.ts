import type { Clock, OperationContext } from '@org/core';

import { NotificationBadRequestError } from '../../errors.ts';
import type {
  DeadDeliveryPage,
  DeliveryStatistics,
  ListDeadDeliveriesParams,
} from '../../types.ts';
import {
  convertDeliveryBsonToDeadDelivery,
  convertDeliveryBsonToExport,
  type DeliveryExport,
} from './delivery-util.ts';
import {
  olderThan,
  type DeliveryRepository,
  type DeliveryWatch,
  type DeliveryWatchListener,
} from './store/delivery-repository.ts';

export interface DeliveryReaderDependencies {
  readonly repository: DeliveryRepository;
  readonly clock: Clock;
}

const DEFAULT_PAGE_SIZE = 100;
const MAXIMUM_PAGE_SIZE = 1_000;
const WITHOUT_PAYLOAD = { projection: { payload: 0 } };

export class DeliveryReader {
  readonly #repository: DeliveryRepository;
  readonly #clock: Clock;

  constructor({ repository, clock }: DeliveryReaderDependencies) {
    this.#repository = repository;
    this.#clock = clock;
  }

  /** @throws NotificationBadRequestError when the cursor is none */
  async findDeadDeliveries(
    { limit = DEFAULT_PAGE_SIZE, cursor }: ListDeadDeliveriesParams,
    context: OperationContext,
  ): Promise<DeadDeliveryPage> {
    const older = cursor === undefined ? {} : olderThan(cursor);
    if (older === undefined) {
      throw new NotificationBadRequestError('cursor must be one that an earlier page gave');
    }
    const size = Math.max(1, Math.min(limit, MAXIMUM_PAGE_SIZE));
    const found = await this.#repository.find({ ...older, status: 'dead' }, context, {
      ...WITHOUT_PAYLOAD,
      sort: { _id: -1 },
      limit: size,
    });
    const items = found.map(convertDeliveryBsonToDeadDelivery);
    return { items, nextCursor: items.length < size ? null : (items.at(-1)?.id ?? null) };
  }

  async getDeliveryStatistics(context: OperationContext): Promise<DeliveryStatistics> {
    const queued = await this.#repository.count({ status: 'queued' }, context);
    const dead = await this.#repository.count({ status: 'dead' }, context);
    const oldest = await this.#repository.findOne({ status: 'queued' }, context, {
      ...WITHOUT_PAYLOAD,
      sort: { _id: 1 },
    });
    const oldestQueuedMilliseconds =
      oldest === undefined ? null : this.#clock.now().getTime() - oldest.created_at.getTime();
    return { queued, dead, oldestQueuedMilliseconds };
  }

  /** What was sent to an account and when, without what it said. */
  async findDeliveriesByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly DeliveryExport[]> {
    const found = await this.#repository.find({ account_id: accountId }, context, {
      ...WITHOUT_PAYLOAD,
      sort: { _id: 1 },
    });
    return found.map(convertDeliveryBsonToExport);
  }

  watchDeliveries(listener: DeliveryWatchListener): DeliveryWatch {
    return this.#repository.watch(listener);
  }
}
