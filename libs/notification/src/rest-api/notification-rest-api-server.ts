import { applyHttpContract, registerRoutes, type AccountGuard } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import { NotificationBadRequestError } from '../errors.ts';
import type { NotificationService } from '../notification-service.ts';
import { pushSubscriptionRoutes } from './push-subscription-router.ts';
import { PushSubscriptionView } from './push-subscription-view.ts';

export interface NotificationRestApiOptions {
  readonly notification: NotificationService;
  /** Decides who may act as the account in the path. */
  readonly guard: AccountGuard;
}

/** Fastify plugin with the routes below `/accounts/:account_id/push-subscriptions`. */
export async function notificationRestApi(
  app: FastifyInstance,
  { notification, guard }: NotificationRestApiOptions,
): Promise<void> {
  applyHttpContract(app, NotificationBadRequestError);
  registerRoutes(app, pushSubscriptionRoutes, {
    handlers: new PushSubscriptionView(notification),
    guard,
  });
}
