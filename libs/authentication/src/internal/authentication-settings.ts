import type { AuthenticationSettings } from '../types.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const DEFAULTS = {
  accessTokenTimeToLive: 15 * MINUTE,
  accessTokenIssuer: 'org-api',
  accessTokenAudience: 'org-api',
  sessionInactivityTimeToLive: 30 * DAY,
  sessionAbsoluteTimeToLive: 90 * DAY,
  sessionMaximumPerAccount: 50,
  otpLength: 6,
  otpTimeToLive: 5 * MINUTE,
  otpTest: { code: '', phoneNumbers: [] },
  passwordResetTokenTimeToLive: 30 * MINUTE,
} satisfies AuthenticationSettings;

/** The settings with their defaults. Times are in milliseconds. */
export type ResolvedSettings = AuthenticationSettings &
  Required<Pick<AuthenticationSettings, keyof typeof DEFAULTS>>;

export function resolveSettings(given: AuthenticationSettings = {}): ResolvedSettings {
  return { ...DEFAULTS, ...given };
}
