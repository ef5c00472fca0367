import { describe, expect, it } from 'vitest';

import { measureLoad } from '../../src/load/load.ts';

describe(measureLoad, () => {
  it('sums up the times of the answers', async () => {
    const milliseconds = Array.from({ length: 100 }, (_, index) => index + 1);
    const processes = { server: process.pid, mongod: process.pid };
    await expect(
      measureLoad(processes, () => Promise.resolve({ milliseconds, seconds: 4 })),
    ).resolves.toMatchObject({
      medianMilliseconds: 50.5,
      p95Milliseconds: 95,
      p99Milliseconds: 99,
      answersPerSecond: 25,
    });
  });

  it('tells the processor time of each process that the load took', async () => {
    const idle = process.ppid;
    const result = await measureLoad({ server: process.pid, mongod: idle }, async () => {
      const begin = process.cpuUsage();
      while (process.cpuUsage(begin).user < 200_000) {
        await new Promise(setImmediate);
      }
      return { milliseconds: [1, 1], seconds: 1 };
    });
    expect(result.processorMilliseconds).toBeGreaterThanOrEqual(90);
  });
});
