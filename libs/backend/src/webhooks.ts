import { accountErased } from '@org/account';
import type { Clock, ModuleManifest, SecretKey } from '@org/core';
import type { EventDefinition } from '@org/events';
import {
  webhookModule,
  WebhookService,
  type WebhookServiceDependencies,
  type WebhookSettings,
} from '@org/webhook';

import type { Domain } from './domain.ts';
import type { BackendLogger } from './logger.ts';

export interface WebhookDomain extends Domain {
  readonly service: WebhookService;
}

export interface WebhookDomainDependencies extends Pick<
  WebhookServiceDependencies,
  'audit' | 'database' | 'events'
> {
  readonly clock: Clock;
  readonly secretKey: SecretKey;
  readonly logger: BackendLogger;
  readonly settings: WebhookSettings;
  /** Endpoints can subscribe to all that these publish. */
  readonly publishers: readonly ModuleManifest[];
}

/** Sends what happens in the program to other systems. */
export function composeWebhooks(dependencies: WebhookDomainDependencies): WebhookDomain {
  const { logger, publishers } = dependencies;
  const listensTo = publishers.flatMap(({ publishes }) => publishes.filter(isEventDefinition));
  const service = WebhookService.create({
    ...dependencies,
    eventDefinitions: listensTo.filter((event) => event !== accountErased),
    erasureEventDefinitions: [accountErased],
    onEndpointDisabled: (endpoint) => logger.error(endpoint, 'a webhook endpoint was disabled'),
    onError: (error) => logger.error({ err: error }, 'sending webhooks failed'),
  });
  return {
    service,
    manifest: { ...webhookModule, listensTo },
    initialize: () => service.initialize(),
    personalDataProvider: service.personalDataProvider,
    storedSecrets: service.storedSecrets,
    startWork: () => service.start(),
    stopWork: () => service.stop(),
  };
}

/** A manifest knows only the names of events; they are what `defineEvent` makes. */
function isEventDefinition(event: { readonly name: string }): event is EventDefinition {
  return 'payloadSchema' in event;
}
