import { describe, expect, it } from 'vitest';

import { createListenerLog, warnOfUnheardEvents } from '../src/listener-log.ts';
import { recordLog } from './record-log.ts';

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
    ['a warning while the event is tried again', false, 'warn'],
    ['an error when it is dead', true, 'error'],
  ])('writes %s', (_what, isDead, level) => {
    const { lines, logger } = recordLog();

    createListenerLog(logger)(new Error('broken'), { ...failed, isDead });

    expect(lines).toMatchObject([{ ...fields, level }]);
  });

  it('writes an error if the worker itself has a problem', () => {
    const { lines, logger } = recordLog();

    createListenerLog(logger)(new Error('no primary'));

    expect(lines).toMatchObject([{ level: 'error', msg: 'calling listeners failed' }]);
  });
});

describe(warnOfUnheardEvents, () => {
  it('names the listeners that are not here and have events waiting', async () => {
    const { lines, logger } = recordLog();
    const counts = { failing: 0, dead: 1, oldestMilliseconds: 0 };
    const statistics = [
      { ...counts, kind: 'billing.here', isHandled: true, waiting: 3 },
      { ...counts, kind: 'billing.gone', isHandled: false, waiting: 2 },
      { ...counts, kind: 'billing.done', isHandled: false, waiting: 0 },
    ];

    warnOfUnheardEvents({ getStatistics: async () => statistics }, logger);

    await expect.poll(() => lines).toHaveLength(1);
    expect(lines).toMatchObject([{ level: 'warn', listener: 'billing.gone', waiting: 2 }]);
  });
});
