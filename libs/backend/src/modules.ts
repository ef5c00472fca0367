import {
  AccountService,
  type Account,
  type AccountFieldDefinitions,
  type AccountServiceDependencies,
  type NoFields,
} from '@org/account';
import { AdminService, HealthService } from '@org/admin';
import { AuthenticationService, LoginService } from '@org/authentication';
import { createAccountGuard } from '@org/authentication/rest-api';
import { RoleService } from '@org/authorization';
import { createPermissionGuard } from '@org/authorization/rest-api';
import { assertCollectionsDeclared, type ModuleManifest } from '@org/core';
import type { CollectionReport, StoredSecrets } from '@org/core/store';
import { IdempotencyService } from '@org/idempotency';
import type { WebhookService } from '@org/webhook';

import type { CompleteOptions } from './backend-options.ts';
import type { BackendGuard, Domain } from './domain.ts';
import { composeFoundation, type Foundation } from './foundation.ts';
import {
  assertDomains,
  assertNamesUnique,
  assertProvidesPersonalData,
  checkReports,
  assertWorkDeclared,
  permissionsOf,
} from './manifest-checks.ts';
import { ownManifests } from './own-manifests.ts';
import { composeWebhooks } from './webhooks.ts';

/** Every module, built once. */
export interface Modules<Fields extends AccountFieldDefinitions = NoFields> extends Foundation {
  readonly authentication: AuthenticationService;
  readonly accounts: AccountService<Fields>;
  readonly login: LoginService;
  readonly roles: RoleService;
  readonly webhooks: WebhookService;
  /** Does and records what operators ask for. */
  readonly admin: AdminService;
  /** How the program does, and what this process did in the last hour. */
  readonly health: HealthService;
  readonly idempotency: IdempotencyService;
  readonly domains: readonly Domain[];
  readonly manifests: readonly ModuleManifest[];
  /** Everything stored encrypted, in any collection. */
  readonly storedSecrets: readonly StoredSecrets[];
  /** For routes of one's own that `defineRoute` made. */
  readonly guard: BackendGuard;
  /**
   * Creates collections, indexes and keys.
   *
   * @throws InvalidModuleError if a collection is not declared as it is
   */
  initialize(): Promise<readonly CollectionReport[]>;
  /** Starts running jobs, delivering messages and calling listeners. */
  startWork(): Promise<void>;
  /** Gives back unfinished work; harmless if nothing was started. */
  stopWork(): Promise<void>;
}

/** Builds every module, leaves first. */
export function composeModules<Fields extends AccountFieldDefinitions>(
  options: CompleteOptions<Fields>,
): Modules<Fields> {
  const foundation = composeFoundation(options);
  const { audit, events, jobs, notification, throttle, outbox } = foundation;
  // Roles come after accounts, which they look up.
  const { authentication, accounts } = composeAccounts(options, foundation, {
    endPolicy: (...ending) => roles.assertAdminRemains(...ending),
    contactRequestPolicy: ({ accountId }, transaction) =>
      roles.isAllowed({ accountId, permission: 'accounts.change-contact' }, transaction),
  });
  const { webhooks, domains } = composeDomains(options, foundation, accounts);
  const idempotency = IdempotencyService.create({ ...options, audit });
  const deleteDataByAccountId = idempotency.deleteAnswersByAccountId.bind(idempotency);
  accounts.registerPersonalDataProvider({ name: 'idempotency', deleteDataByAccountId });
  jobs.registerBuiltInJobs({ audit });
  authentication.registerJobs(jobs);
  accounts.registerJobs(jobs);
  const manifests = [...ownManifests, ...domains.map(({ manifest }) => manifest)];
  assertNamesUnique(manifests);
  assertWorkDeclared(manifests, foundation);
  const roles: RoleService = composeRoles(options, { audit, accounts, manifests });
  const services = [audit, events, jobs, notification, authentication, accounts, throttle, roles];
  const stores = [...services, idempotency, ...domains, ...(outbox === undefined ? [] : [outbox])];
  return {
    ...foundation,
    authentication,
    accounts,
    login: LoginService.create({ authentication, accounts, audit, throttle }),
    roles,
    webhooks,
    ...composeAdministration(options, { ...foundation, accounts, roles, webhooks }),
    idempotency,
    domains,
    manifests,
    storedSecrets: [authentication, notification, idempotency, ...domains].flatMap(
      ({ storedSecrets = [] }) => storedSecrets,
    ),
    guard: Object.assign(createAccountGuard({ authentication, audit }), {
      permission: createPermissionGuard({ roles, audit }),
    }),
    initialize: async () => {
      // A domain that throws at once must not leave the others' failures to nobody.
      const initializing = stores.map(async (store) => checkReports(await store.initialize()));
      const reports = (await Promise.all(initializing)).flat();
      assertCollectionsDeclared(manifests, reports);
      return reports;
    },
    ...workOf(foundation, domains),
  };
}

/** What operators do, and what they see of the program. */
function composeAdministration<Fields extends AccountFieldDefinitions>(
  { clock, database: transactions }: CompleteOptions<Fields>,
  modules: Foundation & Pick<Modules<Fields>, 'accounts' | 'roles' | 'webhooks'>,
): Pick<Modules, 'admin' | 'health'> {
  const { deletion: accountDeletion } = modules.accounts;
  return {
    admin: AdminService.create({ ...modules, accountDeletion, transactions }),
    health: HealthService.create({ ...modules, clock, events: modules.events.queue }),
  };
}

function composeAccounts<Fields extends AccountFieldDefinitions>(
  options: CompleteOptions<Fields>,
  foundation: Foundation,
  policies: Pick<AccountServiceDependencies, 'contactRequestPolicy' | 'endPolicy'>,
): Pick<Modules<Fields>, 'accounts' | 'authentication'> {
  const { fields, database, clock, secretKey, logger, webAppUrl, claims, settings = {} } = options;
  const shared = { ...foundation, database, clock };
  const links = webAppUrl === undefined ? {} : { webAppUrl };
  const authentication = AuthenticationService.create<Account<Fields>>({
    ...shared,
    secretKey,
    ...(claims === undefined ? {} : { claims }),
    accountCollection: AccountService.accountCollectionWith(fields),
    settings: { ...settings.authentication, ...links },
  });
  const accounts = AccountService.create<Fields>({
    ...shared,
    ...options.accountPolicies,
    ...policies,
    authentication,
    fields,
    settings: { ...settings.account, ...links },
    onDebug: (message) => logger.debug({}, message),
    onWarning: (message) => logger.warn({}, message),
  });
  return { authentication, accounts };
}

/** The webhooks hear what all others publish. */
function composeDomains<Fields extends AccountFieldDefinitions>(
  options: CompleteOptions<Fields>,
  foundation: Foundation,
  accounts: AccountService<Fields>,
): Pick<Modules<Fields>, 'domains' | 'webhooks'> {
  const { database, clock, secretKey, logger, settings = {} } = options;
  const shared = { ...foundation, database, clock, secretKey };
  const own = options.domains === undefined ? [] : options.domains({ ...shared, accounts });
  assertDomains(own);
  const webhooks = composeWebhooks({
    ...shared,
    logger,
    settings: settings.webhook ?? {},
    publishers: [...ownManifests, ...own.map(({ manifest }) => manifest)],
  });
  const domains = [webhooks, ...own];
  domains.forEach(assertProvidesPersonalData);
  for (const { personalDataProvider } of [foundation.events, ...domains]) {
    if (personalDataProvider !== undefined) {
      accounts.registerPersonalDataProvider(personalDataProvider);
    }
  }
  return { domains, webhooks: webhooks.service };
}

/** What roles may allow is what all modules declare. */
function composeRoles<Fields extends AccountFieldDefinitions>(
  { database, clock }: CompleteOptions<Fields>,
  { manifests, ...dependencies }: Pick<Modules<Fields>, 'audit' | 'accounts' | 'manifests'>,
): RoleService {
  const permissions = permissionsOf(manifests);
  const roles = RoleService.create({ ...dependencies, database, clock, permissions });
  dependencies.accounts.registerPersonalDataProvider(roles.personalDataProvider);
  return roles;
}

function workOf(
  { events, jobs, notification }: Foundation,
  domains: readonly Domain[],
): Pick<Modules, 'startWork' | 'stopWork'> {
  return {
    startWork: async () => {
      notification.startDelivery();
      events.start();
      domains.forEach((domain) => domain.startWork?.());
      await jobs.start();
    },
    stopWork: async () => {
      const domainsStopped = domains.map((domain) => domain.stopWork?.());
      await Promise.all([
        events.stop(),
        jobs.stop(),
        notification.stopDelivery(),
        ...domainsStopped,
      ]);
    },
  };
}
