import type { SecretKey } from '@org/core';
import type { CollectionReport, RepositoryDependencies, StoredSecrets } from '@org/core/store';

import { PAYLOAD_PURPOSE } from './delivery/delivery-util.ts';
import { DeliveryRepository } from './delivery/store/delivery-repository.ts';
import { NoticeWindowRepository } from './notice/store/notice-window-repository.ts';
import { AccountNotificationPreferencesRepository } from './preferences/store/account-notification-preferences-repository.ts';
import { SUBSCRIPTION_PURPOSE } from './push-subscription/push-subscription-util.ts';
import { PushSubscriptionRepository } from './push-subscription/store/push-subscription-repository.ts';

export async function initializeCollections(
  dependencies: RepositoryDependencies,
): Promise<readonly CollectionReport[]> {
  return Promise.all([
    new AccountNotificationPreferencesRepository(dependencies).onInitCollection(),
    new PushSubscriptionRepository(dependencies).onInitCollection(),
    new DeliveryRepository(dependencies).onInitCollection(),
    new NoticeWindowRepository(dependencies).onInitCollection(),
  ]);
}

/** The fields in NotificationService's collections that are encrypted with the secret key. */
export function storedSecretsOf(
  dependencies: RepositoryDependencies & { readonly secretKey: SecretKey },
): readonly StoredSecrets[] {
  const { secretKey } = dependencies;
  return [
    new PushSubscriptionRepository(dependencies).storedSecrets({
      secretKey,
      field: 'encrypted_secret',
      purpose: SUBSCRIPTION_PURPOSE,
    }),
    new DeliveryRepository(dependencies).storedSecrets({
      secretKey,
      field: 'payload',
      purpose: PAYLOAD_PURPOSE,
    }),
  ];
}
