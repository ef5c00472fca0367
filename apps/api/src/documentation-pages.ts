import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { restApiPlugin, type RestApiOptions } from '@org/core/rest-api';
import { fastify, type FastifyInstance } from 'fastify';

export interface DocumentationPagesOptions {
  readonly document: object;
  /** Path of the pages, such as `/api/docs`. */
  readonly prefix: string;
  readonly restApi: RestApiOptions;
}

/**
 * Swagger UI's own policy without `upgrade-insecure-requests`: over plain http, browsers exempt
 * only loopback hosts from that directive, so the pages would not load elsewhere.
 */
const CONTENT_SECURITY_POLICY = {
  'default-src': "'self'",
  'base-uri': "'self'",
  'frame-ancestors': "'none'",
  'img-src': "'self' data:",
  'object-src': "'none'",
  // Swagger UI uses inline styles.
  'style-src': "'self' 'unsafe-inline'",
};

/** A separate server for Swagger UI only, which another server forwards requests to. */
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

/** Swagger UI's page has no viewport tag, so phones show it zoomed out. */
function withViewport(html: string): string {
  return html.replace(
    '<head>',
    '<head>\n<meta name="viewport" content="width=device-width, initial-scale=1">',
  );
}
