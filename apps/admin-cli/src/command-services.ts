import type {
  AccountDeletionService,
  AccountIdParams,
  AccountSupportService,
  AccountTransferService,
} from '@org/account';
import type { AuditService } from '@org/audit';
import type { AuthenticationService } from '@org/authentication';
import type { RoleService } from '@org/authorization';
import type { OperationContext, PhoneNumber, Tracing, TransactionRunner } from '@org/core';
import type { StoredSecrets } from '@org/core/store';
import type { JobService } from '@org/jobs';
import type { NotificationService } from '@org/notification';
import type { Queue } from '@org/queue';
import type { WebhookService } from '@org/webhook';

export interface PageParams {
  readonly limit?: number;
  readonly cursor?: string;
}

/** A name or number, as audit records identify it. */
export interface NamedSubject {
  readonly subjectDigest: string;
  /** The active or disabled account that has it, if any. */
  readonly accountId: string | undefined;
}

export interface Accounts extends Pick<
  AccountDeletionService,
  'deleteAccount' | 'getDeletedAccount' | 'restoreAccount'
> {
  findSubject(
    params: { readonly username: string } | { readonly phoneNumber: PhoneNumber },
    context: OperationContext,
  ): Promise<NamedSubject>;
  /**
   * @param params the account, and the deletion in question: it may have been restored meanwhile
   */
  eraseAccount(
    params: { readonly accountId: string; readonly deletedAt: Date },
    context: OperationContext,
  ): Promise<unknown>;
  completeIdentities(context: OperationContext): Promise<void>;
  /** Everything stored about the account, as `GET /export` answers it, read to its end. */
  exportData(params: AccountIdParams, context: OperationContext): Promise<object>;
}

/** The parts of the program's services that the commands call. */
export interface CommandServices {
  readonly audit: Pick<
    AuditService,
    | 'record'
    | 'findRecordsByResource'
    | 'findRecordsByActor'
    | 'findRecordsBySubject'
    | 'findRecordsByTime'
  >;
  readonly jobs: Pick<JobService, 'listJobs' | 'listDeadJobs' | 'dispatchByHand' | 'replayDeadJob'>;
  readonly deliveries: Pick<
    NotificationService,
    'listFailingDeliveries' | 'listDeadDeliveries' | 'replayDeadDelivery'
  >;
  /** Rows that wait for listeners; this program has all of them, but calls none. */
  readonly events: Pick<
    Queue,
    'listDeadRows' | 'listWaitingRows' | 'listUnhandledRows' | 'replayDeadRow'
  >;
  readonly webhooks: Pick<
    WebhookService,
    | 'createEndpoint'
    | 'listEndpoints'
    | 'updateEndpoint'
    | 'enableEndpoint'
    | 'disableEndpoint'
    | 'deleteEndpoint'
    | 'rotateSecret'
    | 'sendTestEvent'
    | 'listDeliveries'
    | 'replayDelivery'
  >;
  readonly roles: Pick<
    RoleService,
    | 'permissions'
    | 'listRoles'
    | 'createRole'
    | 'findRolesByAccountId'
    | 'updateRole'
    | 'removeRole'
    | 'grantRole'
    | 'revokeRole'
    | 'listGrants'
  >;
  readonly signingKeys: Pick<AuthenticationService, 'rotateSigningKeys'>;
  readonly sessions: Pick<AuthenticationService, 'endAllSessions'>;
  readonly accounts: Accounts;
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
  >;
  readonly transfer: Pick<AccountTransferService, 'exportAccounts' | 'importAccounts'>;
  readonly transactions: TransactionRunner;
  /** Everything stored encrypted, in any collection. */
  readonly storedSecrets: readonly Pick<StoredSecrets, 'examine'>[];
}

/** The services, and the connection that they use. */
export interface Services extends CommandServices {
  readonly tracing: Tracing;
  close(): Promise<void>;
}
