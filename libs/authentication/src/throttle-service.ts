import { setTimeout as delay } from 'node:timers/promises';

import {
  isEmailAddress,
  OperationContext,
  TooManyRequestsError,
  type AuditEvent,
  type AuditTrail,
  type Clock,
  toEmailKey,
  type SecretKey,
} from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import * as given from './internal/authentication-parameters.ts';
import { SubjectDigester } from './internal/digest/subject-digester.ts';
import { aboutAccount, aboutSession, excessEvent } from './internal/security-event-util.ts';
import { LocalCounterMap } from './internal/throttle/local-counter-map.ts';
import { LoginAdmission, type LoginSlots } from './internal/throttle/login-admission.ts';
import {
  budgetOf,
  budgetsOfAccount,
  budgetsOfNotice,
  budgetOfSource,
  budgetsOfOtpFailure,
  budgetsOfOtpRequest,
  budgetsOfResetRequest,
  type Budgeted,
} from './internal/throttle/throttle-budget-util.ts';
import { checkThrottledSession, checkUnlock } from './internal/throttle/throttle-parameters.ts';
import { ThrottleCounterReader } from './internal/throttle/throttle-counter-reader.ts';
import { ThrottleCounterWriter } from './internal/throttle/throttle-counter-writer.ts';
import {
  DEFAULT_BUDGETS,
  findWait,
  type BudgetSlot,
  type FailureSlot,
} from './internal/throttle/throttle-policy.ts';
import {
  loginKeyOf,
  loginKeysOf,
  recipientsOf,
  toCodeRecipient,
  toCounterKey,
} from './internal/throttle/throttle-util.ts';
import type {
  AccountIdParams,
  LoginAttempt,
  LoginNames,
  ThrottleBudgets,
  ThrottledCodeRecipientParams,
  ThrottledNameParams,
  ThrottledPhoneNumberParams,
  ThrottledSessionParams,
} from './types.ts';

export interface ThrottleServiceDependencies {
  readonly database: Database;
  /** Where refusals are recorded. */
  readonly audit: AuditTrail;
  /** Encrypts the digest key for names and sources. */
  readonly secretKey: SecretKey;
  /** Default: the database's clock. */
  readonly clock?: Clock;
  /** Waits while an attempt waits for others in progress. Default: a timer. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** Whether limits are enforced at all. Default: true. */
  readonly enabled?: boolean;
  /** Budgets that replace the defaults of their kinds. */
  readonly budgets?: Partial<ThrottleBudgets>;
}

/** An account, and what it is called. */
export interface UnlockParams extends AccountIdParams, LoginNames {}

/**
 * Limits how often something may be tried, by name, phone number and source (the context's
 * `sourceAddress`). Counted in MongoDB for all instances; in this process while the database is
 * down.
 *
 * A method that refuses throws TooManyRequestsError with an accurate `retryAfterSeconds`, and the
 * refusal is audited (`excess_rate_limit_exceeded`), with a digest of the name or number.
 */
export class ThrottleService {
  readonly #clock: Clock;
  readonly #audit: AuditTrail;
  readonly #isEnabled: boolean;
  readonly #budgets: ThrottleBudgets;
  readonly #digester: SubjectDigester;
  readonly #reader: ThrottleCounterReader;
  readonly #writer: ThrottleCounterWriter;
  readonly #admission: LoginAdmission;

  private constructor(dependencies: ThrottleServiceDependencies) {
    const { database, audit, secretKey, clock = database.clock, wait = delay } = dependencies;
    const stored = { database, audit, secretKey, clock };
    const local = new LocalCounterMap(clock);
    this.#clock = clock;
    this.#audit = audit;
    this.#isEnabled = dependencies.enabled ?? true;
    this.#budgets = { ...DEFAULT_BUDGETS, ...dependencies.budgets };
    this.#digester = new SubjectDigester(stored);
    this.#reader = new ThrottleCounterReader(stored, local);
    this.#writer = new ThrottleCounterWriter(stored, local);
    this.#admission = new LoginAdmission(clock, this.#reader, this.#writer, wait);
  }

  static create(dependencies: ThrottleServiceDependencies): ThrottleService {
    return new ThrottleService(dependencies);
  }

  /**
   * Creates the collections and their indexes, and the digest key; call it before the first use.
   *
   * @throws SigningKeyUnusableError if the secret key does not decrypt the stored key
   */
  async initialize(): Promise<readonly CollectionReport[]> {
    const actor = { type: 'worker', id: 'authentication' } as const;
    const context = OperationContext.create({ actor, requestId: 'start' });
    const counterReports = await this.#writer.initialize();
    const keyReports = await this.#digester.initialize(context);
    return [...counterReports, ...keyReports];
  }

  /**
   * A keyed digest of a name, the same for all of its spellings: the `subjectDigest` in its audit
   * records. It stays the same when the secret key changes.
   */
  digestName(params: ThrottledNameParams): string {
    const { name } = given.checkName(params);
    return this.#digester.digestName(name);
  }

  /** Like {@link digestName}, for a phone number. */
  digestPhoneNumber(params: ThrottledPhoneNumberParams): string {
    const { phoneNumber } = given.checkPhoneNumber(params);
    return this.#digester.digestPhoneNumber(phoneNumber);
  }

  /**
   * Reserves a password attempt for this name, in one round trip. If only other attempts in
   * progress leave no room, waits for them for up to two seconds. Settle it once the password has
   * been compared.
   *
   * @example
   * const attempt = await throttle.beginLogin({ name: username }, context);
   * await (isRight ? attempt.succeed({ accountId }) : attempt.fail());
   */
  async beginLogin(params: ThrottledNameParams, context: OperationContext): Promise<LoginAttempt> {
    const { name } = given.checkName(params);
    const failures = this.#slotOf(loginKeyOf(name), context);
    const budgets = this.#slotsOf(budgetOfSource('login-source', context));
    return this.#begin({ failures, budgets }, this.#aboutName(name), context);
  }

  /** Like {@link beginLogin}, for a code that was sent to this recipient, or its holder's password. */
  async beginOtpLogin(
    params: ThrottledCodeRecipientParams,
    context: OperationContext,
  ): Promise<LoginAttempt> {
    const recipient = toCodeRecipient(given.checkCodeRecipient(params));
    const failures = this.#slotOf(recipient.loginKey, context);
    const budgets = this.#slotsOf(budgetsOfOtpFailure(recipient, context));
    return this.#begin({ failures, budgets }, this.#aboutRecipient(params), context);
  }

  /**
   * Like {@link beginLogin}, for an authentication in a session that exists. Counted for that session
   * alone: neither others' failed logins nor its own keep the owner from the other. Without a session,
   * counted for the account.
   */
  async beginReauthentication(
    params: ThrottledSessionParams,
    context: OperationContext,
  ): Promise<LoginAttempt> {
    const proof = checkThrottledSession(params);
    const [key, about] =
      'accountId' in proof
        ? [toCounterKey('account-authentication', proof.accountId), aboutAccount(proof.accountId)]
        : [toCounterKey('session-authentication', proof.sessionId), aboutSession(proof.sessionId)];
    return this.#begin({ failures: { key, source: undefined }, budgets: [] }, about, context);
  }

  /** Forgets the sources that have logged in to the account, in the context's transaction. */
  async forgetKnownSources(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    await this.#writer.deleteCountersOfAccount(accountId, context);
  }

  /**
   * Forgets the failures, and what was sent, that are counted for an account and for what it is
   * called: whoever was kept out by them is no longer. What is counted for single sources stays, and
   * ends by itself within a day.
   */
  async unlock(params: UnlockParams, context: OperationContext): Promise<void> {
    const { accountId, username, phoneNumber, emailAddress } = checkUnlock(params);
    const recipients = recipientsOf({ phoneNumber, emailAddress });
    const names = [
      ...(username ? [username] : []),
      ...(emailAddress ? [toEmailKey(emailAddress)] : []),
    ];
    const ofAccount = toCounterKey('account-authentication', accountId);
    const failures = [ofAccount, ...loginKeysOf({ username, phoneNumber, emailAddress })];
    const budgets = budgetsOfAccount(accountId, names, recipients).map(({ key }) => key);
    await this.#writer.forgetCounts({ failures, budgets }, context);
  }

  /** Checks whether this source may try a refresh token; one read. Count a failure afterwards. */
  async assertRefreshAllowed(context: OperationContext): Promise<void> {
    await this.#assertWithin(budgetOfSource('refresh-source', context), {}, context);
  }

  /** Counts a failed refresh. Never refuses, since it has already happened. */
  async recordFailedRefresh(context: OperationContext): Promise<void> {
    const budgeted = budgetOfSource('refresh-source', context);
    await this.#countHits(budgeted, context.withoutTransaction());
  }

  /** Checks whether a code may be sent; reads only. */
  async assertOtpRequestAllowed(
    params: ThrottledCodeRecipientParams,
    context: OperationContext,
  ): Promise<void> {
    const request = await this.#budgetsOfOtpRequest(params, context);
    await this.#assertWithin(request, this.#aboutRecipient(params), context);
  }

  /** Counts a code being sent, in the context's transaction. */
  async consumeOtpRequest(
    params: ThrottledCodeRecipientParams,
    context: OperationContext,
  ): Promise<void> {
    const request = await this.#budgetsOfOtpRequest(params, context);
    await this.#consume(request, this.#aboutRecipient(params), context);
  }

  /** Counts a sign-up from this source: 20 an hour. */
  async consumeSignUp(context: OperationContext): Promise<void> {
    await this.#consume(budgetOfSource('sign-up-source', context), {}, context);
  }

  /** Counts a use of the phone form from this source, for sign-up or not: 20 an hour. */
  async consumePhoneNumberForm(context: OperationContext): Promise<void> {
    await this.#consume(budgetOfSource('phone-form-source', context), {}, context);
  }

  /**
   * Counts a request for a reset mail: 3 an hour per name, 10 a day per mailbox, 20 an hour per
   * source. Unknown names are counted with the same work.
   */
  async consumePasswordResetRequest(
    params: ThrottledNameParams,
    context: OperationContext,
  ): Promise<void> {
    const { name } = given.checkName(params);
    // The mail goes to whoever has proved the address, else to who has it as a username.
    const ofHolder = isEmailAddress(name) ? [toCodeRecipient({ emailAddress: name }).loginKey] : [];
    const isKnown = await this.#isKnownSource([...ofHolder, loginKeyOf(name)], context);
    const request = budgetsOfResetRequest(name, isKnown, context);
    await this.#consume(request, this.#aboutName(name), context);
  }

  /** Counts an attempt to use a reset token, valid or not, from this source: 20 an hour. */
  async consumePasswordReset(context: OperationContext): Promise<void> {
    await this.#consume(budgetOfSource('reset-source', context), {}, context);
  }

  /** Counts a refused reset token, from any source: 20 an hour per account id. */
  async consumeRefusedPasswordReset(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkResetAttempt(params);
    const budgeted = [budgetOf('reset-account', accountId)];
    await this.#consume(budgeted, aboutAccount(accountId), context.withoutTransaction());
  }

  /**
   * Counts a notice that a source causes and a mailbox receives: 20 an hour, and 10 a day. To one that
   * its account has proved, 10 a day from anywhere: what others cause does not delay these. Never
   * refuses, since the event has already happened.
   *
   * @returns how long to hold back the notice, in milliseconds; 0: it may be sent
   */
  async countNotice(
    params: { readonly recipient: string; readonly isProved?: boolean | undefined },
    context: OperationContext,
  ): Promise<number> {
    return this.#countHits(budgetsOfNotice(given.checkNotice(params), context), context);
  }

  /** @param about what to record a refusal about */
  async #begin(
    slots: LoginSlots,
    about: Partial<AuditEvent>,
    context: OperationContext,
  ): Promise<LoginAttempt> {
    if (!this.#isEnabled) {
      return UNLIMITED;
    }
    const result = await this.#admission.admit(slots, context);
    if ('refusedFor' in result) {
      return this.#refuse(result.refusedFor, about, context);
    }
    const { attempt } = result;
    const { key } = slots.failures;
    return {
      ...attempt,
      succeed: async ({ names = {}, ...success } = {}) => {
        const { accountId, isLogin = true } = success;
        const settled = attempt.succeed(success);
        if (accountId === undefined || !isLogin) {
          return settled;
        }
        const others = loginKeysOf(names).filter((other) => other !== key);
        const slots = others.map((other) => this.#slotOf(other, context));
        const remembered = slots.map((slot) => this.#writer.remember(slot, accountId, context));
        await Promise.all([settled, ...remembered]);
      },
    };
  }

  /** Checks all of them in one read, and counts nothing. */
  async #assertWithin(
    budgeted: readonly Budgeted[],
    about: Partial<AuditEvent>,
    context: OperationContext,
  ): Promise<void> {
    if (!this.#isEnabled) {
      return;
    }
    const keys = budgeted.map(({ key }) => key);
    const counters = await this.#reader.getCounters(keys, context);
    const hitsByKey = new Map(counters.map(({ key, hits }) => [key, hits]));
    const now = this.#clock.now();
    const waits = budgeted.map(({ kind, key }) =>
      findWait(hitsByKey.get(key) ?? [], this.#budgets[kind], now),
    );
    const wait = Math.max(0, ...waits);
    if (wait > 0) {
      await this.#refuse(wait, about, context);
    }
  }

  /** Counts like {@link #countHits}, and refuses if one is used up. */
  async #consume(
    budgeted: readonly Budgeted[],
    about: Partial<AuditEvent>,
    context: OperationContext,
  ): Promise<void> {
    const wait = await this.#countHits(budgeted, context);
    if (wait > 0) {
      await this.#refuse(wait, about, context);
    }
  }

  /**
   * Counts one for each of them, up to the first that is used up, but never refuses.
   *
   * @returns how long until there is budget again, in milliseconds; 0: there was
   */
  async #countHits(budgeted: readonly Budgeted[], context: OperationContext): Promise<number> {
    if (!this.#isEnabled) {
      return 0;
    }
    for (const { kind, key } of budgeted) {
      const wait = await this.#writer.countHit(key, this.#budgets[kind], context);
      if (wait > 0) {
        return wait;
      }
    }
    return 0;
  }

  /** @throws TooManyRequestsError, once the refusal is recorded */
  async #refuse(
    waitMilliseconds: number,
    about: Partial<AuditEvent>,
    context: OperationContext,
  ): Promise<never> {
    await this.#audit.recordFromSource(excessEvent(about), context.sourceAddress ?? '', context);
    throw new TooManyRequestsError({ retryAfterSeconds: waitMilliseconds / 1_000 });
  }

  async #budgetsOfOtpRequest(
    params: ThrottledCodeRecipientParams,
    context: OperationContext,
  ): Promise<readonly Budgeted[]> {
    const recipient = toCodeRecipient(given.checkCodeRecipient(params));
    const isKnown = await this.#isKnownSource([recipient.loginKey], context);
    return budgetsOfOtpRequest(recipient, isKnown, context);
  }

  /** Whether the owner of the first of these names that has one has logged in from the source. */
  async #isKnownSource(keys: readonly string[], context: OperationContext): Promise<boolean> {
    const slots = keys.map((key) => this.#slotOf(key, context));
    return this.#isEnabled && this.#reader.hasKnownSource(slots, context);
  }

  #aboutName(name: string): Partial<AuditEvent> {
    return { subjectDigest: this.#digester.digestName(name) };
  }

  #aboutRecipient(recipient: ThrottledCodeRecipientParams): Partial<AuditEvent> {
    return 'emailAddress' in recipient
      ? this.#aboutName(toEmailKey(recipient.emailAddress))
      : { subjectDigest: this.#digester.digestPhoneNumber(recipient.phoneNumber) };
  }

  /** The slots of an attempt that uses up the budgets if it fails. */
  #slotsOf(budgeted: readonly Budgeted[]): readonly BudgetSlot[] {
    return budgeted.map(({ kind, key }) => ({ key, budgets: this.#budgets[kind] }));
  }

  #slotOf(key: string, context: OperationContext): FailureSlot {
    return { key, source: this.#digester.digestSource(key, context) };
  }
}

/** For when limits are off. */
const UNLIMITED: LoginAttempt = {
  isFromStranger: false,
  fail: async () => undefined,
  abandon: async () => undefined,
  succeed: async () => undefined,
};
