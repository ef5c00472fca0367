import { defineModule } from '@org/core';

import * as events from './events.ts';
import type { AuthenticationSettings } from './types.ts';

/** What authentication owns. */
export const authenticationModule = defineModule({
  name: 'authentication',
  collections: {
    access_token_signing_keys: { holds: 'keys that sign access tokens' },
    digest_keys: { holds: 'the key of names in throttles and audit records' },
    email_codes: {
      holds: 'hashes of codes for e-mail addresses, and of the passwords of sign-ups',
      personalData: { exported: true, end: 'erased' },
    },
    otps: {
      holds: 'hashes of one-time passwords',
      personalData: { exported: true, end: 'erased' },
    },
    password_reset_tokens: {
      holds: 'hashes of tokens',
      personalData: { exported: true, end: 'erased' },
    },
    sessions: {
      holds: 'sessions and hashes of their refresh tokens and cookies',
      personalData: { exported: true, end: 'erased' },
    },
    session_cutoffs: { holds: 'when all sessions were ended' },
    throttle_counters: {
      holds: 'attempts, and from where an account is known',
      personalData: { exported: false, end: 'erased' },
    },
  },
  publishes: Object.values(events),
  jobs: ['authentication.rotate-signing-keys'],
  permissions: ['sessions.end-all'],
  settings: {
    accessTokenTimeToLiveMilliseconds: true,
    accessTokenIssuer: true,
    accessTokenAudience: true,
    sessionInactivityTimeToLiveMilliseconds: true,
    sessionAbsoluteTimeToLiveMilliseconds: true,
    sessionMaximumPerAccount: true,
    requiresRecentAuthentication: true,
    recentAuthenticationTimeToLiveMilliseconds: true,
    otpLength: true,
    otpTimeToLiveMilliseconds: true,
    otpTest: true,
    phoneCountries: true,
    passwordResetTokenTimeToLiveMilliseconds: true,
    allowsInsecureCookies: true,
    webAppUrl: true,
  } satisfies Record<keyof AuthenticationSettings, true>,
});
