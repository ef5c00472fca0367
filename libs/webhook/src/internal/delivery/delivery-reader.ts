import { clampPageSize, type OperationContext } from '@org/core';
import { withId } from '@org/core/store';

import { WebhookBadRequestError, WebhookDeliveryNotFoundError } from '../../errors.ts';
import type {
  ListWebhookDeliveriesParams,
  WebhookDelivery,
  WebhookDeliveryPage,
} from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { convertDeliveryBsonToDelivery, convertDeliveryBsonToExport } from './delivery-util.ts';
import { DeliveryRepository } from './store/delivery-repository.ts';

const DEFAULT_PAGE_SIZE = 100;
const MAXIMUM_PAGE_SIZE = 1_000;

export class DeliveryReader {
  readonly #repository: DeliveryRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new DeliveryRepository(dependencies);
  }

  /** @throws WebhookDeliveryNotFoundError if there is none, or it has not ended */
  async getEndedDeliveryById(
    deliveryId: string,
    context: OperationContext,
  ): Promise<WebhookDelivery> {
    const found = await this.#repository.findOne(withId(deliveryId), context);
    if (found === undefined || found.status === 'queued') {
      throw new WebhookDeliveryNotFoundError(deliveryId);
    }
    return convertDeliveryBsonToDelivery(found);
  }

  /**
   * Newest first.
   *
   * @throws WebhookBadRequestError if the cursor is not from an earlier page
   */
  async findDeliveriesByEndpointId(
    { endpointId, limit = DEFAULT_PAGE_SIZE, cursor }: ListWebhookDeliveriesParams,
    context: OperationContext,
  ): Promise<WebhookDeliveryPage> {
    const page = { limit: clampPageSize(limit, MAXIMUM_PAGE_SIZE), cursor };
    const found = await this.#repository.findNewest({ endpoint_id: endpointId }, page, context);
    if (found === undefined) {
      throw new WebhookBadRequestError('cursor must be one that an earlier page gave');
    }
    return {
      items: found.rows.map(convertDeliveryBsonToDelivery),
      nextCursor: found.nextCursor,
    };
  }

  async *findDeliveriesByAccountId(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    for await (const page of this.#repository.findInPages({ account_id: accountId }, context)) {
      yield page.map(convertDeliveryBsonToExport);
    }
  }

  async countQueuedDeliveries(context: OperationContext): Promise<number> {
    return this.#repository.count({ status: 'queued' }, context);
  }
}
