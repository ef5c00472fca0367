import { accountModule } from '@org/account';
import { adminModule } from '@org/admin';
import { auditModule } from '@org/audit';
import { authenticationModule } from '@org/authentication';
import { authorizationModule } from '@org/authorization';
import type { ModuleManifest } from '@org/core';
import { eventsModule } from '@org/events';
import { idempotencyModule } from '@org/idempotency';
import { jobsModule } from '@org/jobs';
import { notificationModule } from '@org/notification';

/** Of the modules that every backend has. */
export const ownManifests: readonly ModuleManifest[] = [
  auditModule,
  eventsModule,
  jobsModule,
  notificationModule,
  authenticationModule,
  accountModule,
  authorizationModule,
  adminModule,
  idempotencyModule,
];
