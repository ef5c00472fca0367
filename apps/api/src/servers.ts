import { setTimeout as delay } from 'node:timers/promises';

import type { Database } from '@org/core/store';

import type { ProgramBackend } from './backend.ts';
import type { Config } from './config.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Logger } from './logging.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';
import { buildServer } from './server.ts';
import { StartError } from './start-errors.ts';
import type { ProgramTracing } from './tracing.ts';

export interface ServersOptions {
  readonly config: Config;
  readonly database: Database;
  readonly backend: ProgramBackend;
  readonly readiness: Readiness;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  /** Settles when MongoDB is usable. */
  readonly initialized: Promise<unknown>;
  readonly tracing?: ProgramTracing | undefined;
}

/** If MongoDB is up, it has answered by then, and nobody gets a 503. */
const PATIENCE_MILLISECONDS = 500;

/**
 * Opens the ports that the role and the settings require: the API's, as soon as MongoDB is usable
 * or after a moment without it, and the metrics port.
 *
 * @returns the API's address; undefined for a worker
 * @throws StartError if a port is taken
 * @throws what `initialized` rejects with before the API listens
 */
export async function listenByRole(options: ServersOptions): Promise<string | undefined> {
  const { config, lifecycle, readiness } = options;
  const metrics = await startMetrics(options);
  if (config.ROLE === 'worker') {
    lifecycle.add('readiness', async () => readiness.withdraw());
    return undefined;
  }
  const app = await buildServer({ ...options, metrics });
  await initializedOrLate(options.initialized);
  const address = await listen(app, { host: config.HOST, port: config.PORT, setting: 'PORT' });
  lifecycle.add('the server', async () => {
    const isServing = readiness.isReady;
    readiness.withdraw();
    await delay(isServing ? config.SHUTDOWN_DELAY : 0);
    await app.close();
  });
  return address;
}

/** @throws what keeps the program from starting, if that is known by then */
async function initializedOrLate(initialized: Promise<unknown>): Promise<void> {
  const late = delay(PATIENCE_MILLISECONDS, undefined, { ref: false });
  await Promise.race([initialized, late]);
}

/** Loaded only if needed: metrics take a third of the startup time. */
async function startMetrics(options: ServersOptions): Promise<Metrics | undefined> {
  const { config, lifecycle } = options;
  if (config.METRICS_PORT === undefined) {
    return undefined;
  }
  const { Metrics } = await import('./metrics.ts');
  const { buildMetricsServer } = await import('./metrics-server.ts');
  const metrics = Metrics.create(options);
  const app = await buildMetricsServer({ ...options, metrics });
  const port = config.METRICS_PORT;
  await listen(app, { host: config.HOST, port, setting: 'METRICS_PORT' });
  lifecycle.add('the metrics server', () => app.close());
  return metrics;
}

async function listen(
  app: { listen: (where: { host: string; port: number }) => Promise<string> },
  { host, port, setting }: { host: string; port: number; setting: string },
): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new StartError(
      `Cannot listen on ${host}:${port} (${code}). Set HOST and ${setting} to an address that is free.`,
      error,
    );
  }
}
