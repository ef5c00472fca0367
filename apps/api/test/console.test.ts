import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

import { createThrowawayDatabase } from '@org/core/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { composeProgramBackend } from '../src/backend.ts';
import { readConfig } from '../src/config.ts';
import { registerConsole } from '../src/console.ts';
import { createLogger } from '../src/logging.ts';
import { Readiness } from '../src/readiness.ts';
import { buildServer } from '../src/server.ts';

describe('the console', () => {
  let folder: string;
  let app: FastifyInstance;
  let log: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'org-console-'));
    log = '';
    const stream = new Writable({
      write: (line: Buffer, _encoding, done) => {
        log += String(line);
        done();
      },
    });
    app = fastify({ logger: { level: 'warn', stream } });
  });
  afterEach(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  function build(): void {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'assets/index-1.js'), 'start();');
    writeFileSync(join(folder, 'notes.txt'), 'not for the browser');
  }

  it('is its page at every address below, and what that loads', async () => {
    build();
    await registerConsole(app, [join(folder, 'none'), folder]);

    for (const url of ['/console', '/console/', '/console/accounts/1']) {
      const { statusCode, headers, body } = await app.inject(url);
      expect([statusCode, body]).toEqual([200, '<!doctype html>']);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    }
    const script = await app.inject('/console/assets/index-1.js');
    expect(script.body).toBe('start();');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(log).toBe('');
  });

  it('is compressed for whoever takes that', async () => {
    build();
    await registerConsole(app, [folder]);

    const headers = { 'accept-encoding': 'br, gzip' };
    const { rawPayload, headers: got } = await app.inject({ url: '/console', headers });

    expect(got['content-encoding']).toBe('gzip');
    expect(String(gunzipSync(rawPayload))).toBe('<!doctype html>');
  });

  it.each(['assets/none.js', 'assets/..%2Fnotes.txt', 'assets/..%2F..%2Fpackage.json'])(
    'has no file %s',
    async (path) => {
      build();
      await registerConsole(app, [folder]);

      expect((await app.inject(`/console/${path}`)).statusCode).toBe(404);
    },
  );

  it('is unknown if it is not built, and the log says what to run', async () => {
    await registerConsole(app, [folder]);

    expect((await app.inject('/console')).statusCode).toBe(404);
    expect(log).toContain('Run `npx nx build @org/console`.');
  });
});

it('is unknown without ADMIN_API, the default', async () => {
  const config = readConfig({});
  const logger = createLogger('silent');
  const throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  const { database } = throwaway;
  const secretKey = randomBytes(32);
  const backend = composeProgramBackend({ config, database, secretKey, logger });
  const readiness = new Readiness();
  readiness.announce();
  const app = await buildServer({ config, backend, readiness, logger });
  try {
    const answers = await Promise.all(
      ['/console', '/console/accounts', '/api/admin/me'].map(async (url) => app.inject(url)),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404]);
  } finally {
    await app.close();
    await throwaway.remove();
  }
});
