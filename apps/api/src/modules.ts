import { AccountService, accountModule } from '@org/account';
import { auditModule } from '@org/audit';
import { authenticationModule, AuthenticationService } from '@org/authentication';
import { assertCollectionsDeclared, InvalidModuleError, type ModuleManifest } from '@org/core';
import type { CollectionReport, StoredSecrets } from '@org/core/store';
import { eventsModule } from '@org/events';
import { jobsModule } from '@org/jobs';
import { notificationModule } from '@org/notification';
import type { WebhookService } from '@org/webhook';

import { accountFields } from './account-fields.ts';
import type { Config } from './config.ts';
import type { Domain } from './domains/domain.ts';
import { composeDomains } from './domains/domains.ts';
import { composeFoundation, type Foundation, type ModulesOptions } from './foundation.ts';
import type { Logger } from './logging.ts';
import { accessTokenPolicies, accountPolicies } from './policies.ts';
import { accountSettings, authenticationSettings } from './service-settings.ts';
import { composeWebhooks } from './webhooks.ts';

/** Every module of the program, built once. */
export interface Modules extends Omit<Foundation, 'secretKey'> {
  readonly authentication: AuthenticationService;
  readonly accounts: AccountService<typeof accountFields>;
  readonly webhooks: WebhookService;
  readonly domains: readonly Domain[];
  readonly manifests: readonly ModuleManifest[];
  /** Everything stored encrypted, in any collection. */
  readonly storedSecrets: readonly StoredSecrets[];
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

/**
 * Builds every module, leaves first: the same ones for the API, its workers and org-admin.
 *
 * @throws InvalidModuleError if a domain owns personal data and does not provide it, or a job, a
 *   topic or a listener is not declared
 */
export function composeModules(options: ModulesOptions): Modules {
  const { config, database, clock = database.clock, logger } = options;
  const { secretKey, ...foundation } = composeFoundation({ ...options, clock });
  const { audit, events, jobs, notification, throttle, outbox } = foundation;
  const shared = { database, audit, clock, events, notification, throttle };
  const authentication = AuthenticationService.create({
    ...shared,
    secretKey,
    ...accessTokenPolicies,
    accountCollection: AccountService.accountCollectionWith(accountFields),
    settings: authenticationSettings(config),
  });
  const accounts = AccountService.create({
    ...shared,
    jobs,
    authentication,
    ...accountOptions(config, logger),
  });
  const ownDomains = composeDomains({ ...shared, accounts, config, jobs, secretKey });
  const publishers = [...OWN_MANIFESTS, ...ownDomains.map(({ manifest }) => manifest)];
  const webhooks = composeWebhooks({ ...shared, config, logger, secretKey, publishers });
  const domains = [webhooks, ...ownDomains];
  registerPersonalData(accounts, events, domains);
  jobs.registerBuiltInJobs({ audit });
  authentication.registerJobs(jobs);
  accounts.registerJobs(jobs);
  const services = [audit, events, jobs, notification, authentication, accounts, throttle];
  const stores = [...services, ...domains, ...(outbox === undefined ? [] : [outbox])];
  const manifests = [...publishers, webhooks.manifest];
  assertWorkDeclared(manifests, foundation);
  return {
    ...foundation,
    authentication,
    accounts,
    webhooks: webhooks.service,
    domains,
    manifests,
    storedSecrets: [authentication, notification, ...domains].flatMap(
      ({ storedSecrets = [] }) => storedSecrets,
    ),
    initialize: async () => {
      const reports = (await Promise.all(stores.map((store) => store.initialize()))).flat();
      assertCollectionsDeclared(manifests, reports);
      return reports;
    },
    ...workOf(foundation, domains),
  };
}

const OWN_MANIFESTS = [
  auditModule,
  eventsModule,
  jobsModule,
  notificationModule,
  authenticationModule,
  accountModule,
];

function accountOptions(config: Config, logger: Logger | undefined) {
  return {
    ...accountPolicies,
    fields: accountFields,
    settings: accountSettings(config),
    onDebug: (message: string) => logger?.debug(message),
    onWarning: (message: string) => logger?.warn(message),
  };
}

function workOf(
  { events, jobs, notification }: Pick<Foundation, 'events' | 'jobs' | 'notification'>,
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

function registerPersonalData(
  accounts: AccountService<typeof accountFields>,
  events: Foundation['events'],
  domains: readonly Domain[],
): void {
  domains.forEach(assertProvidesPersonalData);
  for (const { personalDataProvider } of [events, ...domains]) {
    if (personalDataProvider !== undefined) {
      accounts.registerPersonalDataProvider(personalDataProvider);
    }
  }
}

function assertProvidesPersonalData({ manifest, personalDataProvider }: Domain): void {
  const personal = Object.entries(manifest.collections).find(
    ([, { personalData }]) => personalData?.exported || personalData?.end === 'erased',
  );
  if (personal !== undefined && personalDataProvider === undefined) {
    throw new InvalidModuleError(
      `The module ${manifest.name} keeps personal data in ${personal[0]}, but has no personalDataProvider to export and erase them.`,
    );
  }
}

function assertWorkDeclared(
  manifests: readonly ModuleManifest[],
  { jobs, events, notification }: Pick<Foundation, 'jobs' | 'events' | 'notification'>,
): void {
  const declared = new Set(manifests.flatMap((manifest) => manifest.jobs));
  for (const name of jobs.jobNames) {
    if (!declared.has(name)) {
      throw new InvalidModuleError(
        `The job ${name} belongs to no module: add it to the jobs of one's module.ts.`,
      );
    }
  }
  assertTopicsDeclared(manifests, notification.topicNames);
  for (const { name, hears } of events.listeners) {
    const owner = manifests.find((manifest) => name.startsWith(`${manifest.name}.`));
    if (owner?.listensTo.some((event) => event.name === hears) !== true) {
      throw new InvalidModuleError(
        `The listener ${name} hears ${hears}: begin its name with its module's, and add the event to listensTo in that module.ts.`,
      );
    }
  }
}

function assertTopicsDeclared(
  manifests: readonly ModuleManifest[],
  registered: readonly string[],
): void {
  const declared = manifests.flatMap(({ topics }) => topics);
  for (const topic of registered.filter((name) => !declared.includes(name))) {
    // Others are the program's own.
    const owner = manifests.find(({ name }) => topic.startsWith(`${name}.`));
    if (owner !== undefined) {
      throw new InvalidModuleError(
        `The module ${owner.name} does not declare the topic ${topic}: add it to the topics in its module.ts.`,
      );
    }
  }
  const unregistered = declared.find((name) => !registered.includes(name));
  if (unregistered !== undefined) {
    throw new InvalidModuleError(
      `The topic ${unregistered} is not registered: add it to the topics in messages.ts.`,
    );
  }
}
