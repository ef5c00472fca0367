import { OtpIncorrectError, type LoginAttempt } from '@org/authentication';
import { OperationContext, TooManyRequestsError } from '@org/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  createServices,
  DAY,
  MINUTE,
  origin,
  otherAccountId,
  outcomesOf,
  phoneNumber,
  SECOND,
  WrongCredentialsError,
  type Instance,
  type TestServices,
} from './services.ts';

let services: TestServices;
let instances: readonly [Instance, Instance];

const stranger = from('198.51.100.66');
const home = from('203.0.113.7');
const elsewhere = from('192.0.2.9');

beforeEach(async () => {
  services = await createServices({ throttled: true });
  instances = [services, await services.startInstance()];
});
afterEach(async () => {
  await services.remove();
});

function from(address: string): OperationContext {
  return OperationContext.anonymous('request-1', address);
}

function logIn(password: string, by: OperationContext, on: Instance = services) {
  return on.login.loginByUsernameAndPassword({ username: 'ada', password, ...origin }, by);
}

function logInByOtp(otpCode: string, by: OperationContext, on: Instance = services) {
  return on.login.loginByPhoneNumberAndOtp({ phoneNumber, otpCode, ...origin }, by);
}

async function requestOtp(by: OperationContext): Promise<string> {
  await services.authentication.otps.requestOtp({ phoneNumber, accountId }, by);
  return services.sent.at(-1)!.data.code;
}

function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

/** So many at once, on both instances by turns. */
function atOnce(times: number, call: (on: Instance) => Promise<unknown>): Promise<unknown>[] {
  return Array.from({ length: times }, (_, index) => call(instances[index % 2]!));
}

function evaluated(): number {
  const calls = instances.flatMap(({ directory }) => directory.calls);
  return calls.filter((call) => call.startsWith('getAccountBy')).length;
}

async function pauseOf(by: OperationContext): Promise<number> {
  try {
    await (await services.throttle.beginLogin({ name: 'ada' }, by)).abandon();
    return 0;
  } catch (error) {
    return (error as TooManyRequestsError).retryAfterSeconds!;
  }
}

describe.each([24, 100])('%i wrong tries at once', (times) => {
  it('of a password are evaluated five times, and cause one pause', async () => {
    const outcomes = await outcomesOf(atOnce(times, (on) => logIn('wrong', stranger, on)));

    expect(outcomes).toEqual({ WrongCredentialsError: 5, TooManyRequestsError: times - 5 });
    expect(evaluated()).toBe(5);
    expect(await pauseOf(elsewhere)).toBe(1);
  });

  it('of a code are evaluated five times, and the owner gets in within the pause', async () => {
    const code = await requestOtp(stranger);

    const outcomes = await outcomesOf(atOnce(times, (on) => logInByOtp(wrong(code), stranger, on)));

    expect(outcomes).toEqual({ OtpIncorrectError: 5, TooManyRequestsError: times - 5 });
    services.clock.advance(MINUTE);
    await logInByOtp(await requestOtp(elsewhere), elsewhere);
  });

  it('after a pause are evaluated once, and double it once', async () => {
    await outcomesOf(atOnce(5, (on) => logIn('wrong', stranger, on)));
    services.clock.advance(SECOND);

    const outcomes = await outcomesOf(atOnce(times, (on) => logIn('wrong', stranger, on)));

    expect(outcomes).toEqual({ WrongCredentialsError: 1, TooManyRequestsError: times - 1 });
    expect(await pauseOf(elsewhere)).toBe(2);
  });
});

describe('right tries at once', () => {
  it('all get in: each waits for those under way', async () => {
    const outcomes = await outcomesOf(atOnce(24, (on) => logIn('right', home, on)));

    expect(outcomes).toEqual({ fulfilled: 24 });
  });

  it('wipe out the failures before', async () => {
    await outcomesOf(atOnce(4, (on) => logIn('wrong', home, on)));
    await logIn('right', home);

    const outcomes = await outcomesOf(atOnce(5, (on) => logIn('wrong', home, on)));

    expect(outcomes).toEqual({ WrongCredentialsError: 5 });
  });
});

describe('tries that nobody settles', () => {
  let waited: number;

  function reserve(): Promise<LoginAttempt[]> {
    return Promise.all(
      Array.from({ length: 5 }, () => services.throttle.beginLogin({ name: 'ada' }, stranger)),
    );
  }

  beforeEach(async () => {
    waited = 0;
    const wait = async (milliseconds: number) => {
      waited += milliseconds;
      services.clock.advance(milliseconds);
    };
    instances = [await services.startInstance({ wait }), instances[1]];
  });

  it('are waited for two seconds, then refused until they die after a minute', async () => {
    await reserve();

    const refusal = await logIn('right', elsewhere, instances[0]).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(TooManyRequestsError);
    expect(waited).toBe(2 * SECOND);
    expect((refusal as TooManyRequestsError).retryAfterSeconds).toBe(58);
    services.clock.advance(58 * SECOND - 1);
    await expect(logIn('right', elsewhere, instances[0])).resolves.toBeDefined();
  });

  it('make room once they are abandoned, and count for nothing', async () => {
    const attempts = await reserve();
    await Promise.all(attempts.map((attempt) => attempt.abandon()));

    expect(await outcomesOf(atOnce(5, (on) => logIn('wrong', stranger, on)))).toEqual({
      WrongCredentialsError: 5,
    });
    expect(waited).toBe(0);
  });
});

describe('an error that is no answer', () => {
  it('leaves no failure and no try under way', async () => {
    const { directory } = services;
    const evaluate = directory.getAccountByUsernameAndPassword.bind(directory);
    directory.getAccountByUsernameAndPassword = async () => {
      throw new Error('no answer');
    };
    for (let time = 0; time < 6; time += 1) {
      await expect(logIn('right', stranger)).rejects.toThrow('no answer');
    }
    directory.getAccountByUsernameAndPassword = evaluate;

    await logIn('right', stranger);
  });
});

describe('a source that the owner logged in from', () => {
  async function lockOut(): Promise<void> {
    for (let pause = 0; pause < 15 * MINUTE;) {
      await logIn('wrong', stranger).catch(() => undefined);
      pause = (await pauseOf(stranger)) * SECOND;
      services.clock.advance(pause < 15 * MINUTE ? pause : 0);
    }
  }

  it('gets in at once while strangers are paused, and they go on being paused', async () => {
    await logIn('right', home);
    for (let time = 0; time < 5; time += 1) {
      await logIn('wrong', stranger).catch(() => undefined);
    }

    await logIn('right', home, instances[1]);

    expect(await pauseOf(elsewhere)).toBe(1);
  });

  it('has failures of its own', async () => {
    await logIn('right', home);
    await outcomesOf(atOnce(5, (on) => logIn('wrong', home, on)));

    expect(await pauseOf(home)).toBe(1);
    await expect(logIn('wrong', elsewhere)).rejects.toThrow(WrongCredentialsError);
  });

  it('is any other one no longer than fifteen minutes after the last failure', async () => {
    await lockOut();
    services.clock.advance(15 * MINUTE - 1);
    expect(await pauseOf(elsewhere)).toBe(1);

    services.clock.advance(1);

    await logIn('right', elsewhere);
  });

  it('is forgotten after ninety days, and when the account is deleted', async () => {
    await logIn('right', home);
    services.clock.advance(90 * DAY);
    await outcomesOf(atOnce(5, (on) => logIn('wrong', stranger, on)));
    expect(await pauseOf(home)).toBe(1);

    services.clock.advance(SECOND);
    await logIn('right', home);
    await services.throttle.forgetKnownSources({ accountId }, home);
    await outcomesOf(atOnce(5, (on) => logIn('wrong', stranger, on)));
    expect(await pauseOf(home)).toBe(1);
  });

  it('is stored as a digest, and is one of twenty', async () => {
    for (let index = 1; index <= 25; index += 1) {
      services.clock.advance(1);
      await logIn('right', from(`192.0.2.${index}`));
    }

    const counters = services.database.collection('throttle_counters');
    const stored = await counters.findOne({ account_id: accountId });
    expect(Object.keys(stored!['known']).filter((key) => /^[\da-f]{32}$/.test(key))).toHaveLength(
      20,
    );
    expect(JSON.stringify(stored)).not.toContain('192.0.2');
    for (let time = 0; time < 5; time += 1) {
      await logIn('wrong', stranger).catch(() => undefined);
    }
    expect(await pauseOf(from('192.0.2.1'))).toBe(1);
    expect(await pauseOf(from('192.0.2.25'))).toBe(0);
  });

  it('may use the tries of a code from the fourth on, and strangers may not', async () => {
    await logInByOtp(await requestOtp(home), home);
    services.clock.advance(MINUTE);
    const code = await requestOtp(home);
    for (let time = 0; time < 3; time += 1) {
      await expect(logInByOtp(wrong(code), stranger)).rejects.toThrow(OtpIncorrectError);
    }

    await expect(logInByOtp(code, stranger)).rejects.toThrow(OtpIncorrectError);
    await expect(logInByOtp(wrong(code), home)).rejects.toThrow(OtpIncorrectError);
    await logInByOtp(code, home);
  });

  it('has requests of its own, which strangers cannot use up', async () => {
    await logInByOtp(await requestOtp(home), home);
    services.clock.advance(MINUTE);
    await requestOtp(stranger);
    await expect(requestOtp(elsewhere)).rejects.toThrow(TooManyRequestsError);

    await services.authentication.otps.assertOtpRequestAllowed({ phoneNumber }, home);
    await logInByOtp(await requestOtp(home), home);
  });
});

describe('a number that nobody logged in to yet', () => {
  it('has five tries of a code for anybody', async () => {
    const code = await requestOtp(stranger);
    for (let time = 0; time < 4; time += 1) {
      await expect(logInByOtp(wrong(code), stranger)).rejects.toThrow(OtpIncorrectError);
    }

    await logInByOtp(code, elsewhere);
  });
});

describe('two accounts whose names are counted as one', () => {
  async function logInAs(id: string, by: OperationContext, isLogin = true): Promise<void> {
    const attempt = await services.throttle.beginLogin({ name: 'ada' }, by);
    await attempt.succeed({ accountId: id, isLogin });
  }

  it.each([
    ['a log-in', true],
    ['a current password', false],
  ])('by %s of one, wipe out no failures at the other', async (_what, isLogin) => {
    await logInAs(accountId, home);
    await outcomesOf(atOnce(4, (on) => logIn('wrong', stranger, on)));

    await logInAs(otherAccountId, stranger, isLogin);

    await expect(logIn('wrong', stranger)).rejects.toThrow(WrongCredentialsError);
    expect(await pauseOf(elsewhere)).toBe(1);
    expect(await pauseOf(home)).toBe(0);
    services.clock.advance(SECOND);
    await logInAs(accountId, elsewhere);
    expect(await outcomesOf(atOnce(4, (on) => logIn('wrong', stranger, on)))).toEqual({
      WrongCredentialsError: 4,
    });
  });

  it('by a log-in of one from the place of the other, wipe out none there either', async () => {
    await logInAs(accountId, home);
    await outcomesOf(atOnce(4, (on) => logIn('wrong', home, on)));

    await logInAs(otherAccountId, home);

    await expect(logIn('wrong', home)).rejects.toThrow(WrongCredentialsError);
    expect(await pauseOf(home)).toBe(1);
  });

  it.each([
    ['was deleted', async () => services.throttle.forgetKnownSources({ accountId }, home)],
    ['did not log in for 90 days', async () => services.clock.advance(90 * DAY)],
  ])('are one after the other where the first %s', async (_what, leave) => {
    await logInAs(accountId, home);
    await leave();

    await logInAs(otherAccountId, elsewhere);

    await outcomesOf(atOnce(5, (on) => logIn('wrong', stranger, on)));
    expect(await pauseOf(elsewhere)).toBe(0);
    expect(await pauseOf(home)).toBe(1);
  });
});
