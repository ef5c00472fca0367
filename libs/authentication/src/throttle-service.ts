import {
  systemClock,
  type AuditTrail,
  type Clock,
  type OperationContext,
  type PhoneNumber,
} from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { Counters } from './internal/throttle/counters.ts';
import { LocalCounters } from './internal/throttle/local-counters.ts';
import { ThrottleCounterRepository } from './internal/throttle/store/throttle-counter-repository.ts';
import { ThrottleCounterReader } from './internal/throttle/throttle-counter-reader.ts';
import { ThrottleCounterWriter } from './internal/throttle/throttle-counter-writer.ts';
import { DEFAULT_BUDGETS } from './internal/throttle/throttle-policy.ts';
import {
  normalizeName,
  normalizePhoneNumber,
  toCounterKey,
} from './internal/throttle/throttle-util.ts';
import {
  budgetOf,
  budgetOfSource,
  Throttle,
  type Budgeted,
  type LoginTry,
} from './internal/throttle/throttle.ts';
import type {
  LoginAllowance,
  ThrottleBudgets,
  ThrottledNameParams,
  ThrottledPhoneNumberParams,
} from './types.ts';

export interface ThrottleServiceDependencies {
  readonly database: Database;
  /** Where refusals are recorded. */
  readonly audit: AuditTrail;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
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
 * refusal is audited (`excess_rate_limit_exceeded`).
 */
export class ThrottleService {
  readonly #repository: ThrottleCounterRepository;
  readonly #throttle: Throttle;

  private constructor(dependencies: ThrottleServiceDependencies) {
    const { database, audit, clock = systemClock, enabled: isEnabled = true } = dependencies;
    this.#repository = new ThrottleCounterRepository({ database, audit });
    const counters = new Counters({
      clock,
      reader: new ThrottleCounterReader(this.#repository),
      writer: new ThrottleCounterWriter({ clock, repository: this.#repository }),
      local: new LocalCounters(clock),
    });
    const budgets = { ...DEFAULT_BUDGETS, ...dependencies.budgets };
    this.#throttle = new Throttle({ counters, audit, clock, budgets, isEnabled });
  }

  static create(dependencies: ThrottleServiceDependencies): ThrottleService {
    return new ThrottleService(dependencies);
  }

  /** Creates the collection and its indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /** Asks whether a password may be tried for this name; one read. Count the outcome afterwards. */
  async assertLoginAllowed(
    { name }: ThrottledNameParams,
    context: OperationContext,
  ): Promise<LoginAllowance> {
    return this.#throttle.assertTryAllowed(passwordTry(name, context), context);
  }

  async recordFailedLogin({ name }: ThrottledNameParams, context: OperationContext): Promise<void> {
    await this.#throttle.recordFailure(passwordTry(name, context), context);
  }

  /** Wipes out the failures of this name. Needless where `hasFailures` was false. */
  async recordSuccessfulLogin(
    { name }: ThrottledNameParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#throttle.forgetFailures(passwordTry(name, context).failureKey, context);
  }

  /** Asks whether a code may be tried for this number; one read. Count the outcome afterwards. */
  async assertOtpLoginAllowed(
    { phoneNumber }: ThrottledPhoneNumberParams,
    context: OperationContext,
  ): Promise<LoginAllowance> {
    return this.#throttle.assertTryAllowed(otpTry(phoneNumber, context), context);
  }

  async recordFailedOtpLogin(
    { phoneNumber }: ThrottledPhoneNumberParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#throttle.recordFailure(otpTry(phoneNumber, context), context);
  }

  /** Wipes out the failures of this number. Needless where `hasFailures` was false. */
  async recordSuccessfulOtpLogin(
    { phoneNumber }: ThrottledPhoneNumberParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#throttle.forgetFailures(otpTry(phoneNumber, context).failureKey, context);
  }

  /** Asks whether this source may try a refresh token; one read. Count a failure afterwards. */
  async assertRefreshAllowed(context: OperationContext): Promise<void> {
    await this.#throttle.assertWithin(budgetOfSource('refresh-source', context), context);
  }

  async recordFailedRefresh(context: OperationContext): Promise<void> {
    await this.#throttle.countFailures(budgetOfSource('refresh-source', context), context);
  }

  /** Asks whether a code may be sent; reads only. */
  async assertOtpRequestAllowed(
    { phoneNumber }: ThrottledPhoneNumberParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#throttle.assertWithin(otpRequest(phoneNumber, context), context);
  }

  /** Counts a code that is sent, in the transaction of the context. */
  async consumeOtpRequest(
    { phoneNumber }: ThrottledPhoneNumberParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#throttle.consume(otpRequest(phoneNumber, context), context);
  }

  /** Counts a sign-up of this source: 20 an hour. */
  async consumeSignUp(context: OperationContext): Promise<void> {
    await this.#throttle.consume(budgetOfSource('sign-up-source', context), context);
  }

  /** Counts a use of the phone form, a sign-up or not, of this source: 20 an hour. */
  async consumePhoneNumberForm(context: OperationContext): Promise<void> {
    await this.#throttle.consume(budgetOfSource('phone-form-source', context), context);
  }

  /** Counts a request for a reset mail: 3 an hour for a name, 20 for a source. */
  async consumePasswordResetRequest(
    { name }: ThrottledNameParams,
    context: OperationContext,
  ): Promise<void> {
    const ofName = budgetOf('reset-request-name', normalizeName(name));
    const ofSource = budgetOfSource('reset-request-source', context);
    await this.#throttle.consume([...ofSource, ofName], context);
  }

  /** Counts a try to use a reset token: 20 an hour for an account id, 20 for a source. */
  async consumePasswordReset(
    { accountId }: { readonly accountId: string },
    context: OperationContext,
  ): Promise<void> {
    const ofAccount = budgetOf('reset-account', accountId);
    const ofSource = budgetOfSource('reset-source', context);
    await this.#throttle.consume([...ofSource, ofAccount], context);
  }
}

function passwordTry(name: string, context: OperationContext): LoginTry {
  return {
    failureKey: toCounterKey('login-name', normalizeName(name)),
    budgeted: budgetOfSource('login-source', context),
  };
}

function otpTry(phoneNumber: PhoneNumber, context: OperationContext): LoginTry {
  const number = normalizePhoneNumber(phoneNumber);
  return {
    failureKey: toCounterKey('login-number', number),
    budgeted: [budgetOf('otp-failure-number', number), ...budgetOfSource('login-source', context)],
  };
}

function otpRequest(phoneNumber: PhoneNumber, context: OperationContext): readonly Budgeted[] {
  return [
    ...budgetOfSource('otp-request-source', context),
    budgetOf('otp-request-number', normalizePhoneNumber(phoneNumber)),
  ];
}
