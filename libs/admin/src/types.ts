import type { AccountDeletionService, AccountService, AccountSupportService } from '@org/account';
import type { AuditService } from '@org/audit';
import type { AuthenticationService } from '@org/authentication';
import type { RoleService } from '@org/authorization';
import type { OperationContext } from '@org/core';
import type { JobService } from '@org/jobs';
import type { NotificationService } from '@org/notification';
import type { Queue } from '@org/queue';
import type { WebhookService, WebhookStatistics } from '@org/webhook';

/** What an operator does or reads, for its audit record. */
export interface AdminOperation {
  /** Such as `webhooks.disable`. */
  readonly name: string;
  /** Name of the resource's collection. */
  readonly resourceType: string;
  /** As the operator gave it. Default: it is about no single resource. */
  readonly resourceId?: string;
  /** What else the record says: no secrets, and no names or addresses of people. Default: nothing. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface AdminChange extends AdminOperation {
  /** Why: 1 to 500 characters, of which one is visible. */
  readonly reason: string;
  /**
   * Whether it is too large for one transaction, or reaches outside of the database: its record is
   * then stored right after it, and confirms the request's idempotency key. After a failure before
   * that, the same key does it again, so each step must be repeatable. Default: false.
   */
  readonly isStepwise?: boolean;
}

/** Who asks, and what they may do. */
export interface Operator {
  readonly accountId: string;
  /** Names, sorted. */
  readonly roles: readonly string[];
  /** Sorted. */
  readonly permissions: readonly string[];
}

export interface EraseAccountParams {
  readonly accountId: string;
  /** Whether it is erased although it can still be restored. */
  readonly isForced: boolean;
  readonly reason: string;
}

export interface QueuedErasure {
  readonly jobId: string;
}

/** Everything stored about an account, as its owner gets it. */
export interface ExportedAccount {
  /** JSON, with lists in pages. */
  readonly body: object;
  /** Call it once the body has been read or abandoned. */
  readonly end: () => Promise<void>;
}

/** What the routes call, of the other modules. */
export interface AdminModules {
  readonly accounts: {
    readonly deletion: Pick<AccountDeletionService, 'deleteAccount' | 'restoreAccount'>;
    readonly support: Pick<
      AccountSupportService,
      | 'approveContactChange'
      | 'disableAccount'
      | 'enableAccount'
      | 'endSessions'
      | 'getAccountWhole'
      | 'listContactRequests'
      | 'rejectContactChange'
      | 'requestContactChange'
      | 'resendCode'
      | 'searchAccounts'
      | 'sendPasswordReset'
      | 'unlock'
      | 'withdrawContactChange'
    >;
    /** Fields of one's own. */
    readonly fields: Pick<AccountService['fields'], 'toBody'>;
    exportAccount(
      params: { readonly accountId: string },
      context: OperationContext,
    ): Promise<ExportedAccount>;
  };
  readonly authentication: Pick<AuthenticationService, 'endAllSessions'>;
  readonly audit: Pick<
    AuditService,
    'findRecordsByActor' | 'findRecordsByResource' | 'findRecordsByTime'
  >;
  readonly notification: Pick<
    NotificationService,
    'listDeadDeliveries' | 'listFailingDeliveries' | 'replayDeadDelivery'
  >;
  readonly jobs: Pick<JobService, 'dispatchByHand' | 'listDeadJobs' | 'listJobs' | 'replayDeadJob'>;
  readonly roles: Pick<
    RoleService,
    | 'createRole'
    | 'findRolesByAccountId'
    | 'grantRole'
    | 'listGrants'
    | 'listRoles'
    | 'permissions'
    | 'removeRole'
    | 'revokeRole'
    | 'updateRole'
  >;
  /** Rows that wait for listeners. */
  readonly events: Pick<Queue, 'listDeadRows' | 'listWaitingRows' | 'replayDeadRow'>;
  readonly webhooks: Pick<
    WebhookService,
    | 'createEndpoint'
    | 'deleteEndpoint'
    | 'disableEndpoint'
    | 'enableEndpoint'
    | 'listDeliveries'
    | 'listEndpoints'
    | 'replayDelivery'
    | 'rotateSecret'
    | 'sendTestEvent'
    | 'updateEndpoint'
  >;
}

export interface RequestOutcome {
  readonly milliseconds: number;
  /** Of the answer. */
  readonly status: number;
}

/** How the program does. */
export interface Health {
  /** Whose minutes they are. */
  readonly process: { readonly host: string; readonly pid: number; readonly startedAt: Date };
  readonly state: HealthState;
  /** Of the last hour, the oldest first; the last one is not over. */
  readonly minutes: readonly HealthMinute[];
}

/** The program's queues, whichever process works on them. */
export interface HealthState {
  readonly jobs: { readonly waiting: number; readonly running: number; readonly dead: number };
  /** When a worker last ran a job that is due every minute; `null` before the first. */
  readonly workerSeenAt: Date | null;
  readonly events: { readonly waiting: number; readonly failing: number; readonly dead: number };
  readonly messages: { readonly queued: number; readonly dead: number };
  readonly webhooks: WebhookStatistics;
}

/** What one process did in a minute. */
export interface HealthMinute {
  readonly from: Date;
  readonly to: Date;
  readonly requests: number;
  /** Requests that were answered with a 5xx. */
  readonly serverErrors: number;
  /** To 10 %; `null` without requests. */
  readonly latencyMilliseconds: {
    readonly p50: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
  };
  readonly logins: number;
  readonly failedLogins: number;
  /** Jobs, events, messages and webhooks that wait at its end; `null` if that could not be read. */
  readonly queued: number | null;
  /** Jobs, events and messages that are given up at its end. */
  readonly dead: number | null;
}
