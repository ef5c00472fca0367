import { setTimeout as delay } from 'node:timers/promises';

import {
  mailboxOf,
  normalizeSource,
  OperationContext,
  type AuditTrail,
  type Clock,
  type PhoneNumber,
  type SecretKey,
} from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import * as given from './internal/authentication-parameters-policy.ts';
import { DigestKeyWriter } from './internal/digest/digest-key-writer.ts';
import { DigestKeyRepository } from './internal/digest/store/digest-key-repository.ts';
import { SubjectDigests } from './internal/digest/subject-digests.ts';
import { aboutAccount } from './internal/security-event-util.ts';
import { Counters } from './internal/throttle/counters.ts';
import { LocalCounters } from './internal/throttle/local-counters.ts';
import { LoginTries } from './internal/throttle/login-tries.ts';
import { ThrottleCounterRepository } from './internal/throttle/store/throttle-counter-repository.ts';
import { ThrottleCounterReader } from './internal/throttle/throttle-counter-reader.ts';
import { ThrottleCounterWriter } from './internal/throttle/throttle-counter-writer.ts';
import { DEFAULT_BUDGETS, type FailureSlot } from './internal/throttle/throttle-policy.ts';
import {
  normalizeName,
  normalizePhoneNumber,
  toCounterKey,
} from './internal/throttle/throttle-util.ts';
import { budgetOf, budgetOfSource, Throttle, type Budgeted } from './internal/throttle/throttle.ts';
import type {
  LoginAttempt,
  ThrottleBudgets,
  ThrottledNameParams,
  ThrottledPhoneNumberParams,
} from './types.ts';

export interface ThrottleServiceDependencies {
  readonly database: Database;
  /** Where refusals are recorded. */
  readonly audit: AuditTrail;
  /** Encrypts the key of the digests of names and sources. */
  readonly secretKey: SecretKey;
  /** Default: the database's. */
  readonly clock?: Clock;
  /** Lets milliseconds pass while a try waits for others under way. Default: a timer. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** Whether anything is limited at all. Default: true. */
  readonly enabled?: boolean;
  /** Replace the default ones, each the budgets of its kind. */
  readonly budgets?: Partial<ThrottleBudgets>;
}

/**
 * How often something may be tried, by name, phone number and source (`sourceAddress` of the
 * context). Counted in MongoDB for all instances; in this process while the database is away.
 *
 * Every method that asks throws TooManyRequestsError with a truthful `retryAfterSeconds`, and the
 * refusal is audited (`excess_rate_limit_exceeded`), with a digest of the name or number.
 */
export class ThrottleService {
  readonly #repository: ThrottleCounterRepository;
  readonly #keyRepository: DigestKeyRepository;
  readonly #digests: SubjectDigests;
  readonly #counters: Counters;
  readonly #writer: ThrottleCounterWriter;
  readonly #throttle: Throttle;
  readonly #tries: LoginTries;
  readonly #isEnabled: boolean;

  private constructor(dependencies: ThrottleServiceDependencies) {
    const { database, audit, secretKey, clock = database.clock, wait = delay } = dependencies;
    const { enabled: isEnabled = true } = dependencies;
    this.#isEnabled = isEnabled;
    this.#repository = new ThrottleCounterRepository({ database, audit });
    this.#keyRepository = new DigestKeyRepository({ database, audit });
    const keys = new DigestKeyWriter({ repository: this.#keyRepository, secretKey });
    this.#digests = new SubjectDigests(keys);
    this.#writer = new ThrottleCounterWriter({ clock, repository: this.#repository });
    this.#counters = new Counters({
      clock,
      reader: new ThrottleCounterReader(this.#repository),
      writer: this.#writer,
      local: new LocalCounters(clock),
    });
    const budgets = { ...DEFAULT_BUDGETS, ...dependencies.budgets };
    const shared = { counters: this.#counters, audit, clock, isEnabled };
    this.#throttle = new Throttle({ ...shared, budgets });
    this.#tries = new LoginTries({ ...shared, throttle: this.#throttle, wait });
  }

  static create(dependencies: ThrottleServiceDependencies): ThrottleService {
    return new ThrottleService(dependencies);
  }

  /**
   * Creates the collections and their indexes, and the key of the digests; call it before the first
   * use.
   *
   * @throws SigningKeyUnusableError when the secret key does not open the stored key
   */
  async initialize(): Promise<readonly CollectionReport[]> {
    const actor = { type: 'worker', id: 'authentication' } as const;
    const reports = [
      await this.#repository.onInitCollection(),
      await this.#keyRepository.onInitCollection(),
    ];
    await this.#digests.initialize(OperationContext.create({ actor, requestId: 'start' }));
    return reports;
  }

  /**
   * A keyed digest of a name, the same for all of its spellings; what audit records of it carry as
   * `subjectDigest`. It stays the same when the secret key changes.
   */
  digestName(params: ThrottledNameParams): string {
    const { name } = given.checkName(params);
    return this.#digests.digestName(name);
  }

  /** As {@link digestName}, of a phone number. */
  digestPhoneNumber(params: ThrottledPhoneNumberParams): string {
    const { phoneNumber } = given.checkPhoneNumber(params);
    return this.#digests.digestPhoneNumber(phoneNumber);
  }

  /**
   * Counts a try of a password for this name as under way; one round trip. Waits up to two seconds for
   * others under way where only those leave no room. Settle it once the password was compared.
   */
  async beginLogin(params: ThrottledNameParams, context: OperationContext): Promise<LoginAttempt> {
    const { name } = given.checkName(params);
    const failures = this.#slotOfName(name, context);
    const budgets = this.#throttle.slotsOf(budgetOfSource('login-source', context));
    const about = { subjectDigest: this.digestName({ name }) };
    return this.#tries.begin({ failures, budgets, about }, context);
  }

  /** As {@link beginLogin}, of a one-time password for this number. */
  async beginOtpLogin(
    params: ThrottledPhoneNumberParams,
    context: OperationContext,
  ): Promise<LoginAttempt> {
    const { phoneNumber } = given.checkPhoneNumber(params);
    const budgets = this.#throttle.slotsOf([
      budgetOf('otp-failure-number-source', ofNumberAndSource(phoneNumber, context)),
      ...budgetOfSource('login-source', context),
    ]);
    const about = { subjectDigest: this.digestPhoneNumber({ phoneNumber }) };
    const failures = this.#slotOfNumber(phoneNumber, context);
    return this.#tries.begin({ failures, budgets, about }, context);
  }

  /** Forgets the sources that the account was logged in to from, in the transaction of the context. */
  async forgetKnownSources(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    await this.#writer.deleteCountersOfAccount(accountId, context);
  }

  /** Asks whether this source may try a refresh token; one read. Count a failure afterwards. */
  async assertRefreshAllowed(context: OperationContext): Promise<void> {
    await this.#throttle.assertWithin(budgetOfSource('refresh-source', context), {}, context);
  }

  async recordFailedRefresh(context: OperationContext): Promise<void> {
    await this.#throttle.countFailures(budgetOfSource('refresh-source', context), context);
  }

  /** Asks whether a code may be sent; reads only. */
  async assertOtpRequestAllowed(
    params: ThrottledPhoneNumberParams,
    context: OperationContext,
  ): Promise<void> {
    const { phoneNumber } = given.checkPhoneNumber(params);
    const request = await this.#otpRequest(phoneNumber, context);
    const about = { subjectDigest: this.digestPhoneNumber({ phoneNumber }) };
    await this.#throttle.assertWithin(request, about, context);
  }

  /** Counts a code that is sent, in the transaction of the context. */
  async consumeOtpRequest(
    params: ThrottledPhoneNumberParams,
    context: OperationContext,
  ): Promise<void> {
    const { phoneNumber } = given.checkPhoneNumber(params);
    const request = await this.#otpRequest(phoneNumber, context);
    const about = { subjectDigest: this.digestPhoneNumber({ phoneNumber }) };
    await this.#throttle.consume(request, about, context);
  }

  /** Counts a sign-up of this source: 20 an hour. */
  async consumeSignUp(context: OperationContext): Promise<void> {
    await this.#throttle.consume(budgetOfSource('sign-up-source', context), {}, context);
  }

  /** Counts a use of the phone form, a sign-up or not, of this source: 20 an hour. */
  async consumePhoneNumberForm(context: OperationContext): Promise<void> {
    await this.#throttle.consume(budgetOfSource('phone-form-source', context), {}, context);
  }

  /**
   * Counts a request for a reset mail: 3 an hour for a name, 10 a day for its mailbox, 20 an hour for a
   * source. Names that no account has are counted by the same work.
   */
  async consumePasswordResetRequest(
    params: ThrottledNameParams,
    context: OperationContext,
  ): Promise<void> {
    const { name } = given.checkName(params);
    const request = await this.#resetRequest(name, context);
    const about = { subjectDigest: this.digestName({ name }) };
    await this.#throttle.consume(request, about, context);
  }

  /** Counts a try to use a reset token, good or not, of this source: 20 an hour. */
  async consumePasswordReset(context: OperationContext): Promise<void> {
    await this.#throttle.consume(budgetOfSource('reset-source', context), {}, context);
  }

  /** Counts a reset token that is refused, whoever sent it: 20 an hour for an account id. */
  async consumeRefusedPasswordReset(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkResetAttempt(params);
    const ofAccount = budgetOf('reset-account', accountId);
    const outside = context.withoutTransaction();
    await this.#throttle.consume([ofAccount], aboutAccount(accountId), outside);
  }

  /** A source that the name's owner logged in from has budgets of its own. */
  async #resetRequest(name: string, context: OperationContext): Promise<readonly Budgeted[]> {
    if (!this.#isEnabled) {
      return [];
    }
    const isKnown = await this.#counters.hasKnownSource(this.#slotOfName(name, context), context);
    return [
      ...budgetOfSource('reset-request-source', context),
      ...(isKnown ? budgetsOfKnownReset(name, context) : budgetsOfReset(name)),
    ];
  }

  /** A source that the number's owner logged in from has a budget of its own. */
  async #otpRequest(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): Promise<readonly Budgeted[]> {
    if (!this.#isEnabled) {
      return [];
    }
    const isKnown = await this.#counters.hasKnownSource(
      this.#slotOfNumber(phoneNumber, context),
      context,
    );
    return [
      ...budgetOfSource('otp-request-source', context),
      isKnown
        ? budgetOf('otp-request-known-source', ofNumberAndSource(phoneNumber, context))
        : budgetOf('otp-request-number', normalizePhoneNumber(phoneNumber)),
    ];
  }

  #slotOfName(name: string, context: OperationContext): FailureSlot {
    return this.#slotOf(toCounterKey('login-name', normalizeName(name)), context);
  }

  #slotOfNumber(phoneNumber: PhoneNumber, context: OperationContext): FailureSlot {
    return this.#slotOf(toCounterKey('login-number', normalizePhoneNumber(phoneNumber)), context);
  }

  #slotOf(key: string, context: OperationContext): FailureSlot {
    return { key, source: this.#digests.digestSource(key, context) };
  }

  /**
   * Counts a notice that a source causes and a mailbox gets: 20 an hour, and 10 a day. It refuses
   * nothing, for what the notice is about has happened.
   *
   * @returns how long the notice is to be held back, in milliseconds; 0: it may be sent
   */
  async countNotice(
    params: { readonly recipient: string },
    context: OperationContext,
  ): Promise<number> {
    const { recipient } = given.checkRecipient(params);
    const ofRecipient = budgetOf('notice-recipient', mailboxOf(recipient));
    const ofSource = budgetOfSource('notice-source', context);
    return this.#throttle.findWait([...ofSource, ofRecipient], context);
  }
}

function ofNumberAndSource(phoneNumber: PhoneNumber, context: OperationContext): string {
  return JSON.stringify([normalizePhoneNumber(phoneNumber), sourceOf(context)]);
}

function budgetsOfReset(name: string): readonly Budgeted[] {
  const key = normalizeName(name);
  return [budgetOf('reset-request-name', key), budgetOf('reset-request-mailbox', mailboxOf(key))];
}

/**
 * Whoever signs up with another spelling of a mailbox logs in to that, and gets no hold of the mails
 * for the account that has the mailbox as its name.
 */
function budgetsOfKnownReset(name: string, context: OperationContext): readonly Budgeted[] {
  const key = normalizeName(name);
  const mailbox = mailboxOf(key);
  const ofMailbox = JSON.stringify([mailbox, mailbox === key]);
  return [
    budgetOf('reset-request-known-source', JSON.stringify([key, sourceOf(context)])),
    budgetOf('reset-request-known-mailbox', ofMailbox),
  ];
}

function sourceOf({ sourceAddress }: OperationContext): string {
  return sourceAddress === undefined ? '' : normalizeSource(sourceAddress);
}
