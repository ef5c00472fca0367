import { createHash } from 'node:crypto';

import type { SecretKey } from '@org/core';

import type { PushSubscription, PushSubscriptionKeys } from '../../types.ts';
import { PushSubscriptionModel } from './store/push-subscription-model.ts';

export const SUBSCRIPTION_PURPOSE = 'push subscription';

export interface PushSubscriptionSecret {
  readonly endpoint: string;
  readonly keys: PushSubscriptionKeys;
}

/** A subscription with everything needed to send to it. */
export interface PushTarget extends PushSubscriptionSecret {
  readonly id: string;
}

export function hashEndpoint(endpoint: string): string {
  return createHash('sha256').update(endpoint).digest('hex');
}

export function encryptSecret(
  { endpoint, keys: { p256dh, auth } }: PushSubscriptionSecret,
  secretKey: SecretKey,
): Buffer {
  const secret: PushSubscriptionSecret = { endpoint, keys: { p256dh, auth } };
  return secretKey.encrypt(SUBSCRIPTION_PURPOSE, Buffer.from(JSON.stringify(secret)));
}

export function convertSubscriptionBsonToSubscription(
  bson: object,
  secretKey: SecretKey,
): PushSubscription {
  const { id, accountId, createdAt, encryptedSecret } = PushSubscriptionModel.fromBson(bson);
  const { endpoint } = decryptSecret(encryptedSecret, secretKey);
  return { id, accountId, endpoint, createdAt };
}

export function convertSubscriptionBsonToTarget(bson: object, secretKey: SecretKey): PushTarget {
  const { id, encryptedSecret } = PushSubscriptionModel.fromBson(bson);
  return { id, ...decryptSecret(encryptedSecret, secretKey) };
}

/** As in a personal-data export: names as on the wire. */
export function exportPushSubscription({ id, endpoint, createdAt }: PushSubscription): object {
  return { id, endpoint, created_at: createdAt.toISOString() };
}

function decryptSecret(encrypted: Uint8Array, secretKey: SecretKey): PushSubscriptionSecret {
  const decrypted = secretKey.decrypt(SUBSCRIPTION_PURPOSE, encrypted);
  return JSON.parse(decrypted.toString()) as PushSubscriptionSecret;
}
