import { randomBytes } from 'node:crypto';

import { InvalidModuleError } from '@org/core';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';

import { readConfig } from '../src/config.ts';
import { Lifecycle } from '../src/lifecycle.ts';
import { createLogger } from '../src/logging.ts';
import { Readiness } from '../src/readiness.ts';
import { listenByRole } from '../src/servers.ts';
import { composeProgramBackend } from '../src/backend.ts';

const config = readConfig({ HOST: '127.0.0.1', PORT: '0' });
const logger = createLogger('silent');
let throwaway: ThrowawayDatabase;
let lifecycle: Lifecycle;

beforeEach(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  lifecycle = new Lifecycle(() => undefined);
});
afterEach(async () => {
  await lifecycle.close();
  await throwaway.remove();
});

function listen(initialized: Promise<unknown>) {
  const { database } = throwaway;
  const backend = composeProgramBackend({ config, database, secretKey: randomBytes(32), logger });
  const readiness = new Readiness();
  return listenByRole({ config, database, backend, readiness, logger, lifecycle, initialized });
}

it('the API does not listen if the start is refused', async () => {
  const refusal = new InvalidModuleError('The collection diaries belongs to no module.');
  const initialized = Promise.reject(refusal);
  initialized.catch(() => undefined);

  await expect(listen(initialized)).rejects.toBe(refusal);
});

it('the API listens while MongoDB does not answer', async () => {
  const address = await listen(new Promise(() => undefined));

  expect((await fetch(`${address}/health/live`)).status).toBe(200);
  expect((await fetch(`${address}/api`)).status).toBe(503);
});
