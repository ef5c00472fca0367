import { describe, expect, it } from 'vitest';

import { repeatSteps } from '../../src/load/load.ts';

describe(repeatSteps, () => {
  it('lets every client take a step, however short the time', async () => {
    const clients: number[] = [];
    const answers = await repeatSteps({
      clients: 3,
      extent: { seconds: 0 },
      step: (client) => Promise.resolve(clients.push(client)),
    });
    expect(clients).toEqual([0, 1, 2]);
    expect(answers.milliseconds).toHaveLength(3);
  });

  it('takes steps until the time is over, one at a time for each client', async () => {
    let running = 0;
    let most = 0;
    const { milliseconds, seconds } = await repeatSteps({
      clients: 2,
      extent: { seconds: 0.05 },
      step: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
      },
    });
    expect(most).toBe(2);
    expect(milliseconds.length).toBeGreaterThan(2);
    expect(seconds).toBeGreaterThanOrEqual(0.05);
  });

  it('takes as many steps as are asked for', async () => {
    const step = (): Promise<void> => Promise.resolve();
    const answers = await repeatSteps({ clients: 3, extent: { count: 10 }, step });
    expect(answers.milliseconds).toHaveLength(10);
  });

  it('begins no more steps than the interval lets', async () => {
    const { milliseconds } = await repeatSteps({
      clients: 1,
      extent: { seconds: 0.1 },
      intervalMilliseconds: 60,
      step: () => Promise.resolve(),
    });
    expect(milliseconds.length).toBeLessThanOrEqual(2);
  });

  it('passes on what a step throws', async () => {
    const step = (): Promise<never> => Promise.reject(new Error('no answer'));
    await expect(repeatSteps({ clients: 2, extent: { seconds: 1 }, step })).rejects.toThrow(
      'no answer',
    );
  });
});
