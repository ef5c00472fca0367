import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';

import type { HealthService } from '../health-service.ts';
import type { HealthMinute, HealthState } from '../types.ts';
import { toIsoOrNull } from './admin-view.ts';
import type { healthRoutes } from './health-router.ts';

type Routes = typeof healthRoutes;

export class HealthView implements RouteHandlers<Routes> {
  readonly #health: HealthService;

  constructor(health: HealthService) {
    this.#health = health;
  }

  getHealth: RouteHandler<Routes['getHealth']> = async (request) => {
    const { process, state, minutes } = await this.#health.getHealth(operationContextOf(request));
    return {
      process: {
        host: process.host,
        pid: process.pid,
        started_at: process.startedAt.toISOString(),
      },
      state: toStateBody(state),
      minutes: minutes.map(toMinuteBody),
    };
  };
}

function toStateBody({ jobs, workerSeenAt, events, messages, webhooks }: HealthState) {
  const { queuedDeliveries: queued, enabled, failing, disabled } = webhooks;
  return {
    jobs,
    worker_seen_at: toIsoOrNull(workerSeenAt),
    events,
    messages,
    webhooks: { queued, enabled, failing, disabled },
  };
}

function toMinuteBody(minute: HealthMinute) {
  return {
    from: minute.from.toISOString(),
    to: minute.to.toISOString(),
    requests: minute.requests,
    server_errors: minute.serverErrors,
    latency_milliseconds: minute.latencyMilliseconds,
    logins: minute.logins,
    failed_logins: minute.failedLogins,
    queued: minute.queued,
    dead: minute.dead,
  };
}
