import type { AuditTrail, Clock, OperationContext } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import type { LoginAllowance, ThrottledNameParams, ThrottledPhoneNumberParams } from './types.ts';

export interface ThrottleServiceDependencies {
  readonly database: Database;
  /** Where refusals are recorded. */
  readonly audit: AuditTrail;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Whether anything is limited at all. Default: true. */
  readonly enabled?: boolean;
}

/**
 * How often something may be tried, by name, phone number and source (`sourceAddress` of the
 * context). Counted in MongoDB for all instances; in this process while the database is away.
 *
 * Every method that asks throws TooManyRequestsError with a truthful `retryAfterSeconds`, and the
 * refusal is audited (`excess_rate_limit_exceeded`).
 */
export class ThrottleService {
  private constructor(_dependencies: ThrottleServiceDependencies) {
    throw new Error('not implemented');
  }

  static create(dependencies: ThrottleServiceDependencies): ThrottleService {
    return new ThrottleService(dependencies);
  }

  /** Creates the collection and its indexes; call it before the first use. */
  initialize(): Promise<readonly CollectionReport[]> {
    throw new Error('not implemented');
  }

  /** Asks whether a password may be tried for this name; one read. Count the outcome afterwards. */
  assertLoginAllowed(
    _params: ThrottledNameParams,
    _context: OperationContext,
  ): Promise<LoginAllowance> {
    throw new Error('not implemented');
  }

  recordFailedLogin(_params: ThrottledNameParams, _context: OperationContext): Promise<void> {
    throw new Error('not implemented');
  }

  /** Wipes out the failures of this name. Needless where `hasFailures` was false. */
  recordSuccessfulLogin(_params: ThrottledNameParams, _context: OperationContext): Promise<void> {
    throw new Error('not implemented');
  }

  /** Asks whether a code may be tried for this number; one read. Count the outcome afterwards. */
  assertOtpLoginAllowed(
    _params: ThrottledPhoneNumberParams,
    _context: OperationContext,
  ): Promise<LoginAllowance> {
    throw new Error('not implemented');
  }

  recordFailedOtpLogin(
    _params: ThrottledPhoneNumberParams,
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }

  /** Wipes out the failures of this number. Needless where `hasFailures` was false. */
  recordSuccessfulOtpLogin(
    _params: ThrottledPhoneNumberParams,
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }

  /** Asks whether a code may be sent; reads only. */
  assertOtpRequestAllowed(
    _params: ThrottledPhoneNumberParams,
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }

  /** Counts a code that is sent, in the transaction of the context. */
  consumeOtpRequest(
    _params: ThrottledPhoneNumberParams,
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }

  /** Counts a sign-up of this source: 20 an hour. */
  consumeSignUp(_context: OperationContext): Promise<void> {
    throw new Error('not implemented');
  }

  /** Counts a sign-up or code request by the phone form of this source: 20 an hour. */
  consumePhoneNumberForm(_context: OperationContext): Promise<void> {
    throw new Error('not implemented');
  }

  /** Counts a request for a reset mail: 3 an hour for a name, 20 for a source. */
  consumePasswordResetRequest(
    _params: ThrottledNameParams,
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }

  /** Counts a try to use a reset token: 20 an hour for an account id, 20 for a source. */
  consumePasswordReset(
    _params: { readonly accountId: string },
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }
}
