import type { AccountFieldDefinitions, AccountService } from '@org/account';
import { accountRestApi, toExportBody } from '@org/account/rest-api';
import type { AdminService, HealthService } from '@org/admin';
import { adminRestApi } from '@org/admin/rest-api';
import type { AuditService } from '@org/audit';
import type { AuthenticationService, LoginService } from '@org/authentication';
import {
  authenticationRestApi,
  jsonWebKeySetRestApi,
  verifiedSessionOf,
} from '@org/authentication/rest-api';
import { LastAdminError, type RoleService } from '@org/authorization';
import { restApiScope } from '@org/core/rest-api';
import type { Events } from '@org/events';
import type { JobService } from '@org/jobs';
import type { IdempotencyService } from '@org/idempotency';
import { idempotentRoutes } from '@org/idempotency/rest-api';
import type { DevelopmentOutboxService, NotificationService } from '@org/notification';
import { developmentOutbox, notificationRestApi } from '@org/notification/rest-api';
import type { WebhookService } from '@org/webhook';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';

import type { RestApiSettings } from './backend-options.ts';
import type { BackendGuard, Domain } from './domain.ts';

export interface PluginOptions<Fields extends AccountFieldDefinitions> {
  readonly accounts: AccountService<Fields>;
  readonly admin: AdminService;
  readonly audit: AuditService;
  readonly authentication: AuthenticationService;
  readonly events: Events;
  readonly guard: BackendGuard;
  readonly health: HealthService;
  readonly jobs: JobService;
  readonly idempotency: IdempotencyService;
  readonly login: LoginService;
  readonly notification: NotificationService;
  readonly outbox: DevelopmentOutboxService | undefined;
  readonly roles: RoleService;
  readonly webhooks: WebhookService;
  readonly domains: readonly Domain[];
  readonly http: RestApiSettings;
}

/**
 * Every route at the address that the contract gives it: `/api/…`, `/.well-known/jwks.json`, and
 * `/dev/outbox` if messages stay there. In an app without `restApiPlugin`, its rules are those of the
 * routes here, and nobody else's.
 */
export function createPlugin<Fields extends AccountFieldDefinitions>(
  options: PluginOptions<Fields>,
): FastifyPluginAsync {
  const { authentication, outbox, http } = options;
  const { outboxHosts: hosts = [] } = http;
  return async (app) => {
    const keepContract = (scope: FastifyInstance): void => {
      if (!app.hasPlugin('@org/core/rest-api')) {
        restApiScope(scope, http);
      }
    };
    await app.register(async (scope) => {
      keepContract(scope);
      await scope.register(jsonWebKeySetRestApi, { authentication });
      if (outbox !== undefined) {
        await scope.register(developmentOutbox, { outbox, hosts });
      }
    });
    const mount = async (api: FastifyInstance): Promise<void> => {
      keepContract(api);
      idempotentRoutes(api, options);
      await mountModules(api, options);
    };
    await app.register(mount, { prefix: '/api' });
  };
}

async function mountModules<Fields extends AccountFieldDefinitions>(
  api: FastifyInstance,
  options: PluginOptions<Fields>,
): Promise<void> {
  const { accounts, authentication, guard, http, login, notification } = options;
  if (http.hasAdminApi === true) {
    countRequests(api, options.health);
    await mountAdministration(api, options);
  }
  await api.register(authenticationRestApi, { authentication, login, guard });
  await api.register(accountRestApi, {
    accounts,
    guard,
    sessionIdOf: (request) => verifiedSessionOf(request)?.sessionId,
    endErrors: [LastAdminError],
  });
  await api.register(notificationRestApi, { notification, guard });
  for (const domain of options.domains) {
    await domain.mount?.(api, guard);
  }
}

async function mountAdministration<Fields extends AccountFieldDefinitions>(
  api: FastifyInstance,
  options: PluginOptions<Fields>,
): Promise<void> {
  const { accounts, events } = options;
  const { deletion, fields, support } = accounts;
  await api.register(adminRestApi, {
    ...options,
    accounts: {
      deletion,
      fields,
      support,
      exportAccount: async (params, context) => {
        const exported = await accounts.exportAccount(params, context);
        return { body: toExportBody(exported, fields), end: exported.end };
      },
    },
    events: events.queue,
  });
}

function countRequests(api: FastifyInstance, health: HealthService): void {
  api.addHook('onResponse', (_request, { elapsedTime, statusCode }, done) => {
    health.countRequest({ milliseconds: elapsedTime, status: statusCode });
    done();
  });
}
