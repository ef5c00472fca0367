import { canonicalAddress } from '@org/core';

import type { RequestOrigin } from '../../otp-sender.ts';
import type { SessionOrigin } from '../../types.ts';
import { describeDevice } from '../session/device-util.ts';

/** Says what is known in words of its own: nothing that the client wrote gets into the mail. */
export function describeOrigin({ userAgent = '', ip = '' }: Partial<SessionOrigin>): RequestOrigin {
  const { device, browser } = describeDevice(userAgent);
  return { browser: browser ?? '', system: device ?? '', address: canonicalAddress(ip) ?? '' };
}
