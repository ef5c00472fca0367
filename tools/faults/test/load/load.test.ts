import type { Outcome } from '@org/harness';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { endLoads, startLoad, startPacedLoad } from '../../src/load/load.ts';

const times = { sentAt: 0, milliseconds: 10 };
const answer: Outcome = { kind: 'answer', status: 200, headers: {}, body: {}, ...times };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe(endLoads, () => {
  it.each([
    ['one after the other', (request: () => Promise<Outcome>) => startLoad([request])],
    ['at a rate', (request: () => Promise<Outcome>) => startPacedLoad(100, request)],
  ])('ends a load that nobody has stopped: %s', async (_, start) => {
    const request = vi.fn(
      () => new Promise<Outcome>((resolve) => setTimeout(resolve, times.milliseconds, answer)),
    );
    start(request);
    await vi.advanceTimersByTimeAsync(100);
    const { length: sent } = request.mock.calls;
    expect(sent).toBeGreaterThan(5);

    endLoads();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(request).toHaveBeenCalledTimes(sent);
  });
});
