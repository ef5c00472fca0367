import { Writable } from 'node:stream';

import { ServiceUnavailableError } from '@org/core';
import { HandlerTimeoutError, restApiPlugin, restApiServerOptions } from '@org/core/rest-api';
import { FakeClock } from '@org/core/testing';
import { fastify } from 'fastify';
import { MongoNetworkError } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { createLogger, type Logger } from '../src/logging.ts';
import { OutageLog } from '../src/outage-log.ts';

const network = new MongoNetworkError('connect ECONNREFUSED');
const unavailable = new ServiceUnavailableError({ cause: network });

let clock: FakeClock;
let outages: OutageLog;
let logger: Logger;
let lines: { msg: string; failures?: number; err?: { stack: string } }[];

beforeEach(() => {
  clock = new FakeClock();
  outages = new OutageLog(clock);
  lines = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as (typeof lines)[number]);
      done();
    },
  });
  logger = createLogger('info', stream, outages);
});

describe('an outage of MongoDB', () => {
  it('is logged whole once, then in a line a minute, whoever logs it', () => {
    const [request, worker] = [logger.child({ request_id: '1' }), logger.child({})];
    const errors = [
      unavailable,
      network,
      new AggregateError([unavailable], 'three jobs failed'),
      new Error('the queue cannot be read', { cause: unavailable }),
    ];
    for (let second = 0; second < 120; second += 1) {
      for (const err of errors) {
        request.error({ err }, 'request failed');
        worker.warn({ err }, 'the worker failed');
        logger.error(err);
      }
      clock.advance(1_000);
    }

    expect(lines.map(({ msg }) => msg)).toEqual([
      'request failed',
      'MongoDB still does not answer',
    ]);
    expect(lines[0]!.err!.stack).toContain('ServiceUnavailableError');
    expect(lines[1]).toMatchObject({ failures: 60 * 12 + 1 });
  });

  it('is logged whole again after it was over', () => {
    logger.error({ err: unavailable }, 'first');
    logger.error({ err: unavailable }, 'second');

    expect(outages.end()).toBe(2);
    expect(outages.end()).toBe(0);
    logger.error({ err: unavailable }, 'third');

    expect(lines.map(({ msg }) => msg)).toEqual(['first', 'third']);
  });

  it('is no line for each request that it makes the API refuse', async () => {
    logger.level = 'warn';
    const app = fastify({ ...restApiServerOptions, loggerInstance: logger });
    await app.register(restApiPlugin, { allowedOrigins: [] });
    app.get('/:failure', async ({ params }) => {
      throw (params as { failure: string }).failure === 'hanging'
        ? new HandlerTimeoutError()
        : unavailable;
    });
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    for (let request = 0; request < 20; request += 1) {
      expect((await fetch(`${address}/unreachable`)).status).toBe(503);
      expect((await fetch(`${address}/hanging`)).status).toBe(503);
      clock.advance(5_000);
    }
    await app.close();

    expect(lines.map(({ msg }) => msg)).toEqual([
      'request refused',
      'MongoDB still does not answer',
    ]);
  });

  it('hides no other reason to refuse a request, which is told as often', () => {
    logger.warn({ err: unavailable }, 'request refused');
    for (let second = 0; second <= 60; second += 1) {
      logger.warn(
        { err: new ServiceUnavailableError({ message: 'The program is starting.' }) },
        'request refused',
      );
      clock.advance(1_000);
    }

    expect(lines.map(({ msg }) => msg)).toEqual([
      'request refused',
      'request refused',
      'requests are still refused: The program is starting.',
    ]);
  });

  it('hides no other error, nor what carries none', () => {
    logger.error({ err: unavailable }, 'outage');
    logger.error({ err: new Error('bug') }, 'bug');
    logger.error({ err: new ServiceUnavailableError({ message: 'queue full' }) }, 'full');
    logger.info({ request_id: '1' }, 'request completed');
    logger.info('text');

    expect(lines.map(({ msg }) => msg)).toEqual([
      'outage',
      'bug',
      'full',
      'request completed',
      'text',
    ]);
  });
});
