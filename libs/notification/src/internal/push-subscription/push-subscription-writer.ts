import type { Erasure, OperationContext, SecretKey } from '@org/core';
import { withId } from '@org/core/store';

import type {
  CreatePushSubscriptionParams,
  DeletePushSubscriptionParams,
  PushSubscription,
} from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import {
  convertSubscriptionBsonToSubscription,
  encryptSecret,
  hashEndpoint,
} from './push-subscription-util.ts';
import { PushSubscriptionRepository } from './store/push-subscription-repository.ts';

export class PushSubscriptionWriter {
  readonly #repository: PushSubscriptionRepository;
  readonly #secretKey: SecretKey;
  readonly #maximumPerAccount: number;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new PushSubscriptionRepository(dependencies);
    this.#secretKey = dependencies.secretKey;
    this.#maximumPerAccount = dependencies.settings.maximumPushSubscriptionsPerAccount;
  }

  /** A known endpoint moves to this account: a browser must not show another user's messages. */
  async createPushSubscription(
    { accountId, endpoint, keys }: CreatePushSubscriptionParams,
    context: OperationContext,
  ): Promise<PushSubscription> {
    const stored = await this.#repository.upsertOne(
      { endpoint_hash: hashEndpoint(endpoint) },
      {
        $set: {
          account_id: accountId,
          encrypted_secret: encryptSecret({ endpoint, keys }, this.#secretKey),
        },
      },
      context,
    );
    await this.#removeOldest(accountId, context);
    return convertSubscriptionBsonToSubscription(stored, this.#secretKey);
  }

  async deletePushSubscription(
    { accountId, subscriptionId }: DeletePushSubscriptionParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.deleteOne({ ...withId(subscriptionId), account_id: accountId }, context);
  }

  async deletePushSubscriptionsByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.deleteMany({ account_id: accountId }, context);
  }

  async erasePushSubscriptionsByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.eraseOwned(accountId, erasure, context);
  }

  /** Outside the insert's transaction: the last of several concurrent calls sees them all. */
  async #removeOldest(accountId: string, context: OperationContext): Promise<void> {
    const all = await this.#repository.find({ account_id: accountId }, context, {
      sort: { updated_at: -1, _id: -1 },
      projection: { _id: 1 },
    });
    const surplus = all.slice(this.#maximumPerAccount).map(({ _id }) => _id);
    if (surplus.length > 0) {
      await this.#repository.deleteMany({ _id: { $in: surplus } }, context);
    }
  }
}
