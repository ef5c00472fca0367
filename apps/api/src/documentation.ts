import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { RestApiOptions } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

export interface DocumentationOptions {
  /** Whether to serve `/docs`. */
  readonly hasPages: boolean;
  /** What the pages share with the rest of the app. */
  readonly restApi: RestApiOptions;
}

/**
 * `/openapi.json` and, for people, `/docs`. The document is generated beforehand
 * (`npm run openapi`), and both are loaded on first use, so they do not slow down the start.
 */
export function registerDocumentation(
  api: FastifyInstance,
  { hasPages, restApi }: DocumentationOptions,
): void {
  const hidden = { schema: { hide: true } };
  let document: Promise<string> | undefined;
  const readDocument = (): Promise<string> =>
    (document ??= readFile(join(import.meta.dirname, 'openapi.json'), 'utf8'));
  api.get('/openapi.json', hidden, async (_request, reply) =>
    reply
      .type('application/json; charset=utf-8')
      .header('cache-control', 'public, max-age=300')
      .send(await readDocument()),
  );
  if (!hasPages) {
    return;
  }
  let pages: Promise<FastifyInstance> | undefined;
  for (const path of ['/docs', '/docs/*']) {
    api.get(path, hidden, async (request, reply) => {
      pages ??= buildPages(await readDocument(), `${api.prefix}/docs`, restApi);
      const app = await pages;
      reply.hijack();
      app.routing(request.raw, reply.raw);
    });
  }
}

async function buildPages(
  document: string,
  prefix: string,
  restApi: RestApiOptions,
): Promise<FastifyInstance> {
  const { buildDocumentationPages } = await import('./documentation-pages.ts');
  return buildDocumentationPages({ document: JSON.parse(document) as object, prefix, restApi });
}
