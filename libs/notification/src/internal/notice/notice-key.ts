import type { SecretKey } from '@org/core';

import type { NewDelivery } from '../delivery/delivery-util.ts';

/** Longer than any address; what an earlier backend stored may be longer still. */
const MAXIMUM_RECIPIENT_LENGTH = 320;

/** The same for the same kind of notice to the same recipient, whichever account it is about. */
export function noticeKeyOf(
  { topic, channel, recipient, accountId }: NewDelivery,
  secretKey: SecretKey,
): string {
  const to =
    recipient === ''
      ? accountId
      : recipient.slice(0, MAXIMUM_RECIPIENT_LENGTH).normalize('NFKC').toLowerCase();
  return secretKey
    .hmac('notice window', JSON.stringify([topic, channel, to]))
    .toString('base64url');
}
