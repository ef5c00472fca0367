import type { AuditService } from '@org/audit';
import type { AuthenticationService, ThrottleService } from '@org/authentication';
import type { Clock } from '@org/core';
import type { Database } from '@org/core/store';
import { noEvents, type EventPublisher } from '@org/events';

import { noFields, type AccountFieldDefinitions, type NoFields } from '../fields/account-fields.ts';
import { DeclaredFields } from '../fields/declared-fields.ts';
import type { PasswordVerifier } from '../password-verifier.ts';
import type {
  AccountSettings,
  ContactRequestPolicy,
  EndPolicy,
  PersonalDataProvider,
  SignUpPolicy,
  UsernamePolicy,
} from '../types.ts';
import {
  noJobs,
  noNotification,
  type AccountJobs,
  type AccountNotification,
} from './optional-modules.ts';
import { IdentityState } from './identity/identity-state.ts';
import { defaultPasswordVerifiers } from './password/foreign-verifiers.ts';

const DAY = 24 * 60 * 60_000;

export const DEFAULT_SETTINGS: Required<AccountSettings> = {
  passwordMinimumLength: 8,
  passwordBlocklist: true,
  productNames: ['org', 'org-api'],
  passwordHashing: {},
  webAppUrl: 'http://localhost:3000',
  restoreTimeToLiveMilliseconds: 30 * DAY,
  unprovedTimeToLiveMilliseconds: 7 * DAY,
};

export interface AccountServiceDependencies<Fields extends AccountFieldDefinitions = NoFields> {
  readonly database: Database;
  readonly audit: AuditService;
  /**
   * Runs what takes long or comes later; see `registerJobs`. Default: none, so deleted accounts stay
   * until a process with jobs erases them, and passwords cannot be reset by mail.
   */
  readonly jobs?: AccountJobs;
  /**
   * Tells owners what happens to their accounts. Default: nobody is told, there are no preferences,
   * and passwords cannot be reset by mail.
   */
  readonly notification?: AccountNotification;
  readonly authentication: AuthenticationService;
  readonly throttle: ThrottleService;
  /** Hears what happens to accounts, and may refuse it. Default: nobody. */
  readonly events?: EventPublisher;
  /** Other modules that store accounts' personal data. Default: none. */
  readonly personalDataProviders?: readonly PersonalDataProvider[];
  /** Who may sign up. Default: everybody. */
  readonly signUpPolicy?: SignUpPolicy<Fields>;
  /** What a new account's username may be. Default: anything that is no danger. */
  readonly usernamePolicy?: UsernamePolicy;
  /** Which account may be deleted or disabled. Default: every one. */
  readonly endPolicy?: EndPolicy;
  /** Which account may still ask for changes of others' contacts. Default: every one that asked. */
  readonly contactRequestPolicy?: ContactRequestPolicy;
  /**
   * What verifies passwords that other programs hashed, beside Argon2id, which is always verified.
   * The first one that accepts a hash decides. Default: `defaultPasswordVerifiers`, that is bcrypt,
   * Better Auth, Django and ASP.NET Core Identity.
   */
  readonly passwordVerifiers?: readonly PasswordVerifier[];
  /** Default: the database's clock. */
  readonly clock?: Clock;
  /**
   * Called with information that an answer must not reveal, for a debug log. Default: not called.
   */
  readonly onDebug?: (message: string) => void;
  /** Called with what an operator should look at, without personal data. Default: not called. */
  readonly onWarning?: (message: string) => void;
  readonly settings?: AccountSettings;
  /** Fields of one's own; see `defineAccountFields`. Default: none. */
  readonly fields?: Fields;
}

/** The dependencies with their defaults, for the classes in this folder. */
export interface CompleteDependencies extends Required<
  Omit<AccountServiceDependencies, 'fields' | 'signUpPolicy'>
> {
  /** Grows as they are registered. */
  readonly personalDataProviders: PersonalDataProvider[];
  readonly fields: DeclaredFields;
  readonly identityState: IdentityState;
  readonly settings: Required<AccountSettings>;
}

/** @throws TypeError if a declared field is refused */
export function completeDependencies(
  given: Omit<AccountServiceDependencies<AccountFieldDefinitions>, 'signUpPolicy'>,
): CompleteDependencies {
  const fields = DeclaredFields.create(given.fields ?? noFields);
  return {
    ...given,
    jobs: given.jobs ?? noJobs,
    notification: given.notification ?? noNotification,
    events: given.events ?? noEvents,
    personalDataProviders: [],
    usernamePolicy: given.usernamePolicy ?? (() => undefined),
    endPolicy: given.endPolicy ?? (() => undefined),
    contactRequestPolicy: given.contactRequestPolicy ?? (() => true),
    passwordVerifiers: given.passwordVerifiers ?? defaultPasswordVerifiers,
    clock: given.clock ?? given.database.clock,
    onDebug: given.onDebug ?? (() => undefined),
    onWarning: given.onWarning ?? (() => undefined),
    settings: { ...DEFAULT_SETTINGS, ...given.settings },
    fields,
    identityState: new IdentityState(given),
  };
}
