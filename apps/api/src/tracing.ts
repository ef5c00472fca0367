import type { Tracing } from '@org/core';
import type { FastifyInstance } from 'fastify';
import type { MongoClient } from 'mongodb';

import type { Config } from './config.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Logger } from './logging.ts';
import { parseHeaders } from './settings/tracing-settings.ts';

/** Makes spans of what the program does, and sends them away. */
export interface ProgramTracing extends Tracing {
  /** Makes a span of each request, and continues the trace that its `traceparent` names. */
  observe: (app: FastifyInstance) => void;
  /** Makes a span of each command that is sent within another span. */
  watch: (client: MongoClient) => void;
  /** What each line of the log has while a span is open. */
  readonly logFields: () => object;
  /** Tells of an outage of whoever collects the spans: once, and when it is over. */
  reportTo: (logger: Logger) => void;
}

/** Undefined: the settings ask for none. Loaded only if they do. */
export async function openTracing(
  config: Config,
  lifecycle: Lifecycle,
): Promise<ProgramTracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = config;
  if (endpoint === undefined) {
    return undefined;
  }
  const { OtlpTracing } = await import('./otlp-tracing.ts');
  const tracing = OtlpTracing.create({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: headers === undefined ? {} : (parseHeaders(headers) ?? {}),
    serviceName: config.OTEL_SERVICE_NAME ?? (config.ROLE === 'worker' ? 'org-worker' : 'org-api'),
    share: Number(config.OTEL_TRACES_SAMPLER_ARG),
  });
  lifecycle.add('the traces', () => tracing.close());
  return tracing;
}
