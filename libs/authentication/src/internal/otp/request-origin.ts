import { canonicalAddress } from '@org/core';

import type { RequestOrigin } from '../../otp-sender.ts';
import type { SessionOrigin } from '../../types.ts';

/** In order of precedence: most browsers claim to be others as well. */
const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\b(?:OPR|OPT|Opera)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
] as const;
const SYSTEMS = [
  ['iPadOS', /\biPad\b/],
  ['iOS', /\biPhone\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMacintosh\b/],
  ['Linux', /\bLinux\b/],
] as const;
/** Longer than what any browser sends. */
const MAXIMUM_LENGTH = 512;

/** Says what is known in words of its own: nothing that the client wrote gets into the mail. */
export function describeOrigin({ userAgent = '', ip = '' }: Partial<SessionOrigin>): RequestOrigin {
  const written = userAgent.slice(0, MAXIMUM_LENGTH);
  return {
    browser: nameOf(BROWSERS, written),
    system: nameOf(SYSTEMS, written),
    address: canonicalAddress(ip) ?? '',
  };
}

function nameOf(known: readonly (readonly [string, RegExp])[], userAgent: string): string {
  return known.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? '';
}
