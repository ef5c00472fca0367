import type { LoginAttempt } from '@org/authentication';
import { OperationContext } from '@org/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  createServices,
  phoneNumber,
  type Instance,
  type TestServices,
} from './services.ts';

const home = OperationContext.anonymous('request-1', '203.0.113.7');

let services: TestServices;
let instance: Instance;
/** How many began to wait for others under way. */
let waits: number;
let onWait: () => void;
let release: () => void;

beforeEach(async () => {
  services = await createServices({ throttled: true });
  waits = 0;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const wait = async () => {
    waits += 1;
    onWait();
    await released;
  };
  instance = await services.startInstance({ wait });
});
afterEach(async () => {
  await services.remove();
});

function strangers(count: number): readonly OperationContext[] {
  return Array.from({ length: count }, (_, index) =>
    OperationContext.anonymous('request-1', `198.51.100.${index}`),
  );
}

describe.each<[string, (on: Instance, by: OperationContext) => Promise<LoginAttempt>]>([
  ['a password', (on, by) => on.throttle.beginLogin({ name: 'ada' }, by)],
  ['a code', (on, by) => on.throttle.beginOtpLogin({ phoneNumber }, by)],
])('tries of %s by strangers who wait for others under way', (_what, begin) => {
  let others: readonly LoginAttempt[];

  /**
   * So many at once, while five others stay under way.
   *
   * @returns once one of them waits: what each is refused with, or `undefined`
   */
  async function crowd(count: number): Promise<Promise<unknown>[]> {
    others = await Promise.all(strangers(5).map((by) => begin(services, by)));
    const isWaiting = new Promise<void>((resolve) => {
      onWait = resolve;
    });
    const tries = strangers(count).map((by) =>
      begin(instance, by).then(
        (attempt) => attempt.abandon(),
        (error: unknown) => error,
      ),
    );
    await isWaiting;
    return tries;
  }

  /** @returns how many of them were refused in the end */
  async function disperse(tries: readonly Promise<unknown>[]): Promise<number> {
    await Promise.all(others.map((attempt) => attempt.abandon()));
    release();
    const refusals = await Promise.all(tries);
    return refusals.filter((refusal) => refusal !== undefined).length;
  }

  beforeEach(async () => {
    await (await begin(services, home)).succeed({ accountId });
  });

  it('do not keep a known source waiting, of which a crowd waits for itself', async () => {
    const tries = await crowd(20);

    const own = await Promise.all(Array.from({ length: 5 }, () => begin(instance, home)));

    expect(own.map(({ isFromStranger }) => isFromStranger)).toEqual(Array(5).fill(false));
    expect(waits).toBe(1);
    await Promise.all(own.map((attempt) => attempt.fail()));
    expect(await disperse(tries)).toBe(0);
  });

  it('are a hundred in one process, and the others are refused at once', async () => {
    const tries = await crowd(103);

    const refusals = await Promise.all(tries.slice(100));

    expect(refusals).toMatchObject(Array(3).fill({ httpStatus: 429, retryAfterSeconds: 2 }));
    await (await begin(instance, home)).abandon();
    expect(waits).toBe(1);
    expect(await disperse(tries)).toBe(3);
  });
});
