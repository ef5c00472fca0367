import { Writable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { createListenerLog, warnOfUnheardEvents } from '../src/listener-log.ts';
import { createLogger } from '../src/logging.ts';

const [WARN, ERROR] = [40, 50];

function createLog() {
  const lines: object[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as object);
      done();
    },
  });
  return { lines, logger: createLogger('info', stream) };
}

describe(createListenerLog, () => {
  const failed = {
    listener: 'billing.thank',
    event: 'account.created',
    eventId: '64b00000000000000000000a',
    requestId: 'request-1',
    attempt: 2,
  };
  const fields = {
    listener: 'billing.thank',
    event: 'account.created',
    request_id: 'request-1',
    attempt: 2,
    err: { message: 'broken' },
  };

  it.each([
    ['a warning while the event is tried again', false, WARN],
    ['an error when it is dead', true, ERROR],
  ])('writes %s', (_what, isDead, level) => {
    const { lines, logger } = createLog();

    createListenerLog(logger)(new Error('broken'), { ...failed, isDead });

    expect(lines).toMatchObject([{ ...fields, level }]);
  });

  it('writes an error if the worker itself has a problem', () => {
    const { lines, logger } = createLog();

    createListenerLog(logger)(new Error('no primary'));

    expect(lines).toMatchObject([{ level: ERROR, msg: 'calling listeners failed' }]);
  });
});

describe(warnOfUnheardEvents, () => {
  it('names the listeners that are not here and have events waiting', async () => {
    const { lines, logger } = createLog();
    const counts = { failing: 0, dead: 1, oldestMilliseconds: 0 };
    const statistics = [
      { ...counts, kind: 'billing.here', isHandled: true, waiting: 3 },
      { ...counts, kind: 'billing.gone', isHandled: false, waiting: 2 },
      { ...counts, kind: 'billing.done', isHandled: false, waiting: 0 },
    ];

    await warnOfUnheardEvents({ getStatistics: async () => statistics }, logger);

    expect(lines).toMatchObject([{ level: WARN, listener: 'billing.gone', waiting: 2 }]);
  });
});
