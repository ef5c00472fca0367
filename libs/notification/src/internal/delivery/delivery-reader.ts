import { clampPageSize, type OperationContext } from '@org/core';

import { NotificationBadRequestError } from '../../errors.ts';
import type {
  AccountDelivery,
  DeadDeliveryPage,
  DeliveryStatus,
  FailingDeliveryPage,
  ListDeadDeliveriesParams,
  ListFailingDeliveriesParams,
} from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import {
  convertDeliveryBsonToAccountDelivery,
  convertDeliveryBsonToDeadDelivery,
  convertDeliveryBsonToExport,
  convertDeliveryBsonToFailingDelivery,
  type DeliveryExport,
} from './delivery-util.ts';
import { DeliveryRepository, HAS_FAILED } from './store/delivery-repository.ts';

const DEFAULT_PAGE_SIZE = 100;
const DEFAULT_LIST_SIZE = 50;
const MAXIMUM_PAGE_SIZE = 1_000;
const WITHOUT_PAYLOAD = { projection: { payload: 0 } };

export class DeliveryReader {
  readonly #repository: DeliveryRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new DeliveryRepository(dependencies);
  }

  /** @throws NotificationBadRequestError if the cursor is not from an earlier page */
  async findDeadDeliveries(
    page: ListDeadDeliveriesParams,
    context: OperationContext,
  ): Promise<DeadDeliveryPage> {
    return this.#findPage({ status: 'dead' }, page, convertDeliveryBsonToDeadDelivery, context);
  }

  /** @throws NotificationBadRequestError if the cursor is not from an earlier page */
  async findFailingDeliveries(
    page: ListFailingDeliveriesParams,
    context: OperationContext,
  ): Promise<FailingDeliveryPage> {
    const failing = { status: 'queued', ...HAS_FAILED } as const;
    return this.#findPage(failing, page, convertDeliveryBsonToFailingDelivery, context);
  }

  async countDeliveries(status: DeliveryStatus, context: OperationContext): Promise<number> {
    return this.#repository.count({ status }, context);
  }

  /**
   * When the oldest delivery was queued, not counting those deliberately held back at this time.
   */
  async findOldestQueuedTime(now: Date, context: OperationContext): Promise<Date | undefined> {
    // A summary of notices is deliberately held back until it is due.
    const isNotHeld = { $or: [{ times: { $exists: false } }, { next_attempt_at: { $lte: now } }] };
    const oldest = await this.#repository.findOne({ status: 'queued', ...isNotHeld }, context, {
      ...WITHOUT_PAYLOAD,
      sort: { _id: 1 },
    });
    return oldest?.created_at;
  }

  /** The account's latest deliveries, newest first. */
  async findLatestByAccountId(
    accountId: string,
    limit: number | undefined,
    context: OperationContext,
  ): Promise<readonly AccountDelivery[]> {
    const found = await this.#repository.find({ account_id: accountId }, context, {
      ...WITHOUT_PAYLOAD,
      // Few: those that are finished are removed.
      hint: 'account_status',
      sort: { _id: -1 },
      limit: clampPageSize(limit ?? DEFAULT_LIST_SIZE, MAXIMUM_PAGE_SIZE),
    });
    return found.map(convertDeliveryBsonToAccountDelivery);
  }

  /** What was sent to an account and when, without the contents. */
  async *findDeliveriesByAccountId(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly DeliveryExport[], void, undefined> {
    const found = this.#repository.findInPages({ account_id: accountId }, context, {
      ...WITHOUT_PAYLOAD,
      // The index's order: for any other, all of them would have to be read first.
      sort: { account_id: 1, status: 1 },
    });
    for await (const page of found) {
      yield page.map(convertDeliveryBsonToExport);
    }
  }

  async #findPage<Item extends { readonly id: string }>(
    filter: Parameters<DeliveryRepository['find']>[0],
    { limit = DEFAULT_PAGE_SIZE, cursor }: ListDeadDeliveriesParams,
    convert: (bson: object) => Item,
    context: OperationContext,
  ): Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | null }> {
    const page = { limit: clampPageSize(limit, MAXIMUM_PAGE_SIZE), cursor };
    const found = await this.#repository.findNewest(filter, page, context, WITHOUT_PAYLOAD);
    if (found === undefined) {
      throw new NotificationBadRequestError('cursor must be one that an earlier page gave');
    }
    return { items: found.rows.map(convert), nextCursor: found.nextCursor };
  }
}
