import { randomBytes } from 'node:crypto';

import {
  OtpExpiredError,
  OtpIncorrectError,
  OtpRequestFailedError,
  type AuthenticationService,
} from '@org/authentication';
import { SecretKey } from '@org/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  context,
  createServices,
  MINUTE,
  outcomesOf,
  phoneNumber,
  SECOND,
  type TestServices,
} from './services.ts';

const otherNumber = { countryCode: '+91', phoneNumber: '8888888888' };

let services: TestServices;
let authentication: AuthenticationService;

beforeEach(async () => {
  services = await createServices();
  ({ authentication } = services);
});
afterEach(async () => {
  await services.remove();
});

async function request(number = phoneNumber): Promise<string> {
  services.clock.advance(1);
  await authentication.otps.requestOtp({ phoneNumber: number, accountId }, context);
  return services.sent.at(-1)!.data.code;
}

async function verify(otpCode: unknown, number = phoneNumber): Promise<void> {
  await authentication.otps.verifyOtp({ phoneNumber: number, otpCode }, context);
}

/** A code that is not this one. */
function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

function otps() {
  return services.database.collection('otps');
}

describe('requestOtp', () => {
  it('says in seconds how long the code is good for, and never no minutes', async () => {
    await services.remove();
    services = await createServices({ settings: { otpTimeToLiveMilliseconds: 20_000 } });
    ({ authentication } = services);

    await request();

    expect(services.sent.at(-1)!.data).toMatchObject({ seconds: 20, minutes: 1 });
  });

  it('sends six digits, which expire with the message after five minutes', async () => {
    const code = await request();

    expect(code).toMatch(/^\d{6}$/);
    expect(services.sent).toEqual([
      {
        accountId,
        phoneNumber,
        topic: 'one-time-password',
        data: { code, seconds: 300, minutes: 5 },
        expiresAt: new Date(services.clock.now().getTime() + 5 * MINUTE),
      },
    ]);
  });

  it('is recorded, in the transaction that stores the code', async () => {
    services.audit.events.length = 0;
    await request();

    const { _id } = (await otps().findOne())!;
    expect(services.audit.events).toMatchObject([
      { resourceType: 'otps', resourceId: _id.toHexString(), action: 'authn_token_created' },
    ]);
    expect(services.audit.events[0]!.context.transaction).toBeDefined();
  });

  it("stores no code, but what the server's key makes of number, purpose and code", async () => {
    const code = await request();
    await request(otherNumber);

    const stored = await otps().findOne();
    expect(stored).toMatchObject({
      phone_number: { country_code: '+91', phone_number: '9999999999' },
      purpose: 'login',
      attempts: 0,
      status: 'PENDING',
      active: true,
      expires_at: new Date(services.sent[0]!.expiresAt),
    });
    expect(stored!['otp_hash']).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(stored)).not.toContain(code);
  });

  it('is undone with the transaction around it', async () => {
    const undone = services.database.withTransaction(context, async (transaction) => {
      await authentication.otps.requestOtp({ phoneNumber, accountId }, transaction);
      throw new Error('undone');
    });

    await expect(undone).rejects.toThrow('undone');
    expect(await otps().countDocuments()).toBe(0);
  });

  it('leaves one live code when twenty are asked for at once on two instances', async () => {
    const other = await services.startInstance();
    const instances = [authentication, other.authentication];

    const outcomes = await outcomesOf(
      Array.from({ length: 20 }, (_, index) =>
        instances[index % 2]!.otps.requestOtp({ phoneNumber, accountId }, context),
      ),
    );

    expect(outcomes).toEqual({ fulfilled: 20 });
    expect(await otps().countDocuments({ active: true })).toBe(1);
  });

  it('gives test numbers their code, and sends them nothing', async () => {
    const settings = { otpTest: { code: '111111', phoneNumbers: [phoneNumber] } };
    ({ authentication } = await services.startInstance({ settings }));

    await authentication.otps.requestOtp({ phoneNumber, accountId }, context);

    expect(services.sent).toEqual([]);
    await verify('111111');
    await authentication.otps.requestOtp({ phoneNumber: otherNumber, accountId }, context);
    await expect(verify('111111', otherNumber)).rejects.toThrow(OtpIncorrectError);
  });

  it('refuses numbers of countries that are not served', async () => {
    const settings = { phoneCountries: ['US'] };
    ({ authentication } = await services.startInstance({ settings }));

    await expect(request()).rejects.toThrow(OtpRequestFailedError);
    await expect(
      authentication.otps.assertOtpRequestAllowed({ phoneNumber }, context),
    ).rejects.toMatchObject({
      code: 'OTP_ERR_03',
      message: 'Please provide a valid phone number.',
    });
    expect(await otps().countDocuments()).toBe(0);
  });
});

describe('verifyOtp', () => {
  it('accepts the right code once', async () => {
    const code = await request();

    await verify(code);

    expect(await otps().findOne()).toMatchObject({ active: false, status: 'SUCCESS', attempts: 1 });
    await expect(verify(code)).rejects.toThrow(OtpExpiredError);
  });

  it.each([
    ['wrong', (code: string) => wrong(code)],
    ['a number', (code: string) => Number(code)],
    ['an operator', () => ({ $gt: '' })],
    ['a list of the right one', (code: string) => [code]],
    ['null', () => null],
    ['empty', () => ''],
  ])('refuses a code that is %s', async (_what, forge) => {
    const code = await request();

    await expect(verify(forge(code))).rejects.toThrow(OtpIncorrectError);

    await verify(code);
  });

  it('refuses a right code of another number', async () => {
    const code = await request();
    await request(otherNumber);

    await expect(verify(code, otherNumber)).rejects.toThrow(OtpIncorrectError);
  });

  it('answers for a number without a code as for a wrong one', async () => {
    await expect(verify('123456')).rejects.toMatchObject({
      code: 'OTP_ERR_01',
      message: 'Please provide the correct OTP to login.',
    });
  });

  it('calls a right code expired that a newer one replaced', async () => {
    const older = await request();
    const newer = await request();

    await expect(verify(older)).rejects.toMatchObject({
      code: 'OTP_ERR_02',
      message: 'The OTP has expired. Please request a new OTP.',
    });
    await verify(newer);
  });

  it('calls a right code expired from its last moment on', async () => {
    const code = await request();
    services.clock.advance(5 * MINUTE);

    await expect(verify(code)).rejects.toThrow(OtpExpiredError);
    await expect(verify(wrong(code))).rejects.toThrow(OtpIncorrectError);
  });

  it('calls a right code expired that was revoked', async () => {
    const code = await request();

    await authentication.otps.revokeOtps({ phoneNumber }, context);

    await expect(verify(code)).rejects.toThrow(OtpExpiredError);
  });

  it('still knows a code while one secret key replaces the other', async () => {
    const [previous, current] = [randomBytes(32), randomBytes(32)];
    await services.remove();
    services = await createServices({ secretKey: SecretKey.create({ current: previous }) });
    ({ authentication } = services);
    const code = await request();
    const secretKey = SecretKey.create({ current, previous });
    ({ authentication } = await services.startInstance({ secretKey }));

    await verify(code);
  });

  it('counts a failed try although the transaction around it is undone', async () => {
    const code = await request();

    const undone = services.database.withTransaction(context, async (transaction) => {
      await authentication.otps.verifyOtp({ phoneNumber, otpCode: wrong(code) }, transaction);
    });

    await expect(undone).rejects.toThrow(OtpIncorrectError);
    expect(await otps().findOne()).toMatchObject({ attempts: 1 });
  });
});

describe('guessing a code', () => {
  it('ends with the fifth try: then even the right one is wrong, used or not', async () => {
    const superseded = await request();
    const code = await request();
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await expect(verify(wrong(code))).rejects.toThrow(OtpIncorrectError);
    }

    await expect(verify(code)).rejects.toThrow(OtpIncorrectError);
    await expect(verify(superseded)).rejects.toThrow(OtpIncorrectError);
    services.clock.advance(6 * MINUTE);
    await expect(verify(code)).rejects.toThrow(OtpIncorrectError);
  });

  it('succeeds with the right code at the fifth try', async () => {
    const code = await request();
    await outcomesOf(Array.from({ length: 4 }, () => verify(wrong(code))));

    await verify(code);
  });

  it('is told of a dead code by the fifth try, and by no later one', async () => {
    const superseded = await request();
    const code = await request();
    await outcomesOf(Array.from({ length: 4 }, () => verify(wrong(code))));

    await expect(verify(superseded)).rejects.toThrow(OtpExpiredError);
    await expect(verify(superseded)).rejects.toThrow(OtpIncorrectError);
  });

  it('is not told of dead codes more often than of a live one', async () => {
    const code = await request();
    await verify(code);
    await outcomesOf(Array.from({ length: 4 }, () => verify(wrong(code))));

    await expect(verify(code)).rejects.toThrow(OtpIncorrectError);
  });

  it('starts anew with a new code', async () => {
    const code = await request();
    await outcomesOf(Array.from({ length: 6 }, () => verify(wrong(code))));

    await verify(await request());
  });

  it('gets at most five tries by a hundred parallel ones on two instances', async () => {
    const code = await request();
    const other = await services.startInstance();
    const instances = [authentication, other.authentication];
    const tries = Array.from({ length: 100 }, () => wrong(code));
    tries.splice(50, 0, code);

    const outcomes = await outcomesOf(
      tries.map((otpCode, index) =>
        instances[index % 2]!.otps.verifyOtp({ phoneNumber, otpCode }, context),
      ),
    );

    const stored = await otps().findOne();
    expect(stored!['attempts']).toBeLessThanOrEqual(5);
    expect(outcomes['fulfilled'] ?? 0).toBeLessThanOrEqual(1);
    expect((outcomes['fulfilled'] ?? 0) + (outcomes['OtpIncorrectError'] ?? 0)).toBe(101);
  });

  it('lets one of fifty parallel right ones in on two instances', async () => {
    const code = await request();
    const other = await services.startInstance();
    const instances = [authentication, other.authentication];

    const outcomes = await outcomesOf(
      Array.from({ length: 50 }, (_, index) =>
        instances[index % 2]!.otps.verifyOtp({ phoneNumber, otpCode: code }, context),
      ),
    );

    expect(outcomes['fulfilled']).toBe(1);
    const refused = (outcomes['OtpExpiredError'] ?? 0) + (outcomes['OtpIncorrectError'] ?? 0);
    expect(refused).toBe(49);
  });
});

describe('asking for codes', () => {
  beforeEach(async () => {
    services = await services.startInstance({ throttled: true }).then((instance) => ({
      ...services,
      ...instance,
    }));
    ({ authentication } = services);
  });

  it('has a pause of thirty seconds, in which nothing is stored or sent', async () => {
    await request();
    services.clock.advance(29 * SECOND);

    await expect(request()).rejects.toMatchObject({ httpStatus: 429, retryAfterSeconds: 1 });
    await expect(
      authentication.otps.assertOtpRequestAllowed({ phoneNumber }, context),
    ).rejects.toMatchObject({ httpStatus: 429 });
    expect(services.sent).toHaveLength(1);
    expect(await otps().countDocuments()).toBe(1);

    services.clock.advance(SECOND);
    await authentication.otps.assertOtpRequestAllowed({ phoneNumber }, context);
    await request();
  });

  it('costs nothing when the transaction around it is undone', async () => {
    const undone = services.database.withTransaction(context, async (transaction) => {
      await authentication.otps.requestOtp({ phoneNumber, accountId }, transaction);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');

    await request();
  });

  it('is answered once when twenty ask at once on two instances', async () => {
    const other = await services.startInstance({ throttled: true });
    const instances = [authentication, other.authentication];

    const outcomes = await outcomesOf(
      Array.from({ length: 20 }, (_, index) =>
        instances[index % 2]!.otps.requestOtp({ phoneNumber, accountId }, context),
      ),
    );

    expect(outcomes).toEqual({ fulfilled: 1, TooManyRequestsError: 19 });
  });
});
