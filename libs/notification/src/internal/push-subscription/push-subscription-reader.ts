import { DecryptionFailedError, type OperationContext, type SecretKey } from '@org/core';

import type { PushSubscription, PushSubscriptionsByAccountIdParams } from '../../types.ts';
import {
  convertSubscriptionBsonToSubscription,
  convertSubscriptionBsonToTarget,
  type PushTarget,
} from './push-subscription-util.ts';
import type { PushSubscriptionDocument } from './store/push-subscription-model.ts';
import type { PushSubscriptionRepository } from './store/push-subscription-repository.ts';

export interface PushSubscriptionReaderDependencies {
  readonly repository: PushSubscriptionRepository;
  readonly secretKey: SecretKey;
  readonly maximumPerAccount: number;
}

export class PushSubscriptionReader {
  readonly #repository: PushSubscriptionRepository;
  readonly #secretKey: SecretKey;
  readonly #maximumPerAccount: number;

  constructor({ repository, secretKey, maximumPerAccount }: PushSubscriptionReaderDependencies) {
    this.#repository = repository;
    this.#secretKey = secretKey;
    this.#maximumPerAccount = maximumPerAccount;
  }

  /** Last renewed first. */
  async getPushSubscriptionsByAccountId(
    { accountId }: PushSubscriptionsByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly PushSubscription[]> {
    const found = await this.#find(accountId, context);
    return found.flatMap((bson) =>
      whereReadable(() => convertSubscriptionBsonToSubscription(bson, this.#secretKey)),
    );
  }

  /** Where to send what the account is to be told. */
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

/** What no known secret key opens is of no use to anybody; its browser will subscribe again. */
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
