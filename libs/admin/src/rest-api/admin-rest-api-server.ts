import { applyHttpContract, registerRoutes, type AccountGuard } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import type { AdminService } from '../admin-service.ts';
import { AdminBadRequestError } from '../errors.ts';
import type { AdminModules } from '../types.ts';
import type { HealthService } from '../health-service.ts';
import { accountLookupRoutes } from './account-lookup-router.ts';
import { AccountLookupView } from './account-lookup-view.ts';
import { accountRoutes } from './account-router.ts';
import { AccountView } from './account-view.ts';
import { auditRoutes } from './audit-router.ts';
import { AuditView } from './audit-view.ts';
import { contactRequestRoutes } from './contact-request-router.ts';
import { ContactRequestView } from './contact-request-view.ts';
import { healthRoutes } from './health-router.ts';
import { HealthView } from './health-view.ts';
import { roleRoutes } from './role-router.ts';
import { RoleView } from './role-view.ts';
import { webhookRoutes } from './webhook-router.ts';
import { WebhookView } from './webhook-view.ts';
import { workRoutes } from './work-router.ts';
import { WorkView } from './work-view.ts';

export interface AdminRestApiOptions extends AdminModules {
  readonly admin: AdminService;
  readonly health: HealthService;
  /** Decides who has which permission, and who has authenticated recently. */
  readonly guard: AccountGuard;
}

/** Fastify plugin with the routes below `/admin`. */
export async function adminRestApi(
  app: FastifyInstance,
  { admin, guard, health, ...modules }: AdminRestApiOptions,
): Promise<void> {
  applyHttpContract(app, AdminBadRequestError);
  registerRoutes(app, accountLookupRoutes, {
    handlers: new AccountLookupView(admin, modules),
    guard,
  });
  registerRoutes(app, accountRoutes, { handlers: new AccountView(admin, modules), guard });
  registerRoutes(app, contactRequestRoutes, {
    handlers: new ContactRequestView(admin, modules.accounts.support),
    guard,
  });
  registerRoutes(app, workRoutes, { handlers: new WorkView(admin, modules), guard });
  registerRoutes(app, webhookRoutes, { handlers: new WebhookView(admin, modules.webhooks), guard });
  registerRoutes(app, roleRoutes, { handlers: new RoleView(admin, modules.roles), guard });
  registerRoutes(app, auditRoutes, { handlers: new AuditView(admin, modules.audit), guard });
  registerRoutes(app, healthRoutes, { handlers: new HealthView(health), guard });
}
