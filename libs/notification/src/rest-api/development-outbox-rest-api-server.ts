import { registerRoutes } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import type { DevelopmentOutboxService } from '../development-outbox-service.ts';
import { onlyFromThisMachine } from './development-guard.ts';
import { developmentOutboxRoutes } from './development-outbox-router.ts';
import { DevelopmentOutboxView } from './development-outbox-view.ts';

export interface DevelopmentOutboxOptions {
  readonly outbox: DevelopmentOutboxService;
  /** Names of this machine besides `localhost` and the loopback addresses. Default: none. */
  readonly hosts?: readonly string[];
}

/**
 * Fastify plugin with the pages below `/dev/outbox`. They show codes and reset links to users of this
 * machine, and answer 403 to everyone else. Register it at the root, in development only.
 */
export async function developmentOutbox(
  app: FastifyInstance,
  { outbox, hosts = [] }: DevelopmentOutboxOptions,
): Promise<void> {
  app.addHook('onRequest', onlyFromThisMachine(hosts));
  registerRoutes(app, developmentOutboxRoutes, { handlers: new DevelopmentOutboxView(outbox) });
}
