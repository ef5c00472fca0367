import { ECDH } from 'node:crypto';

import { mayBePublicHost } from '@org/core';

import { NotificationBadRequestError } from '../../errors.ts';
import type { NotificationSettings, PushSubscriptionKeys } from '../../types.ts';

const AUTH_BYTES = 16;
const PUBLIC_KEY_BYTES = 65;
const BASE64URL = /^[\w-]+={0,2}$/;

/** @throws NotificationBadRequestError for a URL that leads into the server's own network */
export function checkEndpoint(endpoint: string, settings: NotificationSettings): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !isAcceptable(url, settings)) {
    refuse('/endpoint', 'endpoint must be the https URL of a push service on the public internet');
  }
}

/** @throws NotificationBadRequestError unless a message can be encrypted with the keys */
export function checkKeys({ p256dh, auth }: PushSubscriptionKeys): void {
  if (!BASE64URL.test(auth) || Buffer.from(auth, 'base64url').length !== AUTH_BYTES) {
    refuse('/keys/auth', 'auth must be 16 bytes in base64url');
  }
  if (!BASE64URL.test(p256dh) || !isPublicKey(Buffer.from(p256dh, 'base64url'))) {
    refuse('/keys/p256dh', 'p256dh must be a public key on P-256 in base64url');
  }
}

function isAcceptable(url: URL, { allowPrivatePushEndpoints }: NotificationSettings): boolean {
  if (url.username !== '' || url.password !== '') {
    return false;
  }
  if (allowPrivatePushEndpoints) {
    return url.protocol === 'https:' || url.protocol === 'http:';
  }
  return url.protocol === 'https:' && url.port === '' && mayBePublicHost(url.hostname);
}

function isPublicKey(key: Buffer): boolean {
  if (key.length !== PUBLIC_KEY_BYTES) {
    return false;
  }
  try {
    ECDH.convertKey(key, 'prime256v1');
    return true;
  } catch {
    return false;
  }
}

function refuse(path: string, message: string): never {
  throw new NotificationBadRequestError(message, [{ path, message }]);
}
