import type { FastifyInstance } from 'fastify';

import type { DevelopmentOutboxService } from '../development-outbox-service.ts';
import { registerDevelopmentOutboxRoutes } from './development-outbox-router.ts';
import { DevelopmentOutboxView } from './development-outbox-view.ts';

export interface DevelopmentOutboxOptions {
  readonly outbox: DevelopmentOutboxService;
}

/**
 * Fastify plugin with the pages below `/dev/outbox`. They show codes and reset links to whoever can
 * reach them: register it, at the root, in development only.
 */
export async function developmentOutbox(
  app: FastifyInstance,
  { outbox }: DevelopmentOutboxOptions,
): Promise<void> {
  registerDevelopmentOutboxRoutes(app, new DevelopmentOutboxView(outbox));
}
