import { DatabaseClock } from '@org/core/store';
import { FakeClock } from '@org/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const START = new Date('2026-01-01T00:00:00.000Z').getTime();

/** Goes on steadily, whatever its clock is set to. */
let machine: FakeClock;
/** What its clock was set ahead by. */
let set: number;
let skews: number[];
let steps: number;
let clock: DatabaseClock;

beforeEach(() => {
  machine = new FakeClock(new Date(START));
  set = 0;
  skews = [];
  steps = 0;
  clock = new DatabaseClock({
    machine: {
      now: () => new Date(machine.now().getTime() + set),
      monotonicMilliseconds: () => machine.monotonicMilliseconds(),
    },
    onSkew: (offset) => skews.push(offset),
    onStep: () => (steps += 1),
  });
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

  it('takes a late answer rather than none', async () => {
    await measure(HOUR, 3_000);

    expect(clock.offsetMilliseconds).toBe(HOUR);
  });

  it('keeps the last measurement when the answer is late, without a time, or none', async () => {
    await measure(4_000);

    await measure(9_000, 3_000);
    await clock.measure(async () => ({}));
    await expect(clock.measure(() => Promise.reject(new Error('away')))).rejects.toThrow('away');

    expect(clock.offsetMilliseconds).toBe(4_000);
  });

  it.each([365 * DAY, -365 * DAY, HOUR, -HOUR])(
    "goes on when the machine's clock is set by %i ms, and asks for a measurement once",
    async (step) => {
      await measure(4_000);

      set = step;
      machine.advance(30_000);

      for (let look = 0; look < 3; look += 1) {
        expect(clock.now()).toEqual(new Date(START + 34_000));
      }
      expect(clock.offsetMilliseconds).toBe(4_000 - step);
      expect(steps).toBe(1);
    },
  );

  it('is right again with the first measurement after the machine stood still', async () => {
    await measure(0);
    // Its monotonic clock stood still, and its clock was set right.
    set = HOUR;
    clock.now();

    await measure(HOUR);
    clock.now();

    expect(clock.now()).toEqual(new Date(START + HOUR));
    expect(steps).toBe(1);
    set = 0;
    clock.now();
    expect(steps).toBe(2);
  });

  it('takes a late answer after the machine stood still, and asks again where there was none', async () => {
    await measure(0);
    set = HOUR;
    clock.now();

    await expect(clock.measure(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    clock.now();
    expect(steps).toBe(2);
    await measure(HOUR, 3_000);

    expect(clock.now()).toEqual(new Date(START + HOUR + 3_000));
    expect(steps).toBe(2);
  });

  it('asks for none while the machine’s clock is only adjusted', async () => {
    await measure(0);
    set = 900;
    machine.advance(30_000);

    expect(clock.now()).toEqual(new Date(START + 30_000));
    expect(steps).toBe(0);
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
