import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { restApiPlugin, type RestApiOptions } from '@org/core/rest-api';
import { fastify, type FastifyInstance } from 'fastify';

export interface DocumentationPagesOptions {
  readonly document: object;
  /** Where the pages lie, such as `/api/docs`. */
  readonly prefix: string;
  readonly restApi: RestApiOptions;
}

/**
 * Swagger UI's own policy without `upgrade-insecure-requests`: over plain http, browsers except only
 * loopback hosts from that, and find nothing elsewhere.
 */
const CONTENT_SECURITY_POLICY = {
  'default-src': "'self'",
  'base-uri': "'self'",
  'frame-ancestors': "'none'",
  'img-src': "'self' data:",
  'object-src': "'none'",
  // What Swagger UI draws has styles of its own.
  'style-src': "'self' 'unsafe-inline'",
};

/** A server of its own with nothing but Swagger UI, for another server to pass requests to. */
export async function buildDocumentationPages({
  document,
  prefix,
  restApi,
}: DocumentationPagesOptions): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(restApiPlugin, restApi);
  app.addHook('onSend', async (_request, reply, payload) => {
    const isHtml = String(reply.getHeader('content-type')).startsWith('text/html');
    return isHtml && typeof payload === 'string' ? withViewport(payload) : payload;
  });
  await app.register(swagger, {
    mode: 'static',
    specification: { document: document as never },
  });
  await app.register(swaggerUi, {
    routePrefix: prefix,
    staticCSP: CONTENT_SECURITY_POLICY,
    theme: { title: 'Org API' },
    uiConfig: { persistAuthorization: true },
  });
  await app.ready();
  return app;
}

/** Swagger UI's page has none, and telephones show it as if from afar. */
function withViewport(html: string): string {
  return html.replace(
    '<head>',
    '<head>\n<meta name="viewport" content="width=device-width, initial-scale=1">',
  );
}
