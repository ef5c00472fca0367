import { setting } from '@org/core';

import { url } from './address-formats.ts';

const { text } = setting;

/** Where traces go, by OpenTelemetry's own names. */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: text(
    {
      isSecret: true,
      description:
        'Where OpenTelemetry traces are sent to, by OTLP over HTTP, without /v1/traces; unset, nothing is traced',
    },
    {
      accepts: (value) => url.accepts(value) && !/\/v1\/traces\/*$/.test(value),
      expected: `${url.expected}, without /v1/traces`,
    },
  ),
  OTEL_EXPORTER_OTLP_HEADERS: text(
    {
      isSecret: true,
      description: 'Headers for it as `name=value`, comma separated, values with %XX',
    },
    {
      accepts: (value) => parsePairs(value) !== undefined,
      expected: 'name=value, comma separated, with special characters as %XX',
    },
  ),
  OTEL_RESOURCE_ATTRIBUTES: text(
    {
      description:
        'What traces say of the process, as `service.version=1.2.0,deployment.environment.name=live`',
    },
    {
      accepts: (value) => parsePairs(value) !== undefined,
      expected: 'name=value, comma separated, with special characters as %XX',
    },
  ),
  OTEL_SERVICE_NAME: text({
    description: 'Name of the process in traces; unset, `org-api` or `org-worker`, by its role',
  }),
  OTEL_TRACES_SAMPLER_ARG: text(
    { byDefault: '1', description: 'Share of requests and jobs that are traced, from 0 to 1' },
    {
      accepts: (value) => /^(0(\.\d{1,9})?|1(\.0)?)$/.test(value),
      expected: 'a number from 0 to 1',
    },
  ),
};

/** Headers or attributes; undefined if they are not as the specification of OpenTelemetry has them. */
export function parsePairs(value = ''): Readonly<Record<string, string>> | undefined {
  const pairs = value.split(',').map((pair) => /^\s*([\w.-]+)\s*=\s*(\S*)\s*$/.exec(pair));
  try {
    return Object.fromEntries(
      pairs.map((pair) => {
        const [, name = '', encoded = ''] = pair ?? [];
        const decoded = decodeURIComponent(encoded);
        if (name === '' || !/^[\x20-\x7e]*$/.test(decoded)) {
          throw new RangeError('no pair');
        }
        return [name, decoded];
      }),
    );
  } catch {
    return undefined;
  }
}
