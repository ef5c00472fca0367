import { ThrottleService } from '@org/authentication';
import { OperationContext, TooManyRequestsError } from '@org/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  actionsIn,
  context,
  createServices,
  HOUR,
  MINUTE,
  outcomesOf,
  phoneNumber,
  SECOND,
  type TestServices,
} from './services.ts';

let services: TestServices;
let throttle: ThrottleService;

beforeEach(async () => {
  services = await createServices({ throttled: true });
  ({ throttle } = services);
});
afterEach(async () => {
  await services.remove();
});

function from(address: string): OperationContext {
  return OperationContext.anonymous('request-1', address);
}

/** A source of its own for each, where sources are not what a test is about. */
function fromSomewhere(index: number): OperationContext {
  return from(`198.51.100.${index % 250}`);
}

async function fail(times: number, name = 'ada', by = throttle): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const attempt = await by.beginLogin({ name }, fromSomewhere(time));
    await attempt.fail();
  }
}

/** For how many seconds the call is refused; 0 when it is not. */
async function waitOf(call: () => Promise<unknown>): Promise<number> {
  try {
    await call();
    return 0;
  } catch (error) {
    if (error instanceof TooManyRequestsError) {
      return error.retryAfterSeconds!;
    }
    throw error;
  }
}

function loginWait(name = 'ada', by = throttle): Promise<number> {
  return waitOf(async () => (await by.beginLogin({ name }, context)).abandon());
}

describe('failed logins of one name', () => {
  it('are free five times, then pause it: one second, doubling up to fifteen minutes', async () => {
    await fail(4);
    expect(await loginWait()).toBe(0);
    const waits: number[] = [];

    for (let failure = 5; failure <= 16; failure += 1) {
      await fail(1);
      const wait = await loginWait();
      waits.push(wait);
      services.clock.advance(wait * SECOND - 1);
      expect(await loginWait()).toBe(1);
      services.clock.advance(1);
      expect(await loginWait()).toBe(0);
    }

    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it('are forgotten fifteen minutes after the last pause', async () => {
    await fail(5);
    services.clock.advance(SECOND);
    await fail(1);
    services.clock.advance(2 * SECOND + 15 * MINUTE);

    await fail(4);

    expect(await loginWait()).toBe(0);
  });

  it('are wiped out by a success', async () => {
    await fail(4);

    await (await throttle.beginLogin({ name: 'ada' }, context)).succeed();

    await fail(4);
    expect(await loginWait()).toBe(0);
  });

  it.each([
    ['ADA@Example.com', 'ada@example.com'],
    ['  ada  ', 'ada'],
    ['ＡＤＡ', 'ada'],
    ['a\u200bd\u00ada', 'ada'],
    ['STRAẞE', 'straße'],
  ])('count for %j and %j alike', async (variant, name) => {
    await fail(5, variant);

    expect(await loginWait(name)).toBe(1);
    expect(await loginWait('somebody else')).toBe(0);
  });

  it('are counted for all instances, and survive a restart', async () => {
    const other = await services.startInstance();
    await fail(3);
    await fail(2, 'ada', other.throttle);

    expect(await loginWait()).toBe(1);
    expect(await loginWait('ada', (await services.startInstance()).throttle)).toBe(1);
  });
});

describe('failed logins of one source', () => {
  const failFrom = async (address: string, times: number) => {
    for (let time = 0; time < times; time += 1) {
      await (await throttle.beginLogin({ name: `name ${time}` }, from(address))).fail();
    }
  };
  const waitFrom = (address: string) =>
    waitOf(async () => (await throttle.beginLogin({ name: 'somebody' }, from(address))).abandon());

  it('are at most a hundred in any fifteen minutes', async () => {
    await failFrom('203.0.113.7', 1);
    services.clock.advance(MINUTE);
    await failFrom('203.0.113.7', 99);

    expect(await waitFrom('203.0.113.7')).toBe(14 * 60);
    expect(await waitFrom('203.0.113.8')).toBe(0);
    services.clock.advance(14 * MINUTE);
    expect(await waitFrom('203.0.113.7')).toBe(0);
    await failFrom('203.0.113.7', 1);
    expect(await waitFrom('203.0.113.7')).toBe(60);
  });

  it('are those of a whole IPv6 network of 64 bits', async () => {
    await failFrom('2001:db8:1:2:3:4:5:6', 100);

    expect(await waitFrom('2001:db8:1:2::1')).toBeGreaterThan(0);
    expect(await waitFrom('2001:db8:1:3::1')).toBe(0);
  });
});

describe('failed one-time passwords of one number', () => {
  const failOtp = async (by: OperationContext, given = phoneNumber) =>
    (await throttle.beginOtpLogin({ phoneNumber: given }, by)).fail();
  const otpWait = (given = phoneNumber, by = context) =>
    waitOf(async () => (await throttle.beginOtpLogin({ phoneNumber: given }, by)).abandon());

  it('pause it like failed passwords, however the number is written', async () => {
    for (let time = 0; time < 5; time += 1) {
      await failOtp(fromSomewhere(time), { countryCode: '91', phoneNumber: '99999 99999' });
    }

    expect(await otpWait()).toBe(1);
    expect(await otpWait({ countryCode: '+91', phoneNumber: '8888888888' })).toBe(0);
  });

  it('are at most twenty a day from one source, a success in between or not', async () => {
    for (let time = 0; time < 20; time += 1) {
      if (time === 10) {
        await (await throttle.beginOtpLogin({ phoneNumber }, context)).succeed();
      }
      await failOtp(context);
      services.clock.advance(30 * MINUTE);
    }

    const wait = await otpWait();

    expect(await otpWait(phoneNumber, from('198.51.100.1'))).toBe(0);
    expect(wait).toBe(14 * 60 * 60);
    services.clock.advance(wait * SECOND);
    expect(await otpWait()).toBe(0);
  });

  it('count for a number that is none, too', async () => {
    const none = { countryCode: 'x', phoneNumber: 'y' };
    for (let time = 0; time < 5; time += 1) {
      await failOtp(fromSomewhere(time), none);
    }

    expect(await otpWait(none)).toBe(1);
  });
});

describe.each<[string, number, number, (by: ThrottleService, index: number) => Promise<void>]>([
  ['sign-ups of a source', 20, HOUR, (by) => by.consumeSignUp(context)],
  ['uses of the phone form by a source', 20, HOUR, (by) => by.consumePhoneNumberForm(context)],
  [
    'reset requests for a name',
    3,
    HOUR,
    (by, index) => by.consumePasswordResetRequest({ name: 'Ada' }, fromSomewhere(index)),
  ],
  [
    'reset requests of a source',
    20,
    HOUR,
    (by, index) => by.consumePasswordResetRequest({ name: `name ${index}` }, context),
  ],
  [
    'refused resets of an account',
    20,
    HOUR,
    (by, index) => by.consumeRefusedPasswordReset({ accountId }, fromSomewhere(index)),
  ],
  ['resets of a source', 20, HOUR, (by) => by.consumePasswordReset(context)],
  [
    'codes for a source',
    10,
    HOUR,
    (by, index) =>
      by.consumeOtpRequest(
        { phoneNumber: { countryCode: '+91', phoneNumber: `99999999${10 + index}` } },
        context,
      ),
  ],
])('%s', (_what, limit, span, consume) => {
  it(`are at most ${limit} in any hour, by whichever instance`, async () => {
    const other = await services.startInstance();
    const instances = [throttle, other.throttle];
    for (let index = 0; index < limit; index += 1) {
      await consume(instances[index % 2]!, index);
      services.clock.advance(SECOND);
    }

    const wait = await waitOf(() => consume(throttle, limit));

    expect(wait).toBe(span / SECOND - limit);
    services.clock.advance(wait * SECOND - 1);
    expect(await waitOf(() => consume(throttle, limit))).toBe(1);
    services.clock.advance(1);
    expect(await waitOf(() => consume(throttle, limit))).toBe(0);
    expect(await waitOf(() => consume(throttle, limit + 1))).toBeGreaterThan(0);
  });
});

describe('codes for a number', () => {
  it('are at most three in ten minutes and five in an hour', async () => {
    const waits: number[] = [];

    for (let code = 0; code < 6; code += 1) {
      const wait = await waitOf(() => throttle.consumeOtpRequest({ phoneNumber }, context));
      waits.push(wait);
      services.clock.advance(wait * SECOND);
      if (wait > 0) {
        await throttle.consumeOtpRequest({ phoneNumber }, context);
      }
    }

    expect(waits).toEqual([0, 30, 30, 540, 30, 2_970]);
  });
});

describe('a budget', () => {
  it('is not exceeded by fifty at once on two instances', async () => {
    const other = await services.startInstance();
    const instances = [throttle, other.throttle];

    const outcomes = await outcomesOf(
      Array.from({ length: 50 }, (_, index) => instances[index % 2]!.consumeSignUp(context)),
    );

    expect(outcomes).toEqual({ fulfilled: 20, TooManyRequestsError: 30 });
  });

  it('records who is refused, and says when to come back', async () => {
    await outcomesOf(Array.from({ length: 20 }, () => throttle.consumeSignUp(context)));
    services.audit.events.length = 0;

    await expect(throttle.consumeSignUp(context)).rejects.toMatchObject({
      code: 'RATE_LIMIT_ERR_01',
      httpStatus: 429,
      retryAfterSeconds: 3_600,
    });

    expect(actionsIn(services)).toEqual(['excess_rate_limit_exceeded denied']);
  });

  it('is that of this process while the database is away: limited, never open', async () => {
    const { throttle: cutOff, database } = await services.startInstance();
    await database.close();

    const outcomes = await outcomesOf(
      Array.from({ length: 25 }, () => cutOff.consumeSignUp(context)),
    );
    await fail(5, 'ada', cutOff);

    expect(outcomes).toEqual({ fulfilled: 20, TooManyRequestsError: 5 });
    expect(await loginWait('ada', cutOff)).toBe(1);
    services.clock.advance(SECOND);
    await (await cutOff.beginLogin({ name: 'ada' }, context)).succeed();
    await fail(4, 'ada', cutOff);
    expect(await loginWait('ada', cutOff)).toBe(0);
  });
});

describe('what is counted', () => {
  it('lies in the database without names, numbers and addresses', async () => {
    await fail(1, 'ada.lovelace@example.com');
    await throttle.consumeOtpRequest({ phoneNumber }, context);

    const stored = await services.database.collection('throttle_counters').find().toArray();

    expect(stored.length).toBeGreaterThanOrEqual(4);
    const text = JSON.stringify(stored);
    for (const name of ['lovelace', 'example', '9999999999', '203.0.113.7', '198.51.100.0']) {
      expect(text).not.toContain(name);
    }
  });

  it('is counted in one round trip, a counter each', async () => {
    services.commands.length = 0;

    await throttle.beginLogin({ name: 'ada' }, context);

    expect(services.commands).toEqual(['findAndModify', 'findAndModify']);
  });
});

describe('a budget that is set', () => {
  it('replaces the default one, and no other', async () => {
    const { database, audit, secretKey } = services;
    const budgets = { 'sign-up-source': [{ limit: 1, milliseconds: MINUTE }] };
    const strict = ThrottleService.create({
      database,
      audit,
      secretKey,
      clock: services.clock,
      budgets,
    });
    await strict.initialize();
    await strict.consumeSignUp(context);

    expect(await waitOf(() => strict.consumeSignUp(context))).toBe(60);
    await strict.consumePhoneNumberForm(context);
    expect(await waitOf(() => strict.consumePhoneNumberForm(context))).toBe(0);
  });
});

describe('switched off', () => {
  it('counts and refuses nothing', async () => {
    const { throttle: off, commands } = await services.startInstance({ throttled: false });
    commands.length = 0;

    await fail(10, 'ada', off);
    await Promise.all(Array.from({ length: 30 }, () => off.consumeSignUp(context)));

    expect(await loginWait('ada', off)).toBe(0);
    expect(commands).toEqual([]);
  });
});
