import type { FastifyInstance } from 'fastify';

import openApi from './openapi.json' with { type: 'json' };

/**
 * `/openapi.json` and, for people, `/docs`. The document is made beforehand (`npm run openapi`), and
 * Swagger UI is loaded when the first person looks at it: neither costs a start anything.
 */
export function registerDocumentation(api: FastifyInstance): void {
  api.get('/openapi.json', { schema: { hide: true } }, async () => openApi);
  let pages: Promise<FastifyInstance> | undefined;
  const show = { schema: { hide: true } };
  for (const path of ['/docs', '/docs/*']) {
    api.get(path, show, async (request, reply) => {
      pages ??= buildPages(api.prefix);
      const app = await pages;
      reply.hijack();
      app.routing(request.raw, reply.raw);
    });
  }
}

async function buildPages(prefix: string): Promise<FastifyInstance> {
  const { buildDocumentationPages } = await import('./documentation-pages.ts');
  return buildDocumentationPages({ document: openApi, prefix: `${prefix}/docs` });
}
