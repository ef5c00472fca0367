import { DecryptionFailedError, type OperationContext, type SecretKey } from '@org/core';

import type { PushSubscription, OfAccount } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import {
  convertSubscriptionBsonToSubscription,
  convertSubscriptionBsonToTarget,
  type PushTarget,
} from './push-subscription-util.ts';
import { PushSubscriptionRepository } from './store/push-subscription-repository.ts';

export class PushSubscriptionReader {
  readonly #repository: PushSubscriptionRepository;
  readonly #secretKey: SecretKey;
  readonly #maximumPerAccount: number;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new PushSubscriptionRepository(dependencies);
    this.#secretKey = dependencies.secretKey;
    this.#maximumPerAccount = dependencies.settings.maximumPushSubscriptionsPerAccount;
  }

  async getPushSubscriptionsByAccountId(
    { accountId }: OfAccount,
    context: OperationContext,
  ): Promise<readonly PushSubscription[]> {
    return this.#findReadable(accountId, convertSubscriptionBsonToSubscription, context);
  }

  /** Where to send the account's push messages. */
  async findPushTargetsByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly PushTarget[]> {
    return this.#findReadable(accountId, convertSubscriptionBsonToTarget, context);
  }

  /** Skips what no known secret key decrypts; the browser will subscribe again. */
  async #findReadable<Result>(
    accountId: string,
    convert: (bson: object, secretKey: SecretKey) => Result,
    context: OperationContext,
  ): Promise<readonly Result[]> {
    const found = await this.#repository.find({ account_id: accountId }, context, {
      sort: { updated_at: -1, _id: -1 },
      limit: this.#maximumPerAccount,
    });
    return found.flatMap((bson) => {
      try {
        return [convert(bson, this.#secretKey)];
      } catch (error) {
        if (error instanceof DecryptionFailedError) {
          return [];
        }
        throw error;
      }
    });
  }
}
