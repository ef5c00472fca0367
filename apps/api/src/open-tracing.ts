import { randomUUID } from 'node:crypto';

import type { Config } from './config.ts';
import type { Lifecycle } from './lifecycle.ts';
import { parsePairs } from './settings/tracing-settings.ts';
import type { ProgramTracing } from './tracing.ts';

/** Undefined: the settings ask for none. Loaded only if they do. */
export async function openTracing(
  config: Config,
  lifecycle: Lifecycle,
): Promise<ProgramTracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: name } = config;
  if (endpoint === undefined) {
    return undefined;
  }
  const { OtlpTracing } = await import('./otlp-tracing.ts');
  const tracing = OtlpTracing.create({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: parsePairs(config.OTEL_EXPORTER_OTLP_HEADERS) ?? {},
    resource: {
      'service.name': config.ROLE === 'worker' ? 'org-worker' : 'org-api',
      'service.instance.id': randomUUID(),
      ...parsePairs(config.OTEL_RESOURCE_ATTRIBUTES),
      ...(name === undefined ? {} : { 'service.name': name }),
    },
    share: Number(config.OTEL_TRACES_SAMPLER_ARG),
  });
  lifecycle.add('the traces', () => tracing.close());
  return tracing;
}
