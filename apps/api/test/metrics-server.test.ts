import { randomBytes } from 'node:crypto';

import { MalformedDocumentError } from '@org/core/store';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { composeProgramBackend } from '../src/backend.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/logging.ts';
import { buildMetricsServer } from '../src/metrics-server.ts';
import { Metrics } from '../src/metrics.ts';
import { Readiness } from '../src/readiness.ts';

const config = readConfig({});
const logger = createLogger('silent');
let throwaway: ThrowawayDatabase;
let app: FastifyInstance;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  const { database } = throwaway;
  const backend = composeProgramBackend({ config, database, secretKey: randomBytes(32), logger });
  const readiness = new Readiness();
  const metrics = Metrics.create({ database, backend });
  app = await buildMetricsServer({ backend, readiness, logger, metrics });
});
afterAll(async () => {
  await app.close();
  await throwaway.remove();
});

describe('the server for metrics', () => {
  it('counts malformed documents by collection', async () => {
    const { database } = throwaway;
    database.reportMalformedDocument(
      new MalformedDocumentError('tasks', 'odd', '_id is not an id'),
    );
    database.reportMalformedDocument(
      new MalformedDocumentError('tasks', 'odd', '_id is not an id'),
    );

    const { body } = await app.inject('/metrics');

    expect(body).toContain('mongodb_malformed_documents_total{collection="tasks"} 2');
  });

  it('counts events by listener, and tells whether this process has it', async () => {
    const row = { kind: 'billing.thank', status: 'queued', next_attempt_at: new Date() };
    await throwaway.database.collection('event_deliveries').insertOne(row);

    const { body } = await app.inject('/metrics');

    expect(body).toContain(
      'event_deliveries{state="waiting",listener="billing.thank",handled="false"} 1',
    );
  });

  it('counts webhook endpoints by state', async () => {
    const { body } = await app.inject('/metrics');

    for (const state of ['enabled', 'failing', 'disabled']) {
      expect(body).toContain(`webhook_endpoints{state="${state}"} 0`);
    }
    expect(body).toContain('webhook_deliveries{state="queued"} 0');
  });

  it('tells how many accounts were looked at for identities', async () => {
    await throwaway.database.collection('accounts').insertOne({});

    const { body } = await app.inject('/metrics');

    expect(body).toContain('account_identities{state="seen"} 0');
    expect(body).toContain('account_identities{state="total"} 1');
  });

  it.each([
    ['/metrics/%ff', 400],
    ['/%ff', 400],
    ['/nowhere', 404],
  ])('answers %s in the shape of every other error', async (url, status) => {
    const response = await app.inject(url);

    expect(response.statusCode).toBe(status);
    expect(response.json()).toEqual({
      code: `REQUEST_ERR_${status}`,
      message: expect.any(String),
    });
  });
});
