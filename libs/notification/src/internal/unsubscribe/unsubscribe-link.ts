import { areSameBytes, type SecretKey } from '@org/core';

import type { MailSubscription } from '../../types.ts';

const PURPOSE = 'unsubscribe link';

/** Names account and topic, signed; good for as long as one of the secret keys is known. */
export function createUnsubscribeToken(
  { accountId, topic }: MailSubscription,
  secretKey: SecretKey,
): string {
  const payload = Buffer.from(JSON.stringify([accountId, topic])).toString('base64url');
  return join(payload, secretKey.hmac(PURPOSE, payload));
}

/** @returns `undefined` unless {@link createUnsubscribeToken} made it */
export function readUnsubscribeToken(
  token: string,
  secretKey: SecretKey,
): MailSubscription | undefined {
  const [payload = ''] = token.split('.');
  const given = Buffer.from(token);
  // As texts: decoders overlook what is in none that we made.
  const isOurs = secretKey
    .hmacs(PURPOSE, payload)
    .some((own) => areSameBytes(Buffer.from(join(payload, own)), given));
  if (!isOurs) {
    return undefined;
  }
  const json = Buffer.from(payload, 'base64url').toString();
  const [accountId, topic] = JSON.parse(json) as [string, string];
  return { accountId, topic };
}

function join(payload: string, signature: Buffer): string {
  return `${payload}.${signature.toString('base64url')}`;
}

export function unsubscribeUrlWith(token: string, unsubscribeUrl: string): string {
  const url = new URL(unsubscribeUrl);
  url.searchParams.set('token', token);
  return url.href;
}

/** With these, mail programs show a button to unsubscribe (RFC 8058). */
export function unsubscribeHeaders(url: string): Readonly<Record<string, string>> {
  return {
    'List-Unsubscribe': `<${url}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/** @throws RangeError if mail programs would ignore it: RFC 8058 asks for https */
export function assertUnsubscribeUrlValid(url: string | undefined): void {
  if (url !== undefined && !(URL.canParse(url) && new URL(url).protocol === 'https:')) {
    throw new RangeError('unsubscribeUrl must be an https URL.');
  }
}
