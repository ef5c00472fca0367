/** What is mutated of a library, and the tests that judge it. All paths are below the library. */
export interface MutationScope {
  readonly files: readonly string[];
  /** None of them needs a MongoDB. */
  readonly tests: readonly string[];
}

/** Policies, utils and parsers: files of which a test without a database says all that they promise. */
export const mutationScopes: Readonly<Record<string, MutationScope>> = {
  core: {
    files: [
      'src/calendar-time.ts',
      'src/email-address.ts',
      'src/field-name.ts',
      'src/join-url.ts',
      'src/pagination.ts',
      'src/parameters.ts',
      'src/phone-number.ts',
      'src/public-address.ts',
      'src/recordable.ts',
      'src/secret-key.ts',
      'src/source-address.ts',
      'src/stored-phone-number.ts',
    ],
    tests: [
      'test/calendar-time.test.ts',
      'test/email-address.test.ts',
      'test/join-url.test.ts',
      'test/pagination.test.ts',
      'test/parameters.test.ts',
      'test/phone-number.test.ts',
      'test/public-address.test.ts',
      'test/recordable.test.ts',
      'test/secret-key.test.ts',
      'test/source-address.test.ts',
      'test/stored-phone-number.test.ts',
    ],
  },
  account: {
    files: [
      'src/internal/identity/identity-key.ts',
      'src/internal/password/password-policy.ts',
      'src/internal/password/password-text.ts',
      'src/internal/password/stored-hash-policy.ts',
      'src/internal/text-length.ts',
      'src/internal/username.ts',
    ],
    tests: [
      'test/identity-key.test.ts',
      'test/password-policy.test.ts',
      'test/password-text.test.ts',
      'test/stored-hash-policy.test.ts',
      'test/username.test.ts',
    ],
  },
  authentication: {
    files: [
      'src/internal/otp/otp-util.ts',
      'src/internal/session/device-util.ts',
      'src/internal/session/session-token-util.ts',
      'src/internal/throttle/throttle-budget-util.ts',
      'src/internal/throttle/throttle-policy.ts',
      'src/internal/throttle/throttle-util.ts',
    ],
    tests: [
      'test/devices.test.ts',
      'test/otp-util.test.ts',
      'test/session-token.test.ts',
      'test/throttle-budgets.test.ts',
      'test/throttle-policy.test.ts',
      'test/throttle-util.test.ts',
    ],
  },
  notification: {
    files: [
      'src/internal/delivery/outage-policy.ts',
      'src/internal/topic/html.ts',
      'src/internal/topic/locale.ts',
      'src/internal/topic/person-name.ts',
      'src/internal/unsubscribe/unsubscribe-link.ts',
    ],
    tests: [
      'test/delivery/outage-policy.test.ts',
      'test/topic/html.test.ts',
      'test/topic/locales.test.ts',
      'test/topic/person-name.test.ts',
      'test/unsubscribe-link.test.ts',
    ],
  },
};
