import type { AuditService } from '@org/audit';
import type { JobService } from '@org/jobs';
import type { NotificationService } from '@org/notification';
import type { Queue } from '@org/queue';
import type { WebhookService } from '@org/webhook';

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
   * then stored right after it. Default: false.
   */
  readonly isStepwise?: boolean;
}

/** What the routes call, of the other modules. */
export interface AdminModules {
  readonly audit: Pick<
    AuditService,
    'findRecordsByActor' | 'findRecordsByResource' | 'findRecordsByTime'
  >;
  readonly notification: Pick<
    NotificationService,
    'listDeadDeliveries' | 'listFailingDeliveries' | 'replayDeadDelivery'
  >;
  readonly jobs: Pick<JobService, 'dispatchByHand' | 'listDeadJobs' | 'listJobs' | 'replayDeadJob'>;
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
