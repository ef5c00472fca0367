import { randomBytes } from 'node:crypto';

import swagger from '@fastify/swagger';
import { documentErrors } from '@org/core/rest-api';
import { Database } from '@org/core/store';
import type { FastifyInstance } from 'fastify';

import { channelsOf, composeProgramBackend } from './backend.ts';
import { readConfig } from './config.ts';
import { createLogger } from './logging.ts';
import { Readiness } from './readiness.ts';
import { buildServer } from './server.ts';

/**
 * The OpenAPI 3.1 document of every route, generated from the program itself, without listening or
 * connecting.
 */
export async function buildOpenApiDocument(): Promise<object> {
  // Sets a provider of each kind, so that the development outbox is not included.
  const config = readConfig({
    ADMIN_API: 'on',
    EMAIL_PROVIDER: 'smtp',
    EMAIL_FROM: 'Org <no-reply@example.com>',
    SMTP_URL: 'smtp://127.0.0.1:1',
    SMS_PROVIDER: 'webhook',
    SMS_WEBHOOK_URL: 'http://127.0.0.1:2',
  });
  const logger = createLogger('silent');
  const database = Database.create({ uri: 'mongodb://127.0.0.1:1/unused' });
  const backend = composeProgramBackend({
    config,
    database,
    secretKey: randomBytes(32),
    channels: channelsOf(config),
    logger,
  });
  const app = await buildServer({
    config,
    backend,
    readiness: new Readiness(),
    logger,
    beforeRoutes: documentRoutes,
  });
  await app.ready();
  const document = app.swagger();
  await app.close();
  await database.close();
  return document;
}

async function documentRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Org API',
        version: '1.0.0',
        description: 'Accounts, authentication and notifications. Every error has a code.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          cookie: { type: 'apiKey', in: 'cookie', name: '__Host-session' },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const documented = documentErrors({ schema, route });
      return { url, schema: { ...documented, ...nameExamples(schema.body) } };
    },
  });
}

interface BodySchema {
  readonly title?: string;
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly BodySchema[];
}

/** Names the body's examples, one per form, after the forms. */
function nameExamples(schema: unknown): { readonly body?: object } {
  if (schema === undefined) {
    return {};
  }
  const { examples: own, ...body } = schema as BodySchema;
  const named = (body.anyOf ?? [{ ...body, examples: own }]).map(
    ({ title = 'Example', examples }) => [title, { value: examples?.[0] }],
  );
  return { body: { ...body, 'x-examples': Object.fromEntries(named) as object } };
}
