import type { AuditTrail, Erasure, OperationContext, SecretKey } from '@org/core';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';

import * as given from './internal/notification-parameters-policy.ts';
import { PushSubscriptionPolicy } from './internal/push-subscription/push-subscription-policy.ts';
import { PushSubscriptionReader } from './internal/push-subscription/push-subscription-reader.ts';
import type { PushTarget } from './internal/push-subscription/push-subscription-util.ts';
import { SUBSCRIPTION_PURPOSE } from './internal/push-subscription/push-subscription-util.ts';
import { PushSubscriptionWriter } from './internal/push-subscription/push-subscription-writer.ts';
import { PushSubscriptionRepository } from './internal/push-subscription/store/push-subscription-repository.ts';
import type {
  CreatePushSubscriptionParams,
  DeletePushSubscriptionParams,
  NotificationSettings,
  PushSubscription,
  PushSubscriptionsByAccountIdParams,
} from './types.ts';

export interface PushSubscriptionServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly secretKey: SecretKey;
  readonly settings: Required<NotificationSettings>;
}

/** The browsers of an account: what NotificationService does with them. */
export class PushSubscriptionService {
  readonly storedSecrets: StoredSecrets;
  readonly #repository: PushSubscriptionRepository;
  readonly #reader: PushSubscriptionReader;
  readonly #writer: PushSubscriptionWriter;

  private constructor(dependencies: PushSubscriptionServiceDependencies) {
    const { database, audit, secretKey, settings } = dependencies;
    const { maximumPushSubscriptionsPerAccount, allowPrivatePushEndpoints } = settings;
    this.#repository = new PushSubscriptionRepository({ database, audit });
    this.storedSecrets = this.#repository.storedSecrets({
      secretKey,
      field: 'encrypted_secret',
      purpose: SUBSCRIPTION_PURPOSE,
    });
    const common = {
      repository: this.#repository,
      secretKey,
      maximumPerAccount: maximumPushSubscriptionsPerAccount,
    };
    this.#reader = new PushSubscriptionReader(common);
    this.#writer = new PushSubscriptionWriter({
      ...common,
      policy: new PushSubscriptionPolicy({ allowPrivateEndpoints: allowPrivatePushEndpoints }),
    });
  }

  static create(dependencies: PushSubscriptionServiceDependencies): PushSubscriptionService {
    return new PushSubscriptionService(dependencies);
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  /** @throws NotificationBadRequestError */
  async createPushSubscription(
    params: CreatePushSubscriptionParams,
    context: OperationContext,
  ): Promise<PushSubscription> {
    return this.#writer.createPushSubscription(given.checkPushSubscription(params), context);
  }

  async getPushSubscriptionsByAccountId(
    params: PushSubscriptionsByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly PushSubscription[]> {
    return this.#reader.getPushSubscriptionsByAccountId(given.checkAccountId(params), context);
  }

  async findPushTargetsByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly PushTarget[]> {
    return this.#reader.findPushTargetsByAccountId(accountId, context);
  }

  async deletePushSubscription(
    params: DeletePushSubscriptionParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#writer.deletePushSubscription(given.checkSubscriptionId(params), context);
  }

  async deletePushSubscriptionsByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<void> {
    await this.#writer.deletePushSubscriptionsByAccountId(accountId, context);
  }

  async erasePushSubscriptionsByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#writer.erasePushSubscriptionsByAccountId(accountId, erasure, context);
  }
}
