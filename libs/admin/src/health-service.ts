import { hostname } from 'node:os';

import type { AuditService } from '@org/audit';
import { OperationContext, type Clock } from '@org/core';
import type { JobService } from '@org/jobs';
import type { NotificationService } from '@org/notification';
import type { Queue } from '@org/queue';
import type { WebhookService } from '@org/webhook';

import { LatencyHistogram } from './internal/latency-histogram.ts';
import type { Health, HealthMinute, HealthState, RequestOutcome } from './types.ts';

export interface HealthServiceDependencies {
  readonly clock: Clock;
  readonly audit: Pick<AuditService, 'getEventCount'>;
  readonly events: Pick<Queue, 'getStatistics'>;
  readonly jobs: Pick<JobService, 'getQueueStatistics'>;
  readonly notification: Pick<NotificationService, 'getDeliveryStatistics'>;
  readonly webhooks: Pick<WebhookService, 'getStatistics'>;
}

const MINUTE = 60_000;
const MINUTES_KEPT = 60;
const SERVER_ERROR = 500;
const LOG_IN = { resourceType: 'accounts', action: 'authn_login_success' };
const FAILED_LOG_IN = { resourceType: 'accounts', action: 'authn_login_fail' };

const samplingContext = OperationContext.create({
  actor: { type: 'worker', id: 'health' },
  requestId: 'health',
});

/** What has been counted since a minute began. */
interface OpenMinute {
  readonly from: Date;
  readonly latencies: LatencyHistogram;
  serverErrors: number;
  /** When it began; they count up from the start of the process. */
  readonly logins: number;
  readonly failedLogins: number;
}

/**
 * How the program does: its queues now, and what this process has done, minute by minute, in the last
 * hour. Kept in memory; for longer times and all processes there are metrics.
 */
export class HealthService {
  readonly #dependencies: HealthServiceDependencies;
  readonly #startedAt: Date;
  #minutes: readonly HealthMinute[] = [];
  #open: OpenMinute;
  #timer: NodeJS.Timeout | undefined;

  private constructor(dependencies: HealthServiceDependencies) {
    this.#dependencies = dependencies;
    this.#startedAt = dependencies.clock.now();
    this.#open = this.#begin();
  }

  static create(dependencies: HealthServiceDependencies): HealthService {
    return new HealthService(dependencies);
  }

  /** Counts a request that was answered. */
  countRequest({ milliseconds, status }: RequestOutcome): void {
    this.#open.latencies.count(milliseconds);
    if (status >= SERVER_ERROR) {
      this.#open.serverErrors += 1;
    }
  }

  /** Ends a minute every minute, until {@link stop}. Does not keep the process alive. */
  start(): void {
    this.#timer ??= setInterval(() => void this.endMinute(), MINUTE).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Keeps what was counted since the last call, with the queues as they are now, if they can be read. */
  async endMinute(): Promise<void> {
    const ended = this.#open;
    const counted = this.#toMinute(ended);
    this.#open = this.#begin();
    const state = await this.#readState(samplingContext).catch(() => undefined);
    this.#minutes = [...this.#minutes, { ...counted, ...sumsOf(state) }].slice(-MINUTES_KEPT);
  }

  /** @throws ServiceUnavailableError if the database does not answer */
  async getHealth(context: OperationContext): Promise<Health> {
    const state = await this.#readState(context);
    const running = { ...this.#toMinute(this.#open), ...sumsOf(state) };
    return {
      process: { host: hostname(), pid: process.pid, startedAt: this.#startedAt },
      state,
      minutes: [...this.#minutes, running],
    };
  }

  #begin(): OpenMinute {
    const { audit, clock } = this.#dependencies;
    return {
      from: clock.now(),
      latencies: new LatencyHistogram(),
      serverErrors: 0,
      logins: audit.getEventCount(LOG_IN),
      failedLogins: audit.getEventCount(FAILED_LOG_IN),
    };
  }

  #toMinute({ from, latencies, ...begun }: OpenMinute): Omit<HealthMinute, 'dead' | 'queued'> {
    const { audit, clock } = this.#dependencies;
    return {
      from,
      to: clock.now(),
      requests: latencies.total,
      serverErrors: begun.serverErrors,
      latencyMilliseconds: {
        p50: latencies.quantile(0.5),
        p95: latencies.quantile(0.95),
        p99: latencies.quantile(0.99),
      },
      logins: audit.getEventCount(LOG_IN) - begun.logins,
      failedLogins: audit.getEventCount(FAILED_LOG_IN) - begun.failedLogins,
    };
  }

  async #readState(context: OperationContext): Promise<HealthState> {
    const { events, jobs, notification, webhooks } = this.#dependencies;
    const [ofJobs, ofEvents, ofMessages, ofWebhooks] = await Promise.all([
      jobs.getQueueStatistics(context),
      events.getStatistics(context),
      notification.getDeliveryStatistics(context),
      webhooks.getStatistics(context),
    ]);
    const sum = (count: 'dead' | 'failing' | 'waiting') =>
      ofEvents.reduce((total, listener) => total + listener[count], 0);
    const { waiting, running, dead, healthCheckedAt: workerSeenAt } = ofJobs;
    return {
      jobs: { waiting, running, dead },
      workerSeenAt,
      events: { waiting: sum('waiting'), failing: sum('failing'), dead: sum('dead') },
      messages: { queued: ofMessages.queued, dead: ofMessages.dead },
      webhooks: ofWebhooks,
    };
  }
}

/** Everything that waits, and everything that was given up. */
function sumsOf(state: HealthState | undefined): Pick<HealthMinute, 'dead' | 'queued'> {
  if (state === undefined) {
    return { queued: null, dead: null };
  }
  const { jobs, events, messages, webhooks } = state;
  return {
    queued: jobs.waiting + events.waiting + messages.queued + webhooks.queuedDeliveries,
    dead: jobs.dead + events.dead + messages.dead,
  };
}
