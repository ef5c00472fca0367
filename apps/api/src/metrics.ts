import { OperationContext } from '@org/core';
import type { Database } from '@org/core/store';
import type { NotificationChannel } from '@org/notification';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { ProgramBackend } from './backend.ts';

export interface MetricsDependencies {
  readonly database: Database;
  readonly backend: Pick<
    ProgramBackend,
    'accounts' | 'audit' | 'events' | 'jobs' | 'notification' | 'webhooks'
  >;
}

type Labels = Partial<Record<'state' | 'listener' | 'handled' | 'channel', string>>;
type Samples = readonly (readonly [labels: Labels, value: number])[];

const CHANNELS: readonly NotificationChannel[] = ['sms', 'email', 'push'];

const context = OperationContext.create({
  actor: { type: 'worker', id: 'metrics' },
  requestId: 'metrics',
});

/** The metrics for Prometheus. Names follow its conventions: base units, with a unit suffix. */
export class Metrics {
  readonly #registry: Registry;
  readonly #requestDuration: Histogram<'method' | 'route' | 'status'>;

  private constructor({ database, backend }: MetricsDependencies) {
    this.#registry = new Registry();
    // Event loop lag, memory, garbage collection and CPU time of the process.
    collectDefaultMetrics({ register: this.#registry });
    this.#requestDuration = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request to its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [this.#registry],
    });
    this.#watchPool(database);
    this.#watchMalformedDocuments(database);
    this.#watchWork(backend);
    this.#watchChannels(backend);
    this.#watchWebhooks(backend);
    this.#watchIdentities(backend);
  }

  static create(dependencies: MetricsDependencies): Metrics {
    return new Metrics(dependencies);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async collect(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Measures every request to a server, by its route's pattern. */
  observe(app: FastifyInstance): void {
    app.addHook('onResponse', (request, reply, done) => {
      const labels = {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
      };
      this.#requestDuration.observe(labels, reply.elapsedTime / 1000);
      done();
    });
  }

  #watchPool({ client }: Database): void {
    const connections = this.#gauge('mongodb_pool_connections', 'Open connections', ['state']);
    const changes = {
      connectionCreated: ['open', 1],
      connectionClosed: ['open', -1],
      connectionCheckedOut: ['in_use', 1],
      connectionCheckedIn: ['in_use', -1],
      connectionCheckOutStarted: ['awaited', 1],
      connectionCheckOutFailed: ['awaited', -1],
    } as const;
    for (const [event, [state, change]] of Object.entries(changes)) {
      client.on(event as 'connectionCreated', () => connections.inc({ state }, change));
    }
    client.on('connectionCheckedOut', () => connections.dec({ state: 'awaited' }));
  }

  #watchMalformedDocuments({ malformedDocuments }: Database): void {
    const registers = [this.#registry];
    new Counter({
      name: 'mongodb_malformed_documents_total',
      help: 'Reads that met a malformed document, which counts as missing',
      labelNames: ['collection'],
      registers,
      collect() {
        this.reset();
        for (const [collection, count] of malformedDocuments) {
          this.inc({ collection }, count);
        }
      },
    });
  }

  #watchWork({ audit, events, jobs, notification }: MetricsDependencies['backend']): void {
    const readJobs = oncePerScrape(() => jobs.getQueueStatistics(context));
    const readEvents = oncePerScrape(() => events.queue.getStatistics(context));
    const readDeliveries = oncePerScrape(() => notification.getDeliveryStatistics(context));
    this.#collect('audit_buffered_events', 'Counted events that are not written yet', () => [
      [{}, audit.getBufferStatistics().events],
    ]);
    this.#collect('jobs', 'Jobs by state', async () => {
      const { waiting, running, dead } = await readJobs();
      return byState({ waiting, running, dead });
    });
    this.#collect('jobs_oldest_waiting_seconds', 'Age of the job that waits longest', async () => {
      const { oldestWaitingMilliseconds } = await readJobs();
      return [[{}, oldestWaitingMilliseconds / 1000]];
    });
    this.#collect(
      'event_deliveries',
      'Events by listener, state, and whether this process has the listener',
      async () => {
        const listeners = await readEvents();
        return listeners.flatMap(({ kind: listener, isHandled, waiting, failing, dead }) =>
          byState({ waiting, failing, dead }).map(
            ([labels, count]) =>
              [{ ...labels, listener, handled: String(isHandled) }, count] as const,
          ),
        );
      },
    );
    this.#collect(
      'event_oldest_waiting_seconds',
      'Age of the event that waits longest',
      async () => {
        const listeners = await readEvents();
        const ages = listeners.map(({ oldestMilliseconds }) => oldestMilliseconds);
        return [[{}, Math.max(0, ...ages) / 1000]];
      },
    );
    this.#collect('notification_deliveries', 'Messages by state', async () => {
      const { queued, dead } = await readDeliveries();
      return byState({ queued, dead });
    });
    this.#collect('notification_oldest_queued_seconds', 'Age of the oldest message', async () => {
      const { oldestQueuedMilliseconds } = await readDeliveries();
      return [[{}, (oldestQueuedMilliseconds ?? 0) / 1000]];
    });
  }

  /** In a worker: codes expire before they count as dead. */
  #watchChannels({ notification }: MetricsDependencies['backend']): void {
    this.#collect(
      'notification_channel_failing',
      'Whether no message gets through this channel, as this process tried last',
      () => {
        const failing = notification.failingChannels;
        return CHANNELS.map((channel) => [{ channel }, Number(failing.includes(channel))]);
      },
    );
  }

  #watchWebhooks({ webhooks }: MetricsDependencies['backend']): void {
    const read = oncePerScrape(() => webhooks.getStatistics(context));
    this.#collect('webhook_endpoints', 'Webhook endpoints by state', async () => {
      const { enabled, failing, disabled } = await read();
      return byState({ enabled, failing, disabled });
    });
    this.#collect('webhook_deliveries', 'Webhooks that wait', async () => {
      const { queuedDeliveries: queued } = await read();
      return byState({ queued });
    });
  }

  /** Nothing once the database is complete. */
  #watchIdentities({ accounts }: MetricsDependencies['backend']): void {
    this.#collect('account_identities', 'Accounts looked at for missing identities', async () => {
      const progress = await accounts.identities.findProgress(context);
      return progress === undefined
        ? []
        : byState({ seen: progress.accountsSeen, total: progress.accountsTotal });
    });
  }

  /**
   * A gauge that is evaluated when read. If MongoDB is down, the other metrics are still reported.
   */
  #collect(name: string, help: string, ask: () => Samples | Promise<Samples>): void {
    const registers = [this.#registry];
    new Gauge({
      name,
      help,
      labelNames: ['state', 'listener', 'handled', 'channel'],
      registers,
      async collect() {
        this.reset();
        const samples = await Promise.resolve(ask()).catch((): Samples => []);
        for (const [labels, value] of samples) {
          this.set(labels, value);
        }
      },
    });
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }
}

/** Metrics that are read at the same time share one answer. */
function oncePerScrape<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asked: Promise<Answer> | undefined;
  return () => (asked ??= ask().finally(() => (asked = undefined)));
}

function byState(counts: Readonly<Record<string, number>>): Samples {
  return Object.entries(counts).map(([state, count]) => [{ state }, count]);
}
