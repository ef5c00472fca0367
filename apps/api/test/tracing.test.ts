import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const source = (name: string) => JSON.stringify(join(import.meta.dirname, '../src', name));

/** Prints each package of OpenTelemetry that is loaded. */
const HOOK = `import { registerHooks } from 'node:module';
registerHooks({ resolve: (name, context, next) => {
  if (name.startsWith('@opentelemetry/')) console.log(name);
  return next(name, context);
} });`;

/** Packages of OpenTelemetry that the program loads with these settings. */
async function packagesLoadedWith(settings: Record<string, string>): Promise<readonly string[]> {
  const script = `import ${source('program.ts')};
import { readConfig } from ${source('config.ts')};
import { openTracing } from ${source('open-tracing.ts')};
await openTracing(readConfig(${JSON.stringify(settings)}), 'org-api');`;
  const hook = `data:text/javascript,${encodeURIComponent(HOOK)}`;
  const words = ['--conditions=@org/source', `--import=${hook}`, '--input-type=module'];
  const { stdout } = await run(process.execPath, [...words, '--eval', script]);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('tracing', () => {
  it('loads nothing unless there is an endpoint', async () => {
    expect(await packagesLoadedWith({})).toEqual([]);
    expect(
      await packagesLoadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }),
    ).toContain('@opentelemetry/sdk-trace');
  });
});
