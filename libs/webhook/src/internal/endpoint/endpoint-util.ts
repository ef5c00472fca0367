import { randomBytes } from 'node:crypto';

import type { SecretKey } from '@org/core';

import type { WebhookEndpoint } from '../../types.ts';
import { EndpointModel } from './store/endpoint-model.ts';

/** Purpose under which signing secrets are encrypted. */
export const SECRETS_PURPOSE = 'webhook secrets';

/** As Standard Webhooks recommends: 24 to 64. */
const SECRET_BYTES = 32;

export function makeSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** @param secrets the current one first */
export function encryptSecrets(secrets: readonly string[], secretKey: SecretKey): Buffer {
  return secretKey.encrypt(SECRETS_PURPOSE, Buffer.from(JSON.stringify(secrets)));
}

/**
 * The secrets that are valid, the current one first.
 *
 * @throws DecryptionFailedError if no known secret key decrypts them
 */
export function secretsOf(bson: object, secretKey: SecretKey, now: Date): readonly string[] {
  const { encryptedSecrets, previousSecretValidUntil } = EndpointModel.fromBson(bson);
  const decrypted = secretKey.decrypt(SECRETS_PURPOSE, encryptedSecrets);
  const secrets = JSON.parse(decrypted.toString()) as readonly string[];
  const isPreviousValid = previousSecretValidUntil !== null && previousSecretValidUntil > now;
  return isPreviousValid ? secrets : secrets.slice(0, 1);
}

export function convertEndpointBsonToEndpoint(bson: object): WebhookEndpoint {
  const { id, url, description, events, state, createdAt, updatedAt, ...rest } =
    EndpointModel.fromBson(bson);
  const { disabledReason, disabledAt, failingSince, previousSecretValidUntil } = rest;
  const condition = { state, disabledReason, disabledAt, failingSince, previousSecretValidUntil };
  return { id, url, description, events, ...condition, createdAt, updatedAt };
}
