import type { AuditService } from '@org/audit';
import type { OperationContext, PhoneNumber, TransactionRunner } from '@org/core';
import type { StoredSecrets } from '@org/core/store';

/** A list that may be too long to return at once. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
}

export interface PageParams {
  readonly limit?: number;
  readonly cursor?: string;
}

export type AuditLog = Pick<
  AuditService,
  | 'record'
  | 'findRecordsByResource'
  | 'findRecordsByActor'
  | 'findRecordsBySubject'
  | 'findRecordsByTime'
>;

export interface JobSummary {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly attempts: number;
  readonly runsAt: Date | null;
  readonly lastError: string | null;
}

export interface JobQueue {
  listJobs(params: PageParams, context: OperationContext): Promise<Page<JobSummary>>;
  listDeadJobs(params: PageParams, context: OperationContext): Promise<Page<JobSummary>>;
  dispatch(
    params: { readonly name: string; readonly payload: object },
    context: OperationContext,
  ): Promise<{ readonly jobId: string }>;
  replayDeadJob(params: { readonly jobId: string }, context: OperationContext): Promise<unknown>;
}

/** A message that was given up on. */
export interface DeadDeliverySummary {
  readonly id: string;
  readonly accountId: string;
  readonly channel: string;
  readonly topic: string;
  readonly attempts: number;
  readonly lastError: string;
  readonly createdAt: Date;
}

/** A message that failed and will be retried. */
export interface FailingDeliverySummary extends DeadDeliverySummary {
  readonly nextAttemptAt: Date;
}

export interface Deliveries {
  listFailingDeliveries(
    params: PageParams,
    context: OperationContext,
  ): Promise<Page<FailingDeliverySummary>>;
  listDeadDeliveries(
    params: PageParams,
    context: OperationContext,
  ): Promise<Page<DeadDeliverySummary>>;
  replayDeadDelivery(
    params: { readonly deliveryId: string },
    context: OperationContext,
  ): Promise<unknown>;
}

export interface SigningKeys {
  rotateSigningKeys(context: OperationContext): Promise<unknown>;
}

/** A name or number, as audit records identify it. */
export interface NamedSubject {
  readonly subjectDigest: string;
  /** The active account that has it, if any. */
  readonly accountId: string | undefined;
}

/** A deleted account that has not been erased yet. */
export interface DeletedAccountSummary {
  readonly deletedAt: Date;
  readonly restorableUntil: Date;
  /** By the database's time: this machine's clock may be wrong. */
  readonly isRestorable: boolean;
}

export interface Accounts {
  findSubject(
    params: { readonly username: string } | { readonly phoneNumber: PhoneNumber },
    context: OperationContext,
  ): Promise<NamedSubject>;
  getDeletedAccount(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<DeletedAccountSummary>;
  restoreAccount(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<unknown>;
  /**
   * @param params the account, and the deletion in question: it may have been restored meanwhile
   */
  eraseAccount(
    params: { readonly accountId: string; readonly deletedAt: Date },
    context: OperationContext,
  ): Promise<unknown>;
}

/** The parts of the program's services that the commands call. */
export interface CommandServices {
  readonly audit: AuditLog;
  readonly jobs: JobQueue;
  readonly deliveries: Deliveries;
  readonly signingKeys: SigningKeys;
  readonly accounts: Accounts;
  readonly transactions: TransactionRunner;
  /** Everything stored encrypted, in any collection. */
  readonly storedSecrets: readonly Pick<StoredSecrets, 'examine'>[];
}

/** The services, and the connection that they use. */
export interface Services extends CommandServices {
  close(): Promise<void>;
}
