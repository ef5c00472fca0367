import { Writable } from 'node:stream';

import { AppError } from '@org/core';
import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';

import { createLogger, toLoggedError, logRequests } from '../src/logging.ts';

function createLoggedApp() {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const app = fastify({ loggerInstance: createLogger('info', stream) });
  return { app, lines };
}

describe(createLogger, () => {
  it('redacts what is named like a secret, at any of the upper levels', () => {
    const { app, lines } = createLoggedApp();

    app.log.info({
      password: 'hunter2',
      body: { token: 'hunter2' },
      a: { b: { secret: 'hunter2' } },
    });
    app.log.info({ headers: { authorization: 'Bearer hunter2' }, otp_code: 'hunter2' });

    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).toContain('[redacted]');
  });
});

describe('the log', () => {
  it('has what failed after the answer, and not what would be refused', async () => {
    const { app, lines } = createLoggedApp();
    const refused = new AppError({ code: 'TEST_ERR_01', httpStatus: 409, message: 'No.' });
    app.get<{ Querystring: { fails?: string } }>('/', async ({ query }, reply) => {
      await reply.send('early');
      throw query.fails === undefined ? refused : new Error('No idea.');
    });

    await app.inject('/');
    await app.inject('/?fails');
    app.log.error({ err: refused }, 'a job failed');

    expect(lines.filter((line) => line.includes('TEST_ERR_01'))).toHaveLength(1);
    expect(lines.join('')).toContain('No idea.');
  });
});

describe(toLoggedError, () => {
  it("leaves out the driver's fields, which repeat the refused document", () => {
    const refused = Object.assign(new Error('Document failed validation'), {
      code: 121,
      errInfo: { document: { hashed_password: 'hunter2' } },
    });
    const { app, lines } = createLoggedApp();

    app.log.error({ err: new Error('Could not store', { cause: refused }) }, 'request failed');

    expect(lines.join('')).not.toContain('hunter2');
    expect(JSON.parse(lines[0]!)).toMatchObject({
      err: {
        type: 'Error',
        message: 'Could not store',
        stack: expect.stringContaining('logging.test.ts'),
        cause: { message: 'Document failed validation', code: 121 },
      },
    });
  });

  it('describes what is no error', () => {
    expect(toLoggedError('just a text')).toMatchObject({ message: 'just a text' });
  });
});

describe(logRequests, () => {
  it('logs one line per answer, without the query', async () => {
    const { app, lines } = createLoggedApp();
    logRequests(app);
    app.get('/things', async () => ({}));

    await app.inject('/things?token=hunter2');

    const logged = lines.map((line) => JSON.parse(line) as { path?: string });
    expect(logged.filter(({ path }) => path !== undefined)).toMatchObject([
      {
        msg: 'request completed',
        method: 'GET',
        path: '/things',
        status: 200,
        milliseconds: expect.any(Number),
      },
    ]);
    expect(lines.filter((line) => line.includes('"path"')).join('')).not.toContain('hunter2');
    await app.close();
  });
});
