import type { AuditService } from '@org/audit';
import type { OperationContext } from '@org/core';

/** A list that may be longer than what is answered at once. */
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
  'record' | 'findRecordsByResource' | 'findRecordsByActor' | 'findRecordsByTime'
>;

/** A job in the queue. */
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

/** A message that was given up. */
export interface DeadDeliverySummary {
  readonly id: string;
  readonly accountId: string;
  readonly channel: string;
  readonly topic: string;
  readonly attempts: number;
  readonly lastError: string;
  readonly createdAt: Date;
}

export interface Deliveries {
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

export interface Accounts {
  restoreAccount(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<unknown>;
  eraseAccount(params: { readonly accountId: string }, context: OperationContext): Promise<unknown>;
}

/** What the commands call: of each service of the program, what operators need. */
export interface CommandServices {
  readonly audit: AuditLog;
  readonly jobs: JobQueue;
  readonly deliveries: Deliveries;
  readonly signingKeys: SigningKeys;
  readonly accounts: Accounts;
}

/** The services, and the connection that they use. */
export interface Services extends CommandServices {
  close(): Promise<void>;
}
