import type {
  AccountFieldDefinitions,
  AccountLookup,
  NoFields,
  PersonalDataProvider,
} from '@org/account';
import type { AuditService } from '@org/audit';
import type { ThrottleService } from '@org/authentication';
import type { Clock, ModuleManifest, SecretKey } from '@org/core';
import type { AccountGuard, RequestGuard } from '@org/core/rest-api';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';
import type { Events } from '@org/events';
import type { JobService } from '@org/jobs';
import type { NotificationService } from '@org/notification';
import type { FastifyInstance } from 'fastify';

/** What a domain of one's own is built on. */
export interface BackendDependencies<Fields extends AccountFieldDefinitions = NoFields> {
  readonly audit: AuditService;
  readonly events: Events;
  readonly jobs: JobService;
  readonly notification: NotificationService;
  readonly throttle: ThrottleService;
  readonly accounts: AccountLookup<Fields>;
  /** Its `withTransaction` stores a change, its events, jobs and messages, or none of them. */
  readonly database: Database;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
}

/**
 * Guards routes for owners, and by `account` those for any account; what `permission` makes goes after
 * `account`, and `recent` last.
 */
export interface BackendGuard extends AccountGuard {
  readonly account: RequestGuard;
  readonly permission: (name: string) => RequestGuard;
  readonly recent: RequestGuard;
}

export type ComposeDomains<Fields extends AccountFieldDefinitions = NoFields> = (
  dependencies: BackendDependencies<Fields>,
) => readonly Domain[];

/** A domain of one's own, built and ready to be mounted. */
export interface Domain {
  readonly manifest: ModuleManifest;
  initialize(): Promise<readonly CollectionReport[]>;
  /**
   * Adds to an account's export, and erases data along with it. Required if a collection of the
   * manifest says so.
   */
  readonly personalDataProvider?: PersonalDataProvider;
  /** What it stores encrypted. Default: nothing. */
  readonly storedSecrets?: readonly StoredSecrets[];
  /** Starts what it does in a worker besides jobs and listeners. Default: nothing. */
  startWork?(): void;
  stopWork?(): Promise<void>;
  /** Registers its routes under `/api`. Default: it has none. */
  mount?(api: FastifyInstance, guard: BackendGuard): Promise<void>;
}
