import type { AuthenticationSettings } from '../types.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const DEFAULTS = {
  accessTokenTimeToLiveMilliseconds: 15 * MINUTE,
  accessTokenIssuer: 'org-api',
  accessTokenAudience: 'org-api',
  sessionInactivityTimeToLiveMilliseconds: 30 * DAY,
  sessionAbsoluteTimeToLiveMilliseconds: 90 * DAY,
  sessionMaximumPerAccount: 50,
  requiresRecentAuthentication: true,
  recentAuthenticationTimeToLiveMilliseconds: 10 * MINUTE,
  otpLength: 6,
  otpTimeToLiveMilliseconds: 5 * MINUTE,
  otpTest: { code: '', phoneNumbers: [] },
  passwordResetTokenTimeToLiveMilliseconds: 30 * MINUTE,
  allowsInsecureCookies: false,
  webAppUrl: 'http://localhost:3000',
} satisfies AuthenticationSettings;

/** The settings with their defaults. Times are in milliseconds. */
export type ResolvedSettings = AuthenticationSettings &
  Required<Pick<AuthenticationSettings, keyof typeof DEFAULTS>>;

export function resolveSettings(given: AuthenticationSettings = {}): ResolvedSettings {
  return { ...DEFAULTS, ...given };
}
