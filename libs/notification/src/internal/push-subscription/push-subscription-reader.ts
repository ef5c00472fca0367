import { DecryptionFailedError, type OperationContext, type SecretKey } from '@org/core';

import type { PushSubscription, PushSubscriptionsByAccountIdParams } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import {
  convertSubscriptionBsonToSubscription,
  convertSubscriptionBsonToTarget,
  type PushTarget,
} from './push-subscription-util.ts';
import type { PushSubscriptionDocument } from './store/push-subscription-model.ts';
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

  /** Most recently renewed first. */
  async getPushSubscriptionsByAccountId(
    { accountId }: PushSubscriptionsByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly PushSubscription[]> {
    const found = await this.#find(accountId, context);
    return found.flatMap((bson) =>
      whereReadable(() => convertSubscriptionBsonToSubscription(bson, this.#secretKey)),
    );
  }

  /** Where to send the account's push messages. */
  async findPushTargetsByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly PushTarget[]> {
    const found = await this.#find(accountId, context);
    return found.flatMap((bson) =>
      whereReadable(() => convertSubscriptionBsonToTarget(bson, this.#secretKey)),
    );
  }

  async #find(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly PushSubscriptionDocument[]> {
    return this.#repository.find({ account_id: accountId }, context, {
      sort: { updated_at: -1, _id: -1 },
      limit: this.#maximumPerAccount,
    });
  }
}

/** Skips what no known secret key decrypts; the browser will subscribe again. */
function whereReadable<Result>(convert: () => Result): readonly Result[] {
  try {
    return [convert()];
  } catch (error) {
    if (error instanceof DecryptionFailedError) {
      return [];
    }
    throw error;
  }
}
