import { randomUUID } from 'node:crypto';

import type { Config } from './config.ts';
import { parsePairs } from './settings/tracing-settings.ts';
import type { ProgramTracing } from './tracing.ts';

/**
 * Loaded only if the settings ask for traces.
 *
 * @param service what the process is called, unless the settings give it a name
 * @returns undefined if they ask for none
 */
export async function openTracing(
  config: Config,
  service: string,
): Promise<ProgramTracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: name } = config;
  if (endpoint === undefined) {
    return undefined;
  }
  const { OtlpTracing } = await import('./otlp-tracing.ts');
  return OtlpTracing.create({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: parsePairs(config.OTEL_EXPORTER_OTLP_HEADERS) ?? {},
    resource: {
      'service.name': service,
      'service.instance.id': randomUUID(),
      ...parsePairs(config.OTEL_RESOURCE_ATTRIBUTES),
      ...(name === undefined ? {} : { 'service.name': name }),
    },
    share: Number(config.OTEL_TRACES_SAMPLER_ARG),
  });
}
