import { DatabaseClock } from '@org/core/store';
import { FakeClock } from '@org/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';

const HOUR = 60 * 60_000;
const START = new Date('2026-01-01T00:00:00.000Z').getTime();

let machine: FakeClock;
let skews: number[];
let clock: DatabaseClock;

beforeEach(() => {
  machine = new FakeClock(new Date(START));
  skews = [];
  clock = new DatabaseClock({ machine, onSkew: (offset) => skews.push(offset) });
});

/** The server's time is `ahead` of the machine's, half-way through the round trip. */
async function measure(ahead: number, roundTrip = 0): Promise<void> {
  await clock.measure(async () => {
    machine.advance(roundTrip / 2);
    const localTime = new Date(machine.now().getTime() + ahead);
    machine.advance(roundTrip / 2);
    return { localTime };
  });
}

describe(DatabaseClock, () => {
  it("tells the machine's time before it has measured", () => {
    expect(clock.now()).toEqual(machine.now());
  });

  it.each([4_000, -4_000, HOUR, -HOUR])('tells the time of a server %i ms ahead', async (ahead) => {
    await measure(ahead, 40);

    expect(clock.now()).toEqual(new Date(machine.now().getTime() + ahead));
    expect(clock.offsetMilliseconds).toBe(ahead);
  });

  it('changes nothing for less than the error of the measurement', async () => {
    await measure(4_000, 0);
    await measure(4_018, 40);

    expect(clock.offsetMilliseconds).toBe(4_000);
  });

  it('keeps the last measurement when the answer is late, without a time, or none', async () => {
    await measure(4_000);

    await measure(9_000, 3_000);
    await clock.measure(async () => ({}));
    await expect(clock.measure(() => Promise.reject(new Error('away')))).rejects.toThrow('away');

    expect(clock.offsetMilliseconds).toBe(4_000);
  });

  it('leaves durations alone', async () => {
    const before = clock.monotonicMilliseconds();
    await measure(HOUR);

    expect(clock.monotonicMilliseconds()).toBe(before);
  });

  it('tells of a large skew once, and again after it was gone', async () => {
    await measure(6_000);
    await measure(7_000);
    await measure(0);
    await measure(-HOUR);

    expect(skews).toEqual([6_000, -HOUR]);
  });
});
