import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { fastify, type FastifyInstance } from 'fastify';

export interface DocumentationPagesOptions {
  readonly document: object;
  /** Where the pages lie, such as `/api/docs`. */
  readonly prefix: string;
}

/** A server of its own with nothing but Swagger UI, for another server to pass requests to. */
export async function buildDocumentationPages(
  options: DocumentationPagesOptions,
): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(swagger, {
    mode: 'static',
    specification: { document: options.document as never },
  });
  await app.register(swaggerUi, {
    routePrefix: options.prefix,
    staticCSP: true,
    uiConfig: { persistAuthorization: true },
  });
  await app.ready();
  return app;
}
