import { Database } from '@org/core/store';
import { expect, inject, it, onTestFinished, vi } from 'vitest';

const DAY = 24 * 60 * 60_000;

it.each([365 * DAY, -365 * DAY])(
  'a Database whose machine sets its clock by %i ms tells the same time, and measures it at once',
  async (step) => {
    // The measurements of each minute do not come.
    vi.useFakeTimers({ toFake: ['setInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const database = await Database.connect({ uri: inject('mongodbUri'), monitorCommands: true });
    onTestFinished(() => database.close());
    const asked: string[] = [];
    database.client.on('commandStarted', ({ commandName }) => asked.push(commandName));
    const startedAt = performance.now();
    const before = database.clock.now().getTime();
    vi.useFakeTimers({ toFake: ['Date'], now: before + step });

    const told = database.clock.now().getTime();

    expect(told).toBeGreaterThanOrEqual(before);
    expect(told).toBeLessThanOrEqual(before + Math.ceil(performance.now() - startedAt) + 1);
    await expect.poll(() => asked).toEqual(['hello']);
    expect(Math.abs(database.clockOffsetMilliseconds + step)).toBeLessThan(DAY);
  },
);
