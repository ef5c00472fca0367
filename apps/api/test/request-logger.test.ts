import { PassThrough } from 'node:stream';

import { levels } from 'pino';
import { describe, expect, it, vi } from 'vitest';

import { createLogger } from '../src/logging.ts';
import { RequestLogger } from '../src/request-logger.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

describe('the logger of a request', () => {
  const lines = new PassThrough();
  const parent = createLogger('trace', lines);
  const logger = () => new RequestLogger(parent, { request_id: 'one' });
  const written = () => JSON.parse(String(lines.read())) as object;

  it.each(LEVELS)('writes a line at %s with the id, and without secrets', (level) => {
    logger()[level]({ body: { password: 'analytical' } }, 'a line');

    expect(written()).toMatchObject({
      level: levels.values[level],
      request_id: 'one',
      body: { password: '[redacted]' },
      msg: 'a line',
    });
  });

  it('says the level of the program, and is silent when told', () => {
    logger().silent('nothing');

    expect(logger().level).toBe('trace');
    expect(lines.read()).toBeNull();
  });

  it('has children of its own', () => {
    logger().child({ part: 'two' }).info('a line');

    expect(written()).toMatchObject({ request_id: 'one', part: 'two' });
  });

  it('makes one child, with its first line', () => {
    const child = vi.spyOn(parent, 'child');
    const once = logger();
    expect(child).not.toHaveBeenCalled();

    once.info('a line');
    once.info('another');

    expect(child).toHaveBeenCalledOnce();
  });
});
