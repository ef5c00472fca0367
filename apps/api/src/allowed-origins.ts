import type { FastifyInstance } from 'fastify';

/** Lets pages of exactly these origins call the API from a browser; without any, of none. */
export async function allowOrigins(
  app: FastifyInstance,
  origins: readonly string[],
): Promise<void> {
  if (origins.length === 0) {
    return;
  }
  // Loaded only where it is wanted, so that no other start pays for it.
  const { default: cors } = await import('@fastify/cors');
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type'],
    exposedHeaders: ['retry-after', 'x-request-id', 'www-authenticate'],
    maxAge: 600,
  });
}
